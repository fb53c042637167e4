//! When messages leave: at once, unless somebody says otherwise.

use js_sys::Date;
use leptos::prelude::*;
use septet_core::campaign::Field as Name;
use septet_core::wire::{Hours, Millis, Timing};
use wasm_bindgen::JsValue;

use super::state::State;
use super::words;
use crate::dom::{View, checked, dynamic, value, view, when};
use crate::format::clock;
use crate::i18n::{Text, composer, t};
use crate::signals::RwSignal;

/// The hours that are offered first.
const DAYTIME: Hours = Hours {
    from: 9 * 60,
    until: 20 * 60,
};

/// One of the times.
type Time = fn(&mut Timing) -> &mut Option<Millis>;

#[component]
pub(super) fn Schedule(state: State) -> View {
    let timing = state.draft.with_untracked(|draft| draft.timing);
    let edit = move |change: &dyn Fn(&mut Timing)| {
        state.edit(|draft| change(&mut draft.timing));
        state.touch(Name::Timing);
    };
    let times: [(Text, &'static str, Time); 3] = [
        (composer::time_start, "start-at", |timing| {
            &mut timing.start_at
        }),
        (composer::time_spread, "spread-until", |timing| {
            &mut timing.spread_until
        }),
        (composer::time_expires, "expires-at", |timing| {
            &mut timing.expires_at
        }),
    ];
    let times = times.map(|(name, test, of)| {
        let typed = of(&mut timing.clone()).map(local).unwrap_or_default();
        view! {
            <label class="field">
                <span class="field-label">{t(name)}</span>
                <input
                    class="input"
                    type="datetime-local"
                    data-testid=test
                    prop:value=typed
                    on:change=move |event| {
                        let time = moment(&value(&event));
                        edit(&|timing| *of(timing) = time);
                    }
                />
            </label>
        }
    });
    let limited = RwSignal::new(timing.hours.is_some());
    let hours = move || {
        let hours = state.draft.with_untracked(|draft| draft.timing.hours);
        let Hours { from, until } = hours.unwrap_or(DAYTIME);
        let input =
            |name: Text, test: &'static str, minutes: u16, of: fn(&mut Hours) -> &mut u16| {
                view! {
                    <label class="field">
                        <span class="field-label">{t(name)}</span>
                        <input
                            class="input"
                            type="time"
                            data-testid=test
                            prop:value=clock(minutes)
                            on:change=move |event| {
                                if let Some(minutes) = minutes_of(&value(&event)) {
                                    edit(&|timing| {
                                        *of(timing.hours.get_or_insert(DAYTIME)) = minutes;
                                    });
                                }
                            }
                        />
                    </label>
                }
            };
        view! {
            <div class="pair">
                {input(composer::hours_from, "hours-from", from, |hours| &mut hours.from)}
                {input(composer::hours_until, "hours-until", until, |hours| &mut hours.until)}
            </div>
        }
    };
    let trouble = move || {
        words::trouble(state, Name::Timing).map(|problem| {
            view! { <p class="field-error" data-testid="field-error" data-field="timing">{problem}</p> }
        })
    };
    let days = match timing.days_apart {
        0 => String::new(),
        days => days.to_string(),
    };
    view! {
        <details class="folded" open=timing != Timing::default()>
            <summary data-testid="times">{t(composer::times)}</summary>
            <p class="field-hint">{t(composer::times_hint)}</p>
            <div class="pair pair-wide">{times}</div>
            <label class="switch">
                <input
                    type="checkbox"
                    role="switch"
                    data-testid="hours"
                    prop:checked=timing.hours.is_some()
                    on:change=move |event| {
                        let on = checked(&event);
                        edit(&|timing| timing.hours = on.then_some(DAYTIME));
                        limited.set(on);
                    }
                />
                <span>
                    <span class="switch-label">{t(composer::hours)}</span>
                    <span class="field-hint">{t(composer::hours_hint)}</span>
                </span>
            </label>
            {when(move || limited.get(), hours)}
            <label class="field">
                <span class="field-label">{t(composer::days_apart)}</span>
                <input
                    class="input"
                    type="number"
                    min="0"
                    max="365"
                    data-testid="days-apart"
                    prop:value=days
                    on:change=move |event| {
                        let days = value(&event).parse().unwrap_or_default();
                        edit(&|timing| timing.days_apart = days);
                    }
                />
                <span class="field-hint">{t(composer::days_apart_hint)}</span>
            </label>
            {dynamic(trouble)}
        </details>
    }
}

/// Reads what an input for a local time has; `None` when it is empty.
fn moment(typed: &str) -> Option<Millis> {
    let time = Date::parse(typed);
    (!time.is_nan()).then_some(time as Millis)
}

/// The same the other way.
fn local(at: Millis) -> String {
    let date = Date::new(&JsValue::from_f64(at as f64));
    let shift = Millis::from(date.get_timezone_offset() as i32) * 60_000;
    let shifted = Date::new(&JsValue::from_f64((at - shift) as f64));
    // `2026-11-23T09:30:00.000Z`, of which the minutes and what is before them are wanted.
    String::from(shifted.to_iso_string())
        .chars()
        .take(16)
        .collect()
}

/// `09:30` as minutes of the day. Midnight is where a day begins and where it ends.
fn minutes_of(typed: &str) -> Option<u16> {
    let (hour, minute) = typed.split_once(':')?;
    let hour: u16 = hour.parse().ok()?;
    let minute: u16 = minute.get(..2)?.parse().ok()?;
    Some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn a_local_time_is_read_as_it_is_written() {
        // Whole minutes, in winter and in summer.
        for at in [1_795_428_000_000, 1_782_208_860_000] {
            assert_eq!(moment(&local(at)), Some(at), "{}", local(at));
        }
        assert_eq!(moment(""), None);
    }

    #[wasm_bindgen_test]
    fn minutes_of_the_day_are_read() {
        assert_eq!(minutes_of("09:30"), Some(570));
        assert_eq!(minutes_of("23:59:00"), Some(1439));
        assert_eq!(minutes_of(""), None);
    }
}
