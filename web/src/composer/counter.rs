//! What the message comes to: encoding, units, parts; counted with every keystroke.

use leptos::prelude::*;
use septet_core::campaign::Field;
use septet_core::encoding::{ReferenceBits, SegmentError, Segmentation};

use super::state::State;
use super::timing::Pause;
use super::words;
use crate::dom::{View, dynamic, effect, view};
use crate::i18n::{Locale, composer, locale, locale_untracked, t};
use crate::signals::{Memo, RwSignal};

/// What is shown of a count; equal figures are not drawn again.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Figures {
    /// Empty where the text cannot be carried.
    encoding: String,
    used: usize,
    room: usize,
    left: usize,
    parts: usize,
    over: bool,
}

/// The line under the message.
#[component]
pub(super) fn Counter(state: State) -> View {
    let figures = figures(state);
    let line = move || {
        figures.with(|figures| {
            if figures.parts == 0 {
                return view! { <span data-testid="counter-encoding">{t(composer::cannot_count)}</span> };
            }
            let locale = locale();
            let units = composer::units(locale, &text(figures.used), &text(figures.room));
            let left = composer::left(locale, figures.left as u64);
            view! {
                <span class="counter-encoding" data-testid="counter-encoding">
                    {figures.encoding.clone()}
                </span>
                <span data-testid="counter-units">{units}</span>
                <span data-testid="counter-left">{left}</span>
            }
        })
    };
    let parts = Signal::derive(move || {
        figures.with(|figures| match figures.parts {
            0 => String::new(),
            parts => composer::parts(locale(), parts as u64),
        })
    });
    let over = Signal::derive(move || figures.with(|figures| figures.over));
    let max = state.max_parts();
    let note = move || {
        let locale = locale();
        let note = match state.spread.get() {
            _ if over.get() && state.problem(Field::Text).is_none() => {
                composer::over_limit(locale, max as u64)
            }
            Some((fewest, most)) if fewest != most => {
                composer::spread(locale, &text(fewest), &text(most))
            }
            _ => return View::nothing(),
        };
        view! { <p class="counter-note" data-testid="counter-note">{note}</p> }
    };
    view! {
        <div class="counter" class:counter-over=over data-testid="counter">
            <div class="counter-line">
                {dynamic(line)}
                <strong class="counter-parts" data-testid="counter-parts">{parts}</strong>
            </div>
            <Gauge figures max />
            {dynamic(note)}
            <Spoken figures />
        </div>
    }
}

/// How full each part is; as many slots as a message may have parts.
#[component]
fn Gauge(figures: Memo<Figures>, max: usize) -> View {
    let slots = (0..max).map(|index| {
        let width = Signal::derive(move || {
            figures.with(|figures| {
                let each = figures.room / figures.parts.max(1);
                let percent = match figures.parts.cmp(&(index + 1)) {
                    std::cmp::Ordering::Greater => 100,
                    std::cmp::Ordering::Equal => {
                        (each - figures.left.min(each)) * 100 / each.max(1)
                    }
                    std::cmp::Ordering::Less => 0,
                };
                [&text(percent), "%"].concat()
            })
        });
        view! { <span class="gauge-slot"><span style:width=width></span></span> }
    });
    view! { <div class="gauge" aria-hidden="true">{slots.collect::<Vec<_>>()}</div> }
}

/// A screen reader hears the count after a pause, not with every letter.
#[component]
fn Spoken(figures: Memo<Figures>) -> View {
    let spoken = RwSignal::new(String::new());
    let pause = Pause::new(1200);
    let mut first = true;
    effect(move || {
        let first = std::mem::take(&mut first);
        figures.track();
        if !first {
            pause.then(move || {
                let words = figures.try_with_untracked(|figures| say(locale_untracked(), figures));
                spoken.try_set(words.unwrap_or_default());
            });
        }
    });
    view! { <p class="visually-hidden" aria-live="polite">{spoken}</p> }
}

fn say(locale: Locale, figures: &Figures) -> String {
    let parts = composer::parts(locale, figures.parts as u64);
    let left = composer::left(locale, figures.left as u64);
    [&figures.encoding, ", ", &parts, ", ", &left].concat()
}

fn figures(state: State) -> Memo<Figures> {
    let max = state.max_parts();
    Memo::new(move |_| {
        state.shown.with(|shown| match &shown.counted {
            Ok(counted) => of(counted, max),
            Err(error) => Figures {
                encoding: String::new(),
                used: 0,
                room: 0,
                left: 0,
                parts: match error {
                    SegmentError::TooManyParts { parts, .. } => *parts,
                    SegmentError::NotEncodable { .. } => 0,
                },
                over: matches!(error, SegmentError::TooManyParts { .. }),
            },
        })
    })
}

fn of(counted: &Segmentation<'_>, max: usize) -> Figures {
    let parts = counted.parts().len();
    let room = if parts == 1 {
        counted.encoding.alone()
    } else {
        counted.encoding.each(ReferenceBits::Eight) * parts
    };
    Figures {
        encoding: words::encoding(counted.encoding).to_owned(),
        used: counted.units,
        room,
        left: counted.remaining,
        parts,
        over: parts > max,
    }
}

fn text(value: usize) -> String {
    value.to_string()
}

#[cfg(test)]
mod tests {
    use septet_core::encoding::{SegmentOptions, segment};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn figures_of(text: &str) -> Figures {
        let options = SegmentOptions::provider(Default::default(), false, u8::MAX);
        of(&segment(text, &options).unwrap(), 5)
    }

    #[wasm_bindgen_test]
    fn a_second_part_has_a_header_in_both() {
        let one = figures_of(&"a".repeat(160));
        assert_eq!((one.used, one.room, one.left, one.parts), (160, 160, 0, 1));
        let two = figures_of(&"a".repeat(161));
        assert_eq!(
            (two.used, two.room, two.left, two.parts),
            (161, 306, 145, 2)
        );
    }

    #[wasm_bindgen_test]
    fn six_parts_are_over_a_limit_of_five() {
        assert!(!figures_of(&"a".repeat(153 * 5)).over);
        assert!(figures_of(&"a".repeat(153 * 5 + 1)).over);
    }
}
