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
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use self::story::Telling;
use crate::app::App;
use crate::hubspot::{CrmError, Note, Wrote};
use crate::store::{Held, StoreError, Told};

/// Between two looks.
const POLL: Duration = Duration::from_millis(500);
/// Messages that are told of together, and most that HubSpot takes at once.
const BATCH: u32 = 100;
/// One call in this time leaves most of HubSpot's allowance (110 in 10 seconds) to people.
const PACE: Duration = Duration::from_millis(125);
/// Notes are held on to after this time; others take them after a minute.
const HOLD_ON: Duration = Duration::from_secs(15);
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
    let Held { until, untold } = store.take_untold(portal, BATCH).await?;
    let ids: Vec<i64> = untold.iter().map(|one| one.recipient).collect();
    let stories = store.stories(&ids).await?;
    let mut tellings: BTreeMap<i64, Telling> = BTreeMap::new();
    for one in untold {
        let story = stories
            .iter()
            .find(|story| story.recipient == one.recipient);
        if let Some(story) = story {
            tellings.insert(one.recipient, Telling::of(one, story));
        }
    }
    let about: Vec<(i64, i64, i64)> = tellings.values().filter_map(Telling::asked).collect();
    let held = store.about_to_tell(&about, until).await?;
    let mut round = Round {
        app,
        portal,
        held,
        until,
        since: Instant::now(),
        failed: BTreeSet::new(),
    };
    let notes: Vec<(i64, Note)> = tellings
        .iter()
        .flat_map(|(id, telling)| telling.notes.iter().map(|note| (*id, note.clone())))
        .collect();
    for batch in notes.chunks(BATCH as usize) {
        round.write(batch).await?;
    }
    let contacts: BTreeSet<&str> = stories
        .iter()
        .map(|story| story.contact_id.as_str())
        .collect();
    let contacts: Vec<&str> = contacts.into_iter().collect();
    let described = describe(app, portal, &contacts).await?;
    let told = tellings.into_iter().map(|(id, telling)| {
        let kept = round.failed.contains(&id);
        let wait = (kept || !described) && telling.untold.tries < TRIES;
        if (kept || !described) && !wait {
            tracing::error!(message = id, "HubSpot was not told of a message: given up");
        }
        let again = wait.then(|| pause(telling.untold.tries));
        telling.end(kept && wait, again)
    });
    let told: Vec<Told> = told.collect();
    store.have_told(&told, round.until).await
}

/// Notes that are being told, for as long as nobody else has taken them over.
struct Round<'a> {
    app: &'a App,
    portal: u64,
    /// Messages that may be told of.
    held: BTreeSet<i64>,
    until: Millis,
    /// When they were last held on to.
    since: Instant,
    /// Messages that have to wait.
    failed: BTreeSet<i64>,
}

impl Round<'_> {
    /// Writes records, some or all of which may be refused.
    async fn write(&mut self, batch: &[(i64, Note)]) -> Result<(), StoreError> {
        for ((id, note), wrote) in batch.iter().zip(self.wrote(batch).await?) {
            match wrote {
                Some(Wrote::Refused) if batch.len() > 1 => {
                    // One that it does not take must not hold up the others.
                    let alone = [(*id, note.clone())];
                    for wrote in self.wrote(&alone).await? {
                        self.note(*id, wrote);
                    }
                }
                wrote => self.note(*id, wrote),
            }
        }
        Ok(())
    }

    fn note(&mut self, id: i64, wrote: Option<Wrote>) {
        let (portal, message) = (self.portal, id);
        self.app.metrics.told(wrote);
        match wrote {
            None | Some(Wrote::Taken) => {}
            Some(Wrote::Later) => drop(self.failed.insert(id)),
            Some(Wrote::Unknown) => tracing::warn!(
                portal,
                message,
                "HubSpot did not answer; what it was told may not stand on a timeline"
            ),
            Some(Wrote::Refused) => tracing::warn!(
                portal,
                message,
                "HubSpot does not take what was to stand on a timeline"
            ),
        }
    }

    /// What became of each; `None` for what was not written at all: of a message whose first
    /// event has to wait, the second one waits as well, and what others have taken over is
    /// theirs.
    async fn wrote(&mut self, batch: &[(i64, Note)]) -> Result<Vec<Option<Wrote>>, StoreError> {
        breathe(self.app, self.portal).await;
        if self.since.elapsed() > HOLD_ON {
            (self.held, self.until) = self.app.store.hold_on(&self.held, self.until).await?;
            self.since = Instant::now();
        }
        let may = |id: &i64| self.held.contains(id) && !self.failed.contains(id);
        let notes: Vec<&Note> = batch
            .iter()
            .filter(|(id, _)| may(id))
            .map(|(_, note)| note)
            .collect();
        let mut wrote = self
            .app
            .hubspot
            .write_notes(self.portal, &notes)
            .await
            .unwrap_or_else(|error| vec![not_asked(self.portal, &error); notes.len()])
            .into_iter();
        let each = batch.iter();
        Ok(each
            .map(|(id, _)| if may(id) { wrote.next() } else { None })
            .collect())
    }
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
        let wrote = app.hubspot.describe(portal, &described).await;
        let wrote = wrote.unwrap_or_else(|error| not_asked(portal, &error));
        if wrote == Wrote::Refused && described.len() > 1 {
            for one in &described {
                breathe(app, portal).await;
                let one = std::slice::from_ref(one);
                let wrote = app.hubspot.describe(portal, one).await;
                let wrote = wrote.unwrap_or_else(|error| not_asked(portal, &error));
                done &= !matches!(wrote, Wrote::Later | Wrote::Unknown);
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

/// Nothing was sent: there was no token to send it with.
fn not_asked(portal: u64, error: &CrmError) -> Wrote {
    tracing::warn!(%error, portal, "HubSpot could not be told");
    Wrote::Later
}

/// Longer each time.
fn pause(tries: u32) -> Millis {
    LONGEST_PAUSE.min(FIRST_PAUSE << tries.min(10))
}
