//! A phone that shows the message as the previewed contact will see it.

use leptos::prelude::*;
use septet_core::phone::{Country, PhoneNumber};

use super::state::State;
use crate::i18n::{composer, locale, t};

/// The phone, and whose it is.
#[component]
pub(super) fn Preview(state: State) -> impl IntoView {
    let sender = move || {
        let sender = state.draft.with(|draft| draft.sender.trim().to_owned());
        if sender.is_empty() {
            t(composer::sender)().to_owned()
        } else {
            sender
        }
    };
    let counted = Memo::new(move |_| state.shown.with(|shown| shown.counted.clone()));
    let missing = move || state.shown.with(|shown| shown.missing.join(", "));
    view! {
        <section class="preview" aria-label=t(composer::preview)>
            <Whose state />
            <div class="phone">
                <p class="phone-sender">{sender}</p>
                <div class="phone-screen">
                    {move || match counted.get() {
                        Ok(counted) if counted.text.is_empty() => view! {
                            <p class="phone-empty">{t(composer::preview_empty)}</p>
                        }.into_any(),
                        Ok(counted) => {
                            let several = counted.parts.len() > 1;
                            view! {
                                <div class="bubble" data-testid="preview-text">
                                    {counted.parts.into_iter().enumerate().map(|(index, part)| view! {
                                        <span class="bubble-part" data-testid="part">{part.text}</span>
                                        {several.then(|| view! {
                                            <span class="part-end">
                                                {move || composer::part_end(
                                                    locale(),
                                                    &(index + 1).to_string(),
                                                    &part.units.to_string(),
                                                )}
                                            </span>
                                        })}
                                    }).collect_view()}
                                </div>
                            }.into_any()
                        }
                        // The field says what is wrong; the phone shows the text as it stands.
                        Err(_) => view! {
                            <div class="bubble bubble-bad" data-testid="preview-text">
                                {state.shown.with(|shown| shown.text.clone())}
                            </div>
                        }.into_any(),
                    }}
                </div>
            </div>
            <Show when=move || !missing().is_empty() && state.previewed_contact().is_some()>
                <p class="preview-missing" data-testid="missing">
                    {move || composer::missing(locale(), &missing())}
                </p>
            </Show>
        </section>
    }
}

/// Whose phone it is: any of the picked contacts.
#[component]
fn Whose(state: State) -> impl IntoView {
    let choices = Memo::new(move |_| {
        let picked = state.picked();
        state.contacts.with(|contacts| {
            let known = picked.into_iter().filter_map(|id| contacts.get(&id));
            known
                .map(|contact| (contact.id.clone(), contact.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let current = move || {
        state
            .previewed_contact()
            .map(|contact| contact.id)
            .unwrap_or_default()
    };
    let number = move || {
        let contact = state.previewed_contact()?;
        let country = state
            .draft
            .with(|draft| Country::from_code(&draft.country))?;
        let raw = contact.phone.as_deref().unwrap_or_default();
        let number = PhoneNumber::parse(raw, contact.prefix.as_deref(), country);
        Some(number.map_or_else(
            |_| t(composer::no_number)().to_owned(),
            |number| number.e164(),
        ))
    };
    view! {
        <label class="preview-whose">
            <span>{t(composer::preview_for)}</span>
            {move || if choices.with(Vec::is_empty) {
                view! { <em>{t(composer::preview_nobody)}</em> }.into_any()
            } else {
                view! {
                    <select
                        class="input"
                        data-testid="preview-contact"
                        prop:value=current
                        on:change=move |event| state.previewed.set(Some(event_target_value(&event)))
                    >
                        {choices.get().into_iter().map(|(id, name)| {
                            let selected = current() == id;
                            view! { <option value=id selected=selected>{name}</option> }
                        }).collect_view()}
                    </select>
                }.into_any()
            }}
        </label>
        <p class="preview-number" data-testid="preview-number">{number}</p>
    }
}
