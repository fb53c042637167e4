//! Taking a campaign's recipients from its file, before anything of it leaves.
//!
//! In the background, page by page, so that memory stays small and others reach the
//! database in between. A server that dies is taken over from where it came to, by itself
//! after its start or by another. Several at the same campaign only waste work: of those
//! who read a page, one writes it (`store/preparing.rs`) and the others give up.

use std::time::Duration;

use septet_core::campaign::{Limits, Rules, SmsCampaign};
use tokio::time::sleep;

use crate::app::App;
use crate::audience::file::{PAGE, Places};
use crate::audience::{Departures, Scale};
use crate::clock;
use crate::store::{NewRecipient, Preparing, StoreError};

/// How often campaigns are looked for that others have left.
const POLL: Duration = Duration::from_secs(30);

/// Prepares whatever there is to prepare, for as long as it runs.
pub(crate) async fn run(app: App) {
    loop {
        match app.store.preparing().await {
            Ok(campaigns) => {
                for campaign in campaigns {
                    let id = campaign.id.clone();
                    if let Err(error) = prepare(&app, campaign).await {
                        tracing::error!(%error, campaign = id, "a campaign could not be prepared");
                    }
                }
            }
            Err(error) => tracing::error!(%error, "no campaigns could be prepared"),
        }
        tokio::select! {
            () = app.unprepared.notified() => {}
            () = sleep(POLL) => {}
        }
    }
}

async fn prepare(app: &App, mut at: Preparing) -> Result<(), StoreError> {
    let unreadable = StoreError::Unreadable { what: "draft" };
    let import = app.store.find_import(at.portal, &at.import).await?;
    let (Some(campaign), Some(import)) = (parse(app, &at), import) else {
        return Err(unreadable);
    };
    let mut scale = Scale::new(app, at.portal, &campaign).await?;
    let Some(places) = Places::of(&import, &at.draft.audience, scale.properties()) else {
        return Err(unreadable);
    };
    let mut departures = Departures::new(&campaign, at.planned, at.created_at);
    departures.skip(recall(app, &at, &mut scale).await?);
    loop {
        let page = app
            .store
            .import_rows(at.portal, &at.import, at.prepared, PAGE)
            .await?;
        let Some(last) = page.last() else { break };
        let until = last.line;
        let recipients: Vec<NewRecipient> = page
            .into_iter()
            .map(|row| {
                let mut recipient = places.recipient(row, &mut scale);
                departures.give(&mut recipient);
                recipient
            })
            .collect();
        if !app
            .store
            .prepare(&at, &recipients, until, clock::now())
            .await?
        {
            return Ok(());
        }
        at.prepared = until;
        app.events.campaign(&at.id);
    }
    if app.store.end_preparing(&at).await? {
        app.store.finish_if_done(&at.id).await?;
        app.events.campaign(&at.id);
        app.work.notify_one();
    }
    Ok(())
}

/// The campaign as it was checked.
fn parse(app: &App, at: &Preparing) -> Option<SmsCampaign> {
    let rules = Rules {
        limits: Limits {
            max_parts: at.max_parts,
        },
        properties: None,
        links: &app.links(),
        default_name: &at.name,
    };
    SmsCampaign::parse(&at.draft, &rules).ok()
}

/// Remembers the numbers that were taken before; how many there are.
async fn recall(app: &App, at: &Preparing, scale: &mut Scale<'_>) -> Result<u64, StoreError> {
    let (mut after, mut taken) = (0, 0);
    loop {
        let page = app.store.waiting_numbers(&at.id, after, PAGE).await?;
        let Some((last, _)) = page.last() else {
            return Ok(taken);
        };
        after = *last;
        taken += page.len() as u64;
        for (_, digits) in &page {
            scale.take(digits);
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use septet_core::wire::{Audience, CreateCampaign, Timing};

    use super::*;
    use crate::testing::{BOOKSHOP, World, draft, eventually};
    use crate::{campaigns, receiving};

    #[tokio::test]
    async fn who_dies_while_preparing_is_taken_over_from_there() {
        let mut world = World::start().await;
        world.signed_in().await;
        world.stop_delivery().await;
        let app = world.app.clone();
        // The second half has the numbers of the first.
        let numbers = (0..6_000).map(|number| format!("{}\n", 912_000_000 + number % 3_000));
        let file = Body::from(format!("phone\n{}", numbers.collect::<String>()));
        let import = receiving::receive(app.clone(), BOOKSHOP, "a.csv".into(), file).await;
        let start = clock::now() + 3_600_000;
        let mut draft = draft("Olá");
        draft.audience = Audience::Import {
            id: import.unwrap().id,
            phone: "phone".into(),
            person: None,
            prefix: None,
        };
        draft.timing = Timing {
            start_at: Some(start),
            spread_until: Some(start + 3_000),
            ..Timing::default()
        };
        let key = "key".to_owned();
        let made = campaigns::create(&app, BOOKSHOP, CreateCampaign { key, draft }).await;
        let id = made.unwrap().id;

        let preparing = async || app.store.preparing().await.unwrap().pop();
        let first = preparing().await.unwrap();
        tokio::select! {
            _ = prepare(&app, first) => panic!("it was to die"),
            () = eventually("a page is there", async || {
                preparing().await.filter(|at| at.prepared > 0).map(drop)
            }) => {}
        }
        let second = preparing().await.unwrap();
        assert!((1..6_001).contains(&second.prepared));
        prepare(&app, second).await.unwrap();

        let campaign = app.store.campaign(BOOKSHOP, &id).await.unwrap().unwrap();
        let counts = campaign.counts;
        assert_eq!(
            (counts.total, counts.pending, counts.not_sent),
            (6_000, 3_000, 3_000)
        );
        // Every message has its own place in the time that there is.
        assert_eq!(campaign.next_at, Some(start));
        let worker = app.store.register().await.unwrap();
        let leaving = app.store.claim_all(worker, 6_000, start + 1_499).await;
        assert_eq!(leaving.unwrap().len(), 1_500);
    }
}
