//! What 360nrs tells the account of: call-backs are worked into the message that they
//! are about, at once or as soon as that is known.
//!
//! What is kept is looked through every few seconds: the answer that names the message
//! may come after the call-back, and may never come.

use std::time::Duration;

use septet_core::event::EventKind;
use septet_core::opt_out::{OptOutScope, OptOutSource, is_stop};
use septet_core::wire::Millis;
use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;
use crate::clock;
use crate::delivery::Unwritten;
use crate::opt_out::{self, How, OptOutError};
use crate::store::{Callback, Entry, Event, StoreError};

/// Between two looks.
const BETWEEN: Duration = Duration::from_secs(5);
/// How long a call-back waits for its message.
const KEPT: Millis = 3 * 24 * 60 * 60 * 1000;

/// Why a call-back could not be worked in; 360nrs or the next look comes again with it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallbackError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Unwritten(#[from] Unwritten),
    #[error(transparent)]
    OptOut(#[from] OptOutError),
}

/// Takes a call-back, and keeps it if its message is not known.
pub(crate) async fn receive(app: &App, callback: &Callback) -> Result<(), CallbackError> {
    let found = app
        .store
        .of_provider(callback.portal, &callback.provider_id)
        .await?;
    match found {
        Some(message) => apply(app, message, callback).await,
        None => {
            if !app.store.keep_callback(callback, clock::now()).await? {
                tracing::warn!("a call-back was not kept: too many wait for their messages");
            }
            Ok(())
        }
    }
}

async fn apply(app: &App, message: i64, callback: &Callback) -> Result<(), CallbackError> {
    let kind = EventKind::from_callback(&callback.event);
    let event = if kind == Some(EventKind::Response) {
        let stops = is_stop(&callback.said);
        // First of all: what is told twice is not looked at again.
        if stops {
            let said = callback.said.trim().to_owned();
            opt_out(app, message, OptOutSource::Reply, said).await?;
        }
        Event::Answer {
            portal: callback.portal,
            code: callback.event.clone(),
            said: callback.said.clone(),
            stops,
        }
    } else {
        Event::Report {
            portal: callback.portal,
            code: callback.event.clone(),
            report: kind.map(EventKind::report),
        }
    };
    let entry = Entry {
        message,
        worker: None,
        event,
    };
    app.writer.write(entry).await?;
    app.metrics.reported(kind.is_some());
    match kind {
        Some(EventKind::Clicked) => {
            if app.store.clicked(message, clock::now()).await?
                && let Some((campaign, _)) = app.store.recipient(message).await?
            {
                app.events.recipient(&campaign, message);
            }
        }
        Some(EventKind::Unsubscribed) => {
            opt_out(app, message, OptOutSource::Provider, String::new()).await?;
        }
        Some(EventKind::Response) => {
            if let Some((campaign, _)) = app.store.recipient(message).await? {
                app.events.recipient(&campaign, message);
            }
        }
        _ => {}
    }
    Ok(())
}

async fn opt_out(
    app: &App,
    message: i64,
    source: OptOutSource,
    reason: String,
) -> Result<(), CallbackError> {
    if let Some(person) = app.store.recipient_as_unsubscriber(message).await? {
        let scope = OptOutScope::Sms;
        let how = How {
            scope,
            source,
            reason,
        };
        opt_out::confirm(app, person, how).await?;
    }
    Ok(())
}

/// Looks again and again, until it is dropped.
pub(crate) async fn run(app: App) {
    let mut looks = interval(BETWEEN);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        if let Err(error) = look(&app, clock::now()).await {
            tracing::error!(%error, "call-backs that were kept could not be worked in");
        }
    }
}

/// Works in what is kept and whose message is known by now; a crash in between repeats it,
/// which changes nothing.
async fn look(app: &App, now: Millis) -> Result<(), CallbackError> {
    app.store.identify_by_callbacks().await?;
    for (id, message, callback) in app.store.due_callbacks().await? {
        // One that cannot be worked in is in nobody's way; it goes when its time is over.
        match apply(app, message, &callback).await {
            Ok(()) => app.store.drop_callback(id).await?,
            Err(error) => tracing::error!(%error, message, "a call-back waits on"),
        }
    }
    Ok(app.store.drop_callbacks(now - KEPT).await?)
}
