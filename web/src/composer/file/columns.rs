//! Which column holds the number, the name and the prefix.

use leptos::prelude::*;
use septet_core::campaign::Field;
use septet_core::wire::Import;

use super::samples::Role;
use crate::composer::state::State;
use crate::dom::{View, value, view};
use crate::i18n::{Text, composer, t};
use crate::signals::Memo;

/// One select for each; only the number's must be chosen.
#[component]
pub(super) fn Columns(state: State, import: Import) -> View {
    let columns = import.columns.into_iter();
    let columns: Vec<_> = columns.map(|column| (column.name, column.label)).collect();
    let select = |role: Role| {
        let (label, none, test) = of_role(role);
        let chosen = Memo::new(move |_| {
            let chosen = state
                .draft
                .with(|draft| role.of(&draft.audience).map(str::to_owned));
            chosen.unwrap_or_default()
        });
        let option = |(name, label): &(String, String)| {
            let text = if label.is_empty() { name } else { label };
            view! { <option value=name.clone()>{text.clone()}</option> }
        };
        let options: Vec<_> = columns.iter().map(option).collect();
        let unset = move || role == Role::Phone && chosen.with(String::is_empty);
        view! {
            <label class="field">
                <span class="field-label">{t(label)}</span>
                <select
                    class="input"
                    data-testid=test
                    prop:value=chosen
                    aria-invalid=move || unset().then_some("true")
                    on:change=move |event| {
                        let column = Some(value(&event)).filter(|column| !column.is_empty());
                        state.edit(|draft| role.set(&mut draft.audience, column));
                        state.touch(Field::Audience);
                    }
                >
                    <option value="">{t(none)}</option>
                    {options}
                </select>
            </label>
        }
    };
    view! {
        <div class="file-columns" role="group" aria-label=t(composer::file_columns)>
            {Role::ALL.map(select)}
        </div>
    }
}

/// What it is called, what stands for none, and `data-testid`.
fn of_role(role: Role) -> (Text, Text, &'static str) {
    match role {
        Role::Phone => (
            composer::column_phone,
            composer::column_choose,
            "column-phone",
        ),
        Role::Person => (
            composer::column_person,
            composer::column_none,
            "column-person",
        ),
        Role::Prefix => (
            composer::column_prefix,
            composer::column_none,
            "column-prefix",
        ),
    }
}
