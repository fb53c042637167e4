//! Recipients that HubSpot's page has named: they can be left out, and nobody else comes in.

use leptos::prelude::*;
use septet_core::campaign::Field;

use super::audience::find;
use super::people::People;
use super::search::trouble;
use super::state::State;
use super::words;
use crate::dom::{View, dynamic, view, when};
use crate::i18n::{composer, t};
use crate::signals::Memo;

/// One contact by name, several as chips.
#[component]
pub(super) fn Fixed(state: State) -> View {
    let alone = Memo::new(move |_| state.picked.with(Vec::len) == 1);
    let one = move || {
        let id = state.picked.with(|ids| ids.first().cloned())?;
        let why = state
            .contacts
            .with(|contacts| find(contacts, &id).and_then(|contact| trouble(state, contact)));
        let number = state.contacts.with(|contacts| {
            let contact = find(contacts, &id)?;
            Some(state.number_of(contact).ok()?.e164())
        });
        Some(view! {
            <p class="fixed-recipient" data-testid="fixed-recipient">
                <strong>{state.name_of(&id)}</strong>
                " "
                <span>{number.unwrap_or_default()}</span>
                {why.map(|why| view! { <span class="badge badge-warning">{why}</span> })}
            </p>
        })
    };
    let problem = move || {
        words::trouble(state, Field::Audience).map(|problem| {
            view! { <p class="field-error" data-field="audience" role="alert">{problem}</p> }
        })
    };
    let many = move || view! { <People state /> };
    view! {
        <h2>{t(composer::recipients)}</h2>
        {dynamic(problem)}
        {dynamic(move || if alone.get() { one() } else { None })}
        {when(move || !alone.get(), many)}
    }
}
