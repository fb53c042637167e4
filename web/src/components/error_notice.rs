//! What went wrong with a request, in words, with a way on.

use leptos::prelude::*;

use super::{Button, Notice, Tone};
use crate::api::ApiError;
use crate::i18n::{common, locale, t};
use crate::words;

/// Shows the sentence of an error, and "try again" where that is given.
#[component]
pub(crate) fn ErrorNotice(
    error: ApiError,
    #[prop(optional, into)] on_retry: Option<Callback<()>>,
) -> impl IntoView {
    let code = error.code().map(|code| words::wire_name(&code));
    view! {
        <Notice tone=Tone::Error error=code.unwrap_or_else(|| "unreachable".into())>
            <p>{move || words::error(locale(), &error)}</p>
            {on_retry.map(|retry| view! {
                <Button on_press=move || retry.run(())>{t(common::retry)}</Button>
            })}
        </Notice>
    }
}
