//! Waiting for a pause before something is done.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

/// Does only the last of the things that it is given in quick succession; ends with its view.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pause {
    length: Duration,
    waiting: StoredValue<Option<TimeoutHandle>>,
}

impl Pause {
    pub(super) fn new(milliseconds: u64) -> Self {
        let pause = Self {
            length: Duration::from_millis(milliseconds),
            waiting: StoredValue::new(None),
        };
        on_cleanup(move || pause.cancel());
        pause
    }

    /// Does this after a pause, unless something else comes first.
    pub(super) fn then(self, what: impl FnOnce() + 'static) {
        self.schedule(Box::new(what));
    }

    /// Does nothing of what is waiting.
    pub(super) fn cancel(self) {
        if let Some(handle) = self.waiting.try_get_value().flatten() {
            handle.clear();
        }
    }

    fn schedule(self, what: Box<dyn FnOnce()>) {
        self.cancel();
        self.waiting
            .try_set_value(set_timeout_with_handle(what, self.length).ok());
    }
}
