//! Campaigns of which messages have changed, so that they may be at their end.
//!
//! Looking whether one is costs a statement; it is done when there is time, once for all
//! messages that have changed since.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::app::App;

/// Their ids; cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Touched(Arc<Mutex<BTreeSet<String>>>);

impl Touched {
    pub(super) fn add(&self, campaign: String) {
        self.lock().insert(campaign);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<String>> {
        // A set is never left half-changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends campaigns of which nothing waits any more.
pub(super) async fn finish(app: &App) {
    let touched = std::mem::take(&mut *app.touched.lock());
    for campaign in touched {
        match app.store.finish_if_done(&campaign).await {
            Ok(true) => app.events.campaign(&campaign),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(%error, "a campaign could not be finished");
                app.touched.add(campaign);
            }
        }
    }
}
