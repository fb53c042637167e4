//! Each character that costs: what it does to the message, and a way out.

use leptos::prelude::*;
use septet_core::encoding::Encoding;

use super::editor::class;
use super::marks::{self, Carried, Cost, Mark};
use super::state::State;
use super::typing::Typist;
use super::words;
use crate::dom::{Entry, View, each, view, when};
use crate::i18n::{composer, locale, t};
use crate::signals::Memo;

/// More would push the rest of the page out of sight.
const SHOWN: usize = 8;

#[component]
pub(super) fn Costs(
    state: State,
    text: Memo<String>,
    carried: Memo<Carried>,
    typist: Typist,
) -> View {
    let costs = Memo::new(move |_| text.with(|text| marks::costs(text, carried.get())));
    let entries = move || {
        let draw = |cost: &Cost| {
            let cost = *cost;
            let key = cost.key();
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
    };
    let several =
        move || costs.with(|costs| costs.iter().filter(|cost| has_better(cost)).count() > 1);
    let replace_all = move || {
        let press = move |_| {
            let mut text = text.get_untracked();
            for cost in costs.get_untracked().iter().filter(|cost| has_better(cost)) {
                text = marks::replace(&text, cost.character, cost.replacement.unwrap_or_default());
            }
            typist.rewrite(&text);
        };
        view! {
            <button
                type="button"
                class="button button-quiet button-small costs-all"
                data-testid="replace-all"
                on:click=press
            >
                {t(composer::replace_all)}
            </button>
        }
    };
    view! {
        <ul class="costs" data-testid="costs" aria-label=t(composer::costs)>{each(entries)}</ul>
        {when(several, replace_all)}
        {when(from_values, explanation)}
    }
}

/// Whether the person can have something else in its place; the switch replaces by itself.
fn has_better(cost: &Cost) -> bool {
    cost.replacement.is_some() && cost.mark != Mark::Replaced
}

fn row(cost: Cost, typist: Typist, state: State) -> View {
    let by = match (cost.replacement, cost.mark) {
        (Some(replacement), _) if has_better(&cost) => Some(replacement),
        (None, Mark::Forcing | Mark::Absent) => Some(""),
        _ => None,
    };
    let press = move |by: &str| {
        let text = state
            .draft
            .with_untracked(|draft| marks::replace(&draft.text, cost.character, by));
        typist.rewrite(&text);
    };
    let button = by.map(|by| {
        let label = move || match by {
            "" => composer::leave_out.of(locale()).to_owned(),
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
}
