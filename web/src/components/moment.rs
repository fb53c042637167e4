//! A time, for people and for programs.

use leptos::prelude::*;
use septet_core::wire::Millis;

use crate::dom::{View, view};
use crate::format;
use crate::i18n::locale;

/// Such as "23 Nov, 08:15" in the reader's time zone.
#[component]
pub(crate) fn Moment(at: Millis) -> View {
    let words = Signal::derive(move || format::moment(locale(), at));
    view! { <time datetime=format::iso(at)>{words}</time> }
}
