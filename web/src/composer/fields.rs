//! Sender, encoding, links, country and campaign name.

use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::*;
use septet_core::campaign::Field as Name;
use septet_core::encoding::EncodingChoice;
use septet_core::phone::Country;
use septet_core::sender::SenderKind;
use septet_core::wire::{SmsDraft, Utm};
use wasm_bindgen::{JsCast, JsValue};

use super::state::{State, default_name};
use super::words;
use crate::components::Field;
use crate::i18n::{Locale, composer, locale, t};
use crate::words::wire_name;

/// What phones show as the origin, with its rule as it is typed.
#[component]
pub(super) fn SenderField(state: State) -> impl IntoView {
    let sender = Memo::new(move |_| state.draft.with(|draft| draft.sender.clone()));
    let hint = move || {
        let (kind, length) = sender.with(|sender| {
            let typed = sender.trim().trim_start_matches('+');
            (SenderKind::of(sender), typed.chars().count())
        });
        if length == 0 {
            return composer::sender_hint(locale()).to_owned();
        }
        let (length, max) = (length.to_string(), kind.max().to_string());
        match kind {
            SenderKind::Numeric => composer::sender_numeric(locale(), &length, &max),
            SenderKind::Alphanumeric => composer::sender_alphanumeric(locale(), &length, &max),
        }
    };
    view! {
        <Field
            field=Name::Sender
            label=Signal::derive(move || composer::sender(locale()).to_owned())
            hint=Signal::derive(move || Some(hint()))
            error=problem(state, Name::Sender)
            control=Box::new(move |ids| view! {
                <input
                    id=ids.control
                    class="input"
                    data-testid="sender"
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    aria-describedby=ids.description
                    aria-invalid=move || state.problem(Name::Sender).is_some().then_some("true")
                    prop:value=move || sender.get()
                    on:input=move |event| {
                        let value = event_target_value(&event);
                        state.draft.update(|draft| draft.sender = value);
                    }
                    on:blur=move |_| state.touch(Name::Sender)
                />
            }.into_any())
        />
    }
}

/// Encoding and transliteration.
#[component]
pub(super) fn EncodingFields(state: State) -> impl IntoView {
    let choice = Memo::new(move |_| state.draft.with(|draft| draft.encoding));
    let choices: [(EncodingChoice, fn(Locale) -> &'static str); 4] = [
        (EncodingChoice::Auto, composer::encoding_auto),
        (EncodingChoice::Gsm7, composer::encoding_gsm7),
        (EncodingChoice::Gsm7Pt, composer::encoding_gsm7_pt),
        (EncodingChoice::Ucs2, composer::encoding_ucs2),
    ];
    view! {
        <div class="row">
            <label class="field">
                <span class="field-label">{t(composer::encoding)}</span>
                <select
                    class="input"
                    data-testid="encoding"
                    on:change=move |event| {
                        let value = event_target_value(&event);
                        let chosen = choices.iter().find(|(choice, _)| wire_name(choice) == value);
                        if let Some((chosen, _)) = chosen {
                            state.draft.update(|draft| draft.encoding = *chosen);
                        }
                    }
                >
                    {choices.map(|(one, label)| view! {
                        <option value=wire_name(&one) selected=move || choice.get() == one>{t(label)}</option>
                    })}
                </select>
            </label>
            <Switch
                state
                label=composer::transliterate
                test="transliterate"
                read=|draft| draft.transliterate
                write=|draft, on| draft.transliterate = on
            />
        </div>
    }
}

/// Short links and campaign tags.
#[component]
pub(super) fn LinkFields(state: State) -> impl IntoView {
    let tags: [(&'static str, fn(&mut Utm) -> &mut String); 5] = [
        ("utm_source", |utm| &mut utm.source),
        ("utm_medium", |utm| &mut utm.medium),
        ("utm_campaign", |utm| &mut utm.campaign),
        ("utm_term", |utm| &mut utm.term),
        ("utm_content", |utm| &mut utm.content),
    ];
    view! {
        <Switch
            state
            label=composer::shorten
            test="shorten"
            read=|draft| draft.shorten_links
            write=|draft, on| draft.shorten_links = on
        />
        <details class="more">
            <summary>{t(composer::utm)}</summary>
            <p class="field-hint">{t(composer::utm_hint)}</p>
            <div class="row">
                {tags.map(|(name, of)| view! {
                    <label class="field">
                        <span class="field-label"><code>{name}</code></span>
                        <input
                            class="input"
                            type="text"
                            data-testid=name
                            prop:value=move || state.draft.with(|draft| of(&mut draft.utm.clone()).clone())
                            on:input=move |event| {
                                let value = event_target_value(&event);
                                state.draft.update(|draft| *of(&mut draft.utm) = value);
                            }
                        />
                    </label>
                })}
            </div>
        </details>
    }
}

/// Country of numbers without a prefix, and the campaign's name.
#[component]
pub(super) fn CampaignFields(state: State) -> impl IntoView {
    let name = Memo::new(move |_| state.draft.with(|draft| draft.campaign_name.clone()));
    view! {
        <div class="row">
            <CountryField state />
            <Field
                field=Name::CampaignName
                label=Signal::derive(move || composer::campaign_name(locale()).to_owned())
                hint=Signal::derive(move || Some(composer::campaign_name_hint(locale()).to_owned()))
                error=problem(state, Name::CampaignName)
                control=Box::new(move |ids| view! {
                    <input
                        id=ids.control
                        class="input"
                        data-testid="campaign-name"
                        type="text"
                        placeholder=default_name()
                        aria-describedby=ids.description
                        prop:value=move || name.get()
                        on:input=move |event| {
                            let value = event_target_value(&event);
                            state.draft.update(|draft| draft.campaign_name = value);
                            state.touch(Name::CampaignName);
                        }
                    />
                }.into_any())
            />
        </div>
    }
}

#[component]
fn CountryField(state: State) -> impl IntoView {
    let chosen = Memo::new(move |_| state.draft.with(|draft| draft.country.clone()));
    let countries = Memo::new(move |_| countries(locale()));
    view! {
        <Field
            field=Name::Country
            label=Signal::derive(move || composer::country(locale()).to_owned())
            hint=Signal::derive(move || Some(composer::country_hint(locale()).to_owned()))
            error=problem(state, Name::Country)
            control=Box::new(move |ids| view! {
                <select
                    id=ids.control
                    class="input"
                    data-testid="country"
                    aria-describedby=ids.description
                    on:change=move |event| {
                        let value = event_target_value(&event);
                        state.draft.update(|draft| draft.country = value);
                        state.touch(Name::Country);
                    }
                >
                    {move || countries.get().into_iter().map(|(name, country)| {
                        let code = country.code();
                        view! {
                            <option value=code selected=move || chosen.with(|chosen| chosen == code)>
                                {format!("{name} (+{})", country.calling_code())}
                            </option>
                        }
                    }).collect_view()}
                </select>
            }.into_any())
        />
    }
}

/// Something that is on or off.
#[component]
fn Switch(
    state: State,
    label: fn(Locale) -> &'static str,
    test: &'static str,
    read: fn(&SmsDraft) -> bool,
    write: fn(&mut SmsDraft, bool),
) -> impl IntoView {
    view! {
        <label class="switch">
            <input
                type="checkbox"
                role="switch"
                data-testid=test
                prop:checked=move || state.draft.with(read)
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    state.draft.update(|draft| write(draft, on));
                }
            />
            <span>{t(label)}</span>
        </label>
    }
}

fn problem(state: State, field: Name) -> Signal<Option<String>> {
    Signal::derive(move || {
        let problem = state.problem(field)?;
        Some(words::problem(locale(), field, &problem))
    })
}

/// All countries by the names that the browser has for them, sorted as the language sorts.
fn countries(locale: Locale) -> Vec<(String, Country)> {
    let names = DisplayNames::new(locale.tag());
    let mut countries: Vec<(String, Country)> = Country::all()
        .map(|country| (names.of(country.code()), country))
        .collect();
    countries.sort_by(|(one, _), (other, _)| {
        js_sys::JsString::from(one.as_str())
            .locale_compare(other, &Array::new(), &Object::new())
            .cmp(&0)
    });
    countries
}

/// `Intl.DisplayNames`, which js-sys does not have.
struct DisplayNames(Option<(JsValue, Function)>);

impl DisplayNames {
    fn new(tag: &str) -> Self {
        Self(Self::find(tag).ok())
    }

    fn find(tag: &str) -> Result<(JsValue, Function), JsValue> {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
        let class: Function = Reflect::get(&intl, &"DisplayNames".into())?.dyn_into()?;
        let options = Object::new();
        Reflect::set(&options, &"type".into(), &"region".into())?;
        let names = Reflect::construct(&class, &Array::of2(&tag.into(), &options))?;
        let of = Reflect::get(&names, &"of".into())?.dyn_into()?;
        Ok((names, of))
    }

    /// The name; its code where the browser has none.
    fn of(&self, code: &str) -> String {
        let name = self
            .0
            .as_ref()
            .and_then(|(names, of)| of.call1(names, &code.into()).ok()?.as_string());
        name.unwrap_or_else(|| code.to_owned())
    }
}
