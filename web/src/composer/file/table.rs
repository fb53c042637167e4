//! The first rows of a file, each with the number that its message would go to.

use leptos::prelude::*;
use septet_core::wire::{Import, ImportColumn};

use crate::composer::search::trouble;
use crate::composer::state::State;
use crate::dom::{View, dynamic, view};
use crate::i18n::{composer, t};

/// It scrolls sideways by itself, by keys as well.
#[component]
pub(super) fn Table(state: State, import: Import) -> View {
    let columns = import.columns;
    let rows = columns.first().map_or(0, |first| first.samples.len());
    let head = |column: &ImportColumn| view! { <th scope="col">{column.label.clone()}</th> };
    let heads: Vec<_> = columns.iter().map(head).collect();
    let row = |index: usize| {
        let cell = |column: &ImportColumn| {
            let value = column.samples.get(index).cloned().unwrap_or_default();
            view! { <td>{value}</td> }
        };
        let cells: Vec<_> = columns.iter().map(cell).collect();
        view! {
            <tr data-testid="sample">
                <th scope="row">{dynamic(move || number(state, index))}</th>
                {cells}
            </tr>
        }
    };
    let rows: Vec<_> = (0..rows).map(row).collect();
    view! {
        <div class="samples" role="region" tabindex="0" aria-label=t(composer::file_samples)>
            <table>
                <caption>{t(composer::file_samples)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t(composer::file_goes_to)}</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// Under the draft's country, or what is wrong with it.
fn number(state: State, index: usize) -> View {
    let contact = state.samples.with(|samples| samples.get(index).cloned());
    // Without a column for it there is nothing wrong yet.
    let Some(contact) = contact.filter(|contact| contact.phone.is_some()) else {
        return view! { <span class="samples-none">"–"</span> };
    };
    match (trouble(state, &contact), state.number_of(&contact)) {
        (None, Ok(number)) => view! { <span data-testid="sample-number">{number.e164()}</span> },
        (trouble, _) => view! { <span class="badge">{trouble.unwrap_or_default()}</span> },
    }
}
