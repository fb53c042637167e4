//! The country of numbers without a prefix, by the names that the browser has for countries.

use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::*;
use septet_core::campaign::Field as Name;
use septet_core::phone::Country;
use wasm_bindgen::{JsCast, JsValue};

use super::state::State;
use super::words;
use crate::components::Field;
use crate::dom::{View, dynamic, value, view};
use crate::format::sorted_by_name;
use crate::i18n::{Locale, composer, locale, phrase, t};

#[component]
pub(super) fn CountryField(state: State) -> View {
    let trouble = Signal::derive(move || words::trouble(state, Name::Country));
    let hint = Signal::derive(move || Some(t(composer::country_hint)().to_owned()));
    let options = move || {
        let chosen = state.draft.with_untracked(|draft| draft.country.clone());
        let draw = |(name, country): (String, Country)| {
            let code = country.code();
            let label = [&name, " (+", &country.calling_code().to_string(), ")"].concat();
            view! { <option value=code selected=code == chosen>{label}</option> }
        };
        let options = countries(locale()).into_iter().map(draw);
        options.collect::<Vec<_>>()
    };
    view! {
        <Field
            field=Name::Country
            label=phrase(composer::country)
            hint
            error=trouble
            control=Box::new(move |ids| view! {
                <select
                    id=ids.control
                    class="input"
                    data-testid="country"
                    aria-describedby=ids.description
                    aria-invalid=move || trouble.get().map(|_| "true")
                    on:change=move |event| {
                        let code = value(&event);
                        state.edit(|draft| draft.country = code);
                        state.touch(Name::Country);
                    }
                >
                    {dynamic(options)}
                </select>
            })
        />
    }
}

/// All countries, sorted as the language sorts.
fn countries(locale: Locale) -> Vec<(String, Country)> {
    let names = Names::new(locale).ok();
    let name = |country: Country| {
        let name = names.as_ref().and_then(|names| names.of(country.code()));
        // A browser that lacks the name shows the code.
        (name.unwrap_or_else(|| country.code().to_owned()), country)
    };
    sorted_by_name(locale, Country::all().map(name).collect())
}

/// `Intl.DisplayNames`, which js-sys does not have.
struct Names {
    names: JsValue,
    of: Function,
}

impl Names {
    fn new(locale: Locale) -> Result<Self, JsValue> {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
        let class: Function = Reflect::get(&intl, &"DisplayNames".into())?.dyn_into()?;
        let options = Object::new();
        Reflect::set(&options, &"type".into(), &"region".into())?;
        let names = Reflect::construct(&class, &Array::of2(&locale.tag().into(), &options))?;
        let of = Reflect::get(&names, &"of".into())?.dyn_into()?;
        Ok(Self { names, of })
    }

    fn of(&self, code: &str) -> Option<String> {
        self.of.call1(&self.names, &code.into()).ok()?.as_string()
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn countries_have_the_names_and_the_order_of_the_language() {
        let place = |locale, name: &str| {
            countries(locale)
                .iter()
                .position(|(found, _)| found == name)
                .unwrap()
        };
        assert!(place(Locale::Pt, "Áustria") < place(Locale::Pt, "Portugal"));
        assert!(place(Locale::En, "Spain") > place(Locale::En, "Portugal"));
    }
}
