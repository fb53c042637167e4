//! What went wrong with a request, in words, with a way on.

use leptos::prelude::*;
use septet_core::wire::ErrorCode;

use super::{Button, Notice, Tone};
use crate::api::ApiError;
use crate::dom::{Children, View, view};
use crate::i18n::{common, t};
use crate::words;

/// Shows the sentence of an error, and "try again" where that is given.
#[component]
pub(crate) fn ErrorNotice(
    error: ApiError,
    #[prop(optional, into)] on_retry: Option<Callback<()>>,
    /// What else there is to say of it.
    #[prop(optional)]
    children: Option<Children>,
) -> View {
    let code = error.code().map_or("unreachable", ErrorCode::name);
    let sentence = t(words::error(&error));
    let retry = on_retry.map(|retry| {
        view! {
            <Button on_press=retry>{t(common::retry)}</Button>
        }
    });
    view! {
        <Notice tone=Tone::Error error=code>
            <p>{sentence}</p>
            {children.map(|children| children())}
            {retry}
        </Notice>
    }
}
