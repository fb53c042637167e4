//! Each character that costs: what it does to the message, and a way out.

use leptos::prelude::*;
use septet_core::encoding::Encoding;

use super::editor::class;
use super::marks::{self, Carried, Cost, Mark};
use super::state::State;
use super::typing::Typist;
use super::words;
use crate::components::{Entry, each, when};
use crate::i18n::{composer, locale, t};

/// More would push the rest of the page out of sight.
const SHOWN: usize = 8;

#[component]
pub(super) fn Costs(
    state: State,
    text: Memo<String>,
    carried: Memo<Carried>,
    typist: Typist,
) -> impl IntoView {
    let costs = Memo::new(move |_| text.with(|text| marks::costs(text, carried.get())));
    let entries = move || {
        let draw = |cost: &Cost| {
            let cost = *cost;
            let key = format!("{cost:?}");
            Entry::new(key, move || row(cost, typist, state))
        };
        costs.with(|costs| costs.iter().take(SHOWN).map(draw).collect())
    };
    // Nothing in the text asks for this encoding, so something that is filled in does.
    let from_values = move || {
        let asks = |cost: &Cost| matches!(cost.mark, Mark::Forcing | Mark::National);
        let carried = carried.get();
        carried.fits
            && carried.encoding != Encoding::GSM7
            && carried.choice == Default::default()
            && !costs.with(|costs| costs.iter().any(asks))
    };
    let explanation = move || {
        view! { <p class="costs-values" data-testid="from-values">{t(composer::from_values)}</p> }
            .into_any()
    };
    view! {
        <ul class="costs" data-testid="costs" aria-label=t(composer::costs)>{each(entries)}</ul>
        {when(from_values, explanation)}
    }
}

fn row(cost: Cost, typist: Typist, state: State) -> AnyView {
    let by = match (cost.replacement, cost.mark) {
        // The switch replaces it already.
        (_, Mark::Replaced) => None,
        (Some(replacement), _) => Some(replacement),
        (None, Mark::Forcing | Mark::Absent) => Some(""),
        (None, _) => None,
    };
    let press = move |by: &str| {
        let text = state
            .draft
            .with_untracked(|draft| marks::replace(&draft.text, cost.character, by));
        typist.rewrite(&text);
    };
    let button = by.map(|by| {
        let label = move || match by {
            "" => composer::leave_out(locale()).to_owned(),
            by => composer::replace_by(locale(), by),
        };
        view! {
            <button
                type="button"
                class="button button-quiet button-small"
                data-testid="replace"
                on:click=move |_| press(by)
            >
                {Signal::derive(label)}
            </button>
        }
    });
    let times = (cost.times > 1).then(|| format!(" ×{}", cost.times));
    view! {
        <li class="cost" data-testid="cost">
            <kbd class=class(cost.mark)>{words::visible(cost.character)}</kbd>
            <span class="cost-words">
                {Signal::derive(move || words::cost(locale(), &cost))} {times}
            </span>
            {button}
        </li>
    }
    .into_any()
}
