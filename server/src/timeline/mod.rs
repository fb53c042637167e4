//! Telling HubSpot what happens to messages, behind the sending: each event once on its
//! contact's timeline, in order, and the newest one in properties that lists and workflows
//! can filter by.
//!
//! What is told is in the database (`store/timeline.rs`); any server goes on with what
//! another has left. HubSpot has no key that would make writing a record safe to repeat:
//! what may have been written when no answer came is not written again. Whatever HubSpot
//! has answered, it is believed.

mod story;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use septet_core::wire::Millis;
use tokio::time::{MissedTickBehavior, interval, sleep};

use self::story::Telling;
use crate::app::App;
use crate::hubspot::{CrmError, Note, Wrote};
use crate::store::{StoreError, Told};

/// Between two looks.
const POLL: Duration = Duration::from_millis(500);
/// Messages that are told of together, and most that HubSpot takes at once.
const BATCH: u32 = 100;
/// One call in this time leaves most of HubSpot's allowance (110 in 10 seconds) to people.
const PACE: Duration = Duration::from_millis(125);
/// Milliseconds until HubSpot is told again, at first and at most.
const FIRST_PAUSE: Millis = 5_000;
const LONGEST_PAUSE: Millis = 60_000;
/// After so many tries, which take a day, it is given up.
const TRIES: u32 = 1_440;

/// Tells whatever there is to tell, for as long as it runs.
pub(crate) async fn run(app: App) {
    let mut looks = interval(POLL);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        if let Err(error) = look(&app).await {
            tracing::error!(%error, "HubSpot's timelines have to wait");
        }
    }
}

async fn look(app: &App) -> Result<(), StoreError> {
    for portal in app.store.untold_portals().await? {
        tell_some(app, portal).await?;
    }
    Ok(())
}

/// Tells of one batch of an account's messages.
async fn tell_some(app: &App, portal: u64) -> Result<(), StoreError> {
    let store = &app.store;
    let untold = store.take_untold(portal, BATCH).await?;
    let ids: Vec<i64> = untold.iter().map(|one| one.recipient).collect();
    let stories = store.stories(&ids).await?;
    let links = app.links();
    let mut tellings: BTreeMap<i64, Telling> = BTreeMap::new();
    for one in untold {
        let story = stories
            .iter()
            .find(|story| story.recipient == one.recipient);
        if let Some(story) = story {
            tellings.insert(one.recipient, Telling::of(one, story, &links));
        }
    }
    let about: Vec<(i64, i64, i64)> = tellings.values().filter_map(Telling::asked).collect();
    store.about_to_tell(&about).await?;
    let notes: Vec<(i64, Note)> = tellings
        .iter()
        .flat_map(|(id, telling)| telling.notes.iter().map(|note| (*id, note.clone())))
        .collect();
    let mut failed = BTreeSet::new();
    for batch in notes.chunks(BATCH as usize) {
        write(app, portal, batch, &mut failed).await;
    }
    let contacts: BTreeSet<&str> = stories
        .iter()
        .map(|story| story.contact_id.as_str())
        .collect();
    let contacts: Vec<&str> = contacts.into_iter().collect();
    let described = describe(app, portal, &contacts).await?;
    let told = tellings.into_iter().map(|(id, telling)| {
        let kept = failed.contains(&id);
        let wait = (kept || !described) && telling.untold.tries < TRIES;
        if (kept || !described) && !wait {
            tracing::error!(message = id, "HubSpot was not told of a message: given up");
        }
        let again = wait.then(|| pause(telling.untold.tries));
        telling.end(kept && wait, again)
    });
    let told: Vec<Told> = told.collect();
    store.have_told(&told).await
}

/// Writes records, some or all of which may be refused; notes whose messages have to wait.
async fn write(app: &App, portal: u64, batch: &[(i64, Note)], failed: &mut BTreeSet<i64>) {
    // Of a message whose first event has to wait, the second one waits as well.
    let batch: Vec<&(i64, Note)> = batch
        .iter()
        .filter(|(id, _)| !failed.contains(id))
        .collect();
    let notes: Vec<&Note> = batch.iter().map(|(_, note)| note).collect();
    match wrote(app, portal, &notes).await {
        Wrote::Taken => {}
        Wrote::Later => failed.extend(batch.iter().map(|(id, _)| *id)),
        Wrote::Unknown => tracing::warn!(
            portal,
            records = notes.len(),
            "HubSpot did not answer; what it was told may not stand on timelines"
        ),
        // One that it does not take must not hold up the others.
        Wrote::Refused if batch.len() > 1 => {
            for (id, note) in batch {
                if failed.contains(id) {
                    continue;
                }
                match wrote(app, portal, &[note]).await {
                    Wrote::Later => drop(failed.insert(*id)),
                    Wrote::Refused => refused(portal, *id),
                    Wrote::Taken | Wrote::Unknown => {}
                }
            }
        }
        Wrote::Refused => batch.iter().for_each(|(id, _)| refused(portal, *id)),
    }
}

fn refused(portal: u64, message: i64) {
    tracing::warn!(
        portal,
        message,
        "HubSpot does not take what was to stand on a timeline"
    );
}

async fn wrote(app: &App, portal: u64, notes: &[&Note]) -> Wrote {
    if notes.is_empty() {
        return Wrote::Taken;
    }
    breathe(app, portal).await;
    believed(portal, app.hubspot.write_notes(portal, notes).await)
}

/// Writes the newest event of each contact into its properties, which may be repeated;
/// whether that is done.
async fn describe(app: &App, portal: u64, contacts: &[&str]) -> Result<bool, StoreError> {
    let mut done = true;
    for contacts in contacts.chunks(BATCH as usize) {
        let latest = app.store.latest_stories(portal, contacts).await?;
        let described: Vec<_> = latest.iter().filter_map(story::described).collect();
        if described.is_empty() {
            continue;
        }
        breathe(app, portal).await;
        let wrote = believed(portal, app.hubspot.describe(portal, &described).await);
        if wrote == Wrote::Refused && described.len() > 1 {
            for one in &described {
                breathe(app, portal).await;
                let one = app
                    .hubspot
                    .describe(portal, std::slice::from_ref(one))
                    .await;
                done &= !matches!(believed(portal, one), Wrote::Later | Wrote::Unknown);
            }
        } else {
            done &= !matches!(wrote, Wrote::Later | Wrote::Unknown);
        }
    }
    Ok(done)
}

async fn breathe(app: &App, portal: u64) {
    sleep(PACE).await;
    app.hubspot.wait_for_room(portal).await;
}

fn believed(portal: u64, wrote: Result<Wrote, CrmError>) -> Wrote {
    wrote.unwrap_or_else(|error| {
        tracing::warn!(%error, portal, "HubSpot could not be told");
        // Nothing was sent: there was no token to send it with.
        Wrote::Later
    })
}

/// Longer each time.
fn pause(tries: u32) -> Millis {
    LONGEST_PAUSE.min(FIRST_PAUSE << tries.min(10))
}
