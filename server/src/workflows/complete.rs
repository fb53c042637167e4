//! Telling HubSpot what became of what its workflows wait for.
//!
//! Completing twice does no harm: HubSpot takes the first and refuses the second. So it is
//! told again whenever it is not known to have heard.

use std::collections::BTreeMap;
use std::slice;
use std::time::Duration;

use septet_core::delivery::MessageState;
use septet_core::wire::Millis;
use serde_json::{Map, Value};
use tokio::time::{MissedTickBehavior, interval};

use super::enrol::{self, TakeError};
use super::fields::CompleteWhen;
use super::request::Execution;
use super::say;
use crate::app::App;
use crate::hubspot::{Completed, Completion, CrmError};
use crate::store::{Awaited, AwaitedMessage, Expanding, StoreError};

/// Between two looks.
const POLL: Duration = Duration::from_millis(500);
/// Messages that have changed so long ago are looked at again, in milliseconds: a clock may
/// be a little off, and a transaction take its time.
const OVERLAP: Millis = 15_000;
/// And at the start: whoever was at it may have died at any time since.
const AT_START: Millis = 26 * 60 * 60 * 1000;
/// Executions that are expanded in one go.
const EXPAND: u32 = 50;
/// Most that HubSpot is told at once.
const BATCH: usize = 100;
/// Milliseconds until HubSpot is asked or told again, at first and at most.
const FIRST_PAUSE: Millis = 5_000;
const LONGEST_PAUSE: Millis = 5 * 60_000;

/// Expands and completes, for as long as it runs.
pub(crate) async fn run(app: App) {
    let mut looks = interval(POLL);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Up to when everything that has changed was looked at.
    let mut seen = None;
    loop {
        looks.tick().await;
        if let Err(error) = expand_all(&app).await {
            tracing::error!(%error, "executions of workflows have to wait");
        }
        match complete_all(&app, seen).await {
            Ok(looked) => seen = Some(looked),
            Err(error) => tracing::error!(%error, "workflows wait to be told"),
        }
    }
}

async fn expand_all(app: &App) -> Result<(), StoreError> {
    loop {
        let found = app.store.take_expanding(EXPAND).await?;
        let more = found.len() == EXPAND as usize;
        for expanding in found {
            expand(app, &expanding).await?;
        }
        if !more {
            return Ok(());
        }
    }
}

async fn expand(app: &App, expanding: &Expanding) -> Result<(), StoreError> {
    let key = [(expanding.portal, expanding.callback_id.as_str())];
    let body = serde_json::from_str(&expanding.request).unwrap_or_default();
    let Some(execution) = Execution::read(&body) else {
        return app.store.end_executions(&key).await;
    };
    let when = CompleteWhen::from_name(&expanding.complete_when);
    let pause = pause(expanding.tries);
    let why = match enrol::expand(app, &execution, when).await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(why)) => why,
        Err(TakeError::Store(error)) => return Err(error),
        Err(TakeError::Crm(error @ (CrmError::NotFound | CrmError::Refused(_)))) => {
            tracing::warn!(%error, "the contacts of an execution cannot be read");
            "HubSpot does not let Septet read the contacts of this record.".to_owned()
        }
        Err(error) => {
            let now = app.store.clock().await?;
            if now < expanding.deadline {
                tracing::warn!(%error, pause, "an execution of a workflow has to wait");
                return app.store.put_off_executions(&key, pause).await;
            }
            "HubSpot could not be asked for the contacts of this record.".to_owned()
        }
    };
    if when == CompleteWhen::Queued {
        return app.store.end_executions(&key).await;
    }
    let completion = Completion {
        callback_id: expanding.callback_id.clone(),
        fields: say::failed(&why),
    };
    tell(app, expanding.portal, vec![completion], pause).await
}

/// Completes what is over among what has changed since a time; when it looked. HubSpot may
/// take its time to answer, and what changes meanwhile is looked at next.
async fn complete_all(app: &App, since: Option<Millis>) -> Result<Millis, StoreError> {
    let now = app.store.clock().await?;
    let since = since.map_or(now - AT_START, |since| since - OVERLAP);
    let awaited = app.store.awaited(since).await?;
    let mut executions: BTreeMap<(u64, String), Vec<Awaited>> = BTreeMap::new();
    for one in awaited {
        let key = (one.portal, one.callback_id.clone());
        executions.entry(key).or_default().push(one);
    }
    executions.retain(|_, messages| is_over(messages, now));
    let keys: Vec<(u64, &str)> = executions
        .keys()
        .map(|(portal, id)| (*portal, id.as_str()))
        .collect();
    let mut portals: BTreeMap<u64, (Millis, Vec<Completion>)> = BTreeMap::new();
    for key in app.store.hold_executions(&keys).await? {
        let Some(messages) = executions.get(&key) else {
            continue;
        };
        let tries = messages.iter().map(|one| one.tries).max().unwrap_or(0);
        let (pause_of, completions) = portals.entry(key.0).or_default();
        *pause_of = pause(tries).max(*pause_of);
        completions.push(Completion {
            callback_id: key.1,
            fields: outcome(messages),
        });
    }
    for (portal, (pause, mut completions)) in portals {
        while !completions.is_empty() {
            let rest = completions.split_off(BATCH.min(completions.len()));
            tell(app, portal, completions, pause).await?;
            completions = rest;
        }
    }
    Ok(now)
}

async fn tell(
    app: &App,
    portal: u64,
    completions: Vec<Completion>,
    pause: Millis,
) -> Result<(), StoreError> {
    let (mut done, mut again) = (Vec::new(), Vec::new());
    let all = || {
        completions
            .iter()
            .map(|one| (portal, one.callback_id.as_str()))
    };
    match app.hubspot.complete(portal, &completions).await {
        Ok(Completed::Taken) => done.extend(all()),
        Ok(Completed::Refused) if completions.len() > 1 => {
            // One that has expired must not hold up the others.
            for one in &completions {
                let key = (portal, one.callback_id.as_str());
                match app.hubspot.complete(portal, slice::from_ref(one)).await {
                    Ok(Completed::Taken | Completed::Refused) => done.push(key),
                    Ok(Completed::Later) | Err(_) => again.push(key),
                }
            }
        }
        // It has gone on without us.
        Ok(Completed::Refused) => done.extend(all()),
        Ok(Completed::Later) => again.extend(all()),
        Err(error) => {
            tracing::warn!(%error, portal, "HubSpot could not be told about its workflows");
            again.extend(all());
        }
    }
    app.store.end_executions(&done).await?;
    app.store.put_off_executions(&again, pause).await
}

/// Longer each time.
fn pause(tries: u32) -> Millis {
    LONGEST_PAUSE.min(FIRST_PAUSE << tries.min(10))
}

/// Whether HubSpot is to be told now.
fn is_over(messages: &[Awaited], now: Millis) -> bool {
    messages.iter().all(|one| {
        let settled = one
            .message
            .as_ref()
            .is_none_or(|message| match one.complete_when.as_str() {
                "sent" => message.state == MessageState::Accepted || message.state.is_final(),
                _ => message.state.is_final(),
            });
        settled || one.deadline <= now
    })
}

/// One word for all messages of an execution, the best that can be said of any.
fn outcome(awaited: &[Awaited]) -> Map<String, Value> {
    let messages: Vec<&AwaitedMessage> = awaited
        .iter()
        .filter_map(|one| one.message.as_ref())
        .collect();
    let order = [
        MessageState::Delivered,
        MessageState::Accepted,
        MessageState::InDoubt,
        MessageState::Undelivered,
    ];
    let best = order.into_iter().find(|state| {
        let same = |message: &&AwaitedMessage| say::state(message.state) == say::state(*state);
        messages.iter().any(same)
    });
    let reason = messages.iter().find_map(|message| message.reason);
    let why = reason.map_or("", say::reason);
    let Some(best) = best else {
        return say::failed(why);
    };
    let parts: u32 = messages
        .iter()
        .filter_map(|one| one.parts)
        .map(u32::from)
        .sum();
    let id = messages.iter().find_map(|one| one.provider_id.as_deref());
    let fields = [
        ("hs_execution_state", "SUCCESS".to_owned()),
        ("state", say::state(best).to_owned()),
        ("message_id", id.unwrap_or_default().to_owned()),
        ("parts", parts.to_string()),
        ("error", why.to_owned()),
    ];
    let fields = fields.into_iter();
    fields
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}
