//! Something that is asked from the server, and what is known of it so far.

use leptos::task::spawn_local;

use crate::api::ApiError;
use crate::signals::RwSignal;

/// What a view shows of an answer: a skeleton, the thing, or what went wrong.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Remote<T> {
    /// Asked, not yet answered.
    Loading,
    /// The answer.
    Ready(T),
    /// No answer, and why.
    Failed(ApiError),
}

impl<T> From<Result<T, ApiError>> for Remote<T> {
    fn from(answer: Result<T, ApiError>) -> Self {
        match answer {
            Ok(value) => Self::Ready(value),
            Err(error) => Self::Failed(error),
        }
    }
}

/// Asks once and puts the answer where the view sees it.
pub(crate) fn load<T: Send + Sync + 'static>(
    into: RwSignal<Remote<T>>,
    question: impl Future<Output = Result<T, ApiError>> + 'static,
) {
    into.set(Remote::Loading);
    spawn_local(async move {
        let answer = question.await;
        // The view may be gone by now; then nobody wants the answer.
        into.try_set(answer.into());
    });
}
