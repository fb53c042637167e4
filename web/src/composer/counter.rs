//! What the message comes to: alphabet, units, parts; counted with every keystroke.

use leptos::prelude::*;
use septet_core::encoding::{ReferenceBits, Segmentation};

use super::state::State;
use super::words;
use crate::i18n::{composer, locale, t};

/// The line under the message.
#[component]
pub(super) fn Counter(state: State) -> impl IntoView {
    let counted = Memo::new(move |_| state.shown.with(|shown| shown.counted.clone().ok()));
    let parts =
        move || counted.with(|counted| counted.as_ref().map_or(0, |counted| counted.parts.len()));
    let over = move || parts() > usize::from(state.max_parts());
    view! {
        <div class="counter" class:counter-over=over data-testid="counter">
            {move || counted.get().map(|counted| {
                let (used, room) = filling(&counted);
                view! {
                    <span class="counter-encoding" data-testid="counter-encoding">
                        {words::encoding(locale(), counted.encoding)}
                    </span>
                    <span class="counter-units">
                        {composer::units(locale(), &used.to_string(), &room.to_string())}
                    </span>
                    <span class="counter-left">
                        {composer::left(locale(), &counted.remaining.to_string())}
                    </span>
                    <strong class="counter-parts" data-testid="counter-parts">
                        {composer::parts(locale(), counted.parts.len() as u64)}
                    </strong>
                }
            })}
            {move || state.spread().filter(|(fewest, most)| fewest != most).map(|(fewest, most)| view! {
                <span class="counter-spread">
                    {composer::spread(locale(), &fewest.to_string(), &most.to_string())}
                </span>
            })}
        </div>
        <p class="visually-hidden" aria-live="polite">
            {move || composer::parts(locale(), parts() as u64)}
            {move || over().then(|| t(composer::over_limit)())}
        </p>
    }
}

/// Units used and all units there are in so many parts.
fn filling(counted: &Segmentation) -> (usize, usize) {
    let parts = counted.parts.len();
    let room = if parts == 1 {
        counted.encoding.alone()
    } else {
        counted.encoding.each(ReferenceBits::Eight) * parts
    };
    (room - counted.remaining, room)
}
