//! Reading a campaign's audience, before anything of it leaves.
//!
//! In the background, page by page, so that memory stays small and others reach the
//! database in between. A server that dies is taken over from where it came to, by itself
//! after its start or by another. Of several that read the same page, one writes it
//! (`store/preparing.rs`) and the others give up.
//!
//! What passes is waited for, longer each time. What does not pauses the campaign and
//! says why; whoever resumes it goes on from where it came to.

use std::time::Duration;

use septet_core::campaign::{Limits, Rules, SmsCampaign};
use septet_core::wire::{Audience, Millis};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::app::App;
use crate::audience::{ReadError, Reader, Scale};
use crate::clock;
use crate::hubspot::CrmError;
use crate::store::{Mark, Preparing, StoreError, Taken};

/// How often campaigns are looked for that others have left, or that have waited.
const POLL: Duration = Duration::from_secs(2);
/// How often a campaign that is being prepared is held on to.
const RENEW: Duration = Duration::from_secs(2);
/// Campaigns that one server prepares at the same time.
const AT_ONCE: usize = 4;
/// Messages that are looked at, at once.
const PAGE: u32 = 1_000;
/// Milliseconds until HubSpot is asked again, when it has failed for the first time and
/// at most.
const FIRST_PAUSE: Millis = 5_000;
const LONGEST_PAUSE: Millis = 5 * 60_000;

/// Prepares whatever there is to prepare, for as long as it runs.
pub(crate) async fn run(app: App) {
    if let Err(error) = app.store.free_unprepared().await {
        tracing::error!(%error, "campaigns to prepare have to wait");
    }
    let mut running = JoinSet::new();
    loop {
        while running.len() < AT_ONCE {
            match app.store.take_unprepared().await {
                Ok(Some(campaign)) => {
                    let app = app.clone();
                    running.spawn(async move { work(&app, campaign).await });
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::error!(%error, "no campaigns could be prepared");
                    break;
                }
            }
        }
        tokio::select! {
            () = app.unprepared.notified() => {}
            () = sleep(POLL) => {}
            Some(_) = running.join_next() => {}
        }
    }
}

/// Prepares a campaign, or says why not.
async fn work(app: &App, mut at: Preparing) {
    let id = at.id.clone();
    let prepared = tokio::select! {
        prepared = prepare(app, &mut at) => prepared,
        error = hold(app, &id) => Err(error.into()),
    };
    let Err(error) = prepared else { return };
    let noted = match error {
        ReadError::Store(error) => Err(error),
        ReadError::Crm(CrmError::Store(error)) => Err(error),
        ReadError::Crm(CrmError::Unreachable(_)) => {
            let pause = pause(at.tries);
            tracing::warn!(%error, campaign = at.id, pause, "an audience has to wait");
            app.store.put_off_preparing(&at, pause).await
        }
        ReadError::Gone
        | ReadError::Crm(
            CrmError::NotFound
            | CrmError::Refused(_)
            | CrmError::Disconnected
            | CrmError::Secret(_),
        ) => {
            tracing::warn!(%error, campaign = at.id, "an audience cannot be read");
            app.store.give_up_preparing(&at).await.map(drop)
        }
    };
    // Nobody else is told: whoever takes the campaign next will see.
    if let Err(error) = noted {
        tracing::error!(%error, campaign = at.id, "a campaign could not be prepared");
    }
    app.events.campaign(&at.id);
}

/// Keeps others away for as long as it runs; why it could not.
async fn hold(app: &App, campaign: &str) -> StoreError {
    loop {
        sleep(RENEW).await;
        if let Err(error) = app.store.hold_unprepared(campaign).await {
            return error;
        }
    }
}

/// Longer each time.
fn pause(tries: u32) -> Millis {
    LONGEST_PAUSE.min(FIRST_PAUSE << tries.min(10))
}

async fn prepare(app: &App, at: &mut Preparing) -> Result<(), ReadError> {
    let draft = at.draft.clone().ok_or(ReadError::Gone)?;
    let rules = Rules {
        limits: Limits {
            max_parts: at.max_parts,
        },
        properties: None,
        links: &at.links,
        default_name: &at.name,
    };
    // It was checked when the campaign was made.
    let campaign = SmsCampaign::parse(&draft, &rules).map_err(|_| ReadError::Gone)?;
    let import = match &draft.audience {
        Audience::Import { id, .. } => app.store.find_import(at.portal, id).await?,
        Audience::Contacts { .. } | Audience::List { .. } | Audience::Search { .. } => None,
    };
    let mut scale = Scale::new(app, at.portal, &campaign).await?;
    let (audience, properties) = (&draft.audience, scale.properties());
    let reader = Reader::open(app, at.portal, audience, import.as_ref(), properties)?;
    recall(app, at, &mut scale).await?;
    while let Mark::At(place) = &at.mark {
        reader.wait_for_room().await;
        let page = reader.page(place).await?;
        let now = clock::now();
        let recipients = page.entries.into_iter().map(|entry| {
            let mut recipient = scale.recipient(entry);
            recipient.not_before = campaign.schedule.leaves_at(0, 1, at.created_at);
            recipient
        });
        let taken = Taken {
            recipients: recipients.collect(),
            mark: page.next,
            size: page.size,
        };
        if !app.store.prepare(at, &taken, now).await? {
            return Ok(());
        }
        at.mark = taken.mark;
        at.tries = 0;
        app.events.campaign(&at.id);
    }
    if campaign.schedule.spread_until.is_some() {
        spread(app, &at.id, &campaign).await?;
    }
    if app.store.end_preparing(at).await? {
        app.store.finish_if_done(&at.id).await?;
        app.events.campaign(&at.id);
        app.work.notify_one();
    }
    Ok(())
}

/// Remembers the numbers that were taken before.
async fn recall(app: &App, at: &Preparing, scale: &mut Scale<'_>) -> Result<(), StoreError> {
    let mut after = 0;
    loop {
        let page = app.store.waiting_numbers(&at.id, after, PAGE).await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = *last;
        for (_, digits) in &page {
            scale.take(digits);
        }
    }
}

/// Spreads a campaign's messages over the time that there is, now that it is known how
/// many they are. Whoever is interrupted here begins anew.
async fn spread(app: &App, campaign: &str, parsed: &SmsCampaign) -> Result<(), StoreError> {
    let of = app.store.waiting(campaign).await?;
    let now = clock::now();
    let (mut after, mut place) = (0, 0);
    loop {
        let page = app.store.waiting_numbers(campaign, after, PAGE).await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = *last;
        let departures = page.iter().zip(place..);
        let departures = departures.map(|((id, _), place)| {
            let departure = parsed.schedule.leaves_at(place, of, now);
            (*id, departure)
        });
        let departures: Vec<(i64, Millis)> = departures.collect();
        place += departures.len() as u64;
        app.store.set_departures(&departures).await?;
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use septet_core::wire::{
        CampaignState, CampaignSummary, CreateCampaign, SearchFilter, SearchOperator, SmsDraft,
        Timing,
    };
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{BOOKSHOP, World, campaign, draft, eventually};
    use crate::{campaigns, receiving};

    async fn create(app: &App, draft: SmsDraft) -> String {
        let key = "key".to_owned();
        let made = campaigns::create(
            app,
            BOOKSHOP,
            "ana@shop.example",
            CreateCampaign { key, draft },
        )
        .await;
        made.unwrap().id
    }

    async fn summary(app: &App, id: &str) -> CampaignSummary {
        app.store.campaign(BOOKSHOP, id).await.unwrap().unwrap()
    }

    /// A draft for a list of so many contacts.
    async fn to_crowd(world: &World, contacts: u64) -> SmsDraft {
        let id = world.crowd(contacts).await;
        SmsDraft {
            audience: Audience::List { id },
            ..draft("Olá {{contact.firstname}}")
        }
    }

    /// Prepares a campaign, and dies when it has read some of it.
    async fn prepare_and_die(app: &App, id: &str) -> Preparing {
        let mut first = app.store.take_unprepared().await.unwrap().unwrap();
        tokio::select! {
            _ = prepare(app, &mut first) => panic!("it was to die"),
            () = eventually("a page is there", async || {
                (summary(app, id).await.counts.total > 0).then_some(())
            }) => {}
        }
        app.store.let_go(id).await;
        let second = app.store.take_unprepared().await.unwrap().unwrap();
        assert!(!matches!(&second.mark, Mark::At(place) if place.is_empty()));
        assert_ne!(second.mark, Mark::End);
        second
    }

    #[tokio::test]
    async fn who_dies_while_preparing_a_file_is_taken_over_from_there() {
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
        let id = create(&app, draft).await;

        let mut second = prepare_and_die(&app, &id).await;
        prepare(&app, &mut second).await.unwrap();

        let campaign = summary(&app, &id).await;
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

    #[tokio::test]
    async fn who_dies_while_preparing_a_list_is_taken_over_from_there() {
        let mut world = World::start().await;
        world.signed_in().await;
        world.stop_delivery().await;
        let app = world.app.clone();
        let draft = to_crowd(&world, 3_000).await;
        let id = create(&app, draft).await;
        let mut second = prepare_and_die(&app, &id).await;
        prepare(&app, &mut second).await.unwrap();
        let campaign = summary(&app, &id).await;
        assert_eq!(campaign.state, CampaignState::Sending);
        let counts = campaign.counts;
        assert_eq!((counts.total, counts.pending), (3_000, 3_000));
    }

    #[tokio::test]
    async fn a_list_of_thousands_is_a_campaign_at_once_and_is_read_in_the_background() {
        let mut world = World::start().await;
        let browser = world.signed_in().await;
        world.stop_delivery().await;
        let draft = to_crowd(&world, 2_600).await;
        let (status, check) = browser.post("/api/campaigns/check", &json!(draft)).await;
        assert_eq!((status, &check["sampled_of"]), (200, &json!(2_600)));
        assert_eq!(check["recipients"], 2_000);

        let (status, campaign) = browser.create("key", &draft).await;
        assert_eq!(status, 201);
        let state = json!({ "state": "preparing", "done": 0, "total": 2_600, "stalled": false });
        assert_eq!(campaign["state"], state);
        let id = campaign["id"].as_str().unwrap();
        // The same request again is the same campaign.
        let (status, again) = browser.create("key", &draft).await;
        assert_eq!((status, &again["id"]), (200, &json!(id)));
        let running = tokio::spawn(run(world.app.clone()));
        let prepared = |campaign: &Value| campaign["state"]["state"] == "sending";
        let campaign = world.campaign_when(&browser, id, prepared).await;
        assert_eq!(campaign["counts"]["pending"], 2_600);
        running.abort();
    }

    #[tokio::test]
    async fn a_list_that_is_refused_pauses_its_campaign_until_it_is_resumed() {
        let mut world = World::start().await;
        let browser = world.signed_in().await;
        world.stop_delivery().await;
        let draft = to_crowd(&world, 600).await;
        let id = browser.created("key", &draft).await;
        world.set_faults(json!({ "crm": "refused" })).await;
        let running = tokio::spawn(run(world.app.clone()));
        let paused = |campaign: &Value| {
            campaign["state"] == json!({ "state": "paused", "reason": "audience_unreadable" })
        };
        let resume = format!("/api/campaigns/{id}/resume");
        for _ in 0..2 {
            let campaign = world.campaign_when(&browser, &id, paused).await;
            assert_eq!(campaign["counts"]["total"], 0);
            let (status, resumed) = browser.post(&resume, &json!(null)).await;
            assert_eq!(
                (status, &resumed["state"]["state"]),
                (200, &json!("preparing"))
            );
        }
        world.campaign_when(&browser, &id, paused).await;
        world.set_faults(json!({})).await;
        assert_eq!(browser.post(&resume, &json!(null)).await.0, 200);
        let prepared = |campaign: &Value| campaign["state"]["state"] == "sending";
        let campaign = world.campaign_when(&browser, &id, prepared).await;
        assert_eq!(campaign["counts"]["pending"], 600);
        running.abort();
    }

    #[tokio::test]
    async fn while_hubspot_is_down_a_campaign_waits_says_so_and_goes_on() {
        let mut world = World::start().await;
        world.signed_in().await;
        world.stop_delivery().await;
        let app = world.app.clone();
        let draft = to_crowd(&world, 600).await;
        let id = create(&app, draft).await;
        world.set_faults(json!({ "crm": "down" })).await;
        for tries in 1..=3 {
            let at = app.store.take_unprepared().await.unwrap().unwrap();
            work(&app, at).await;
            assert!(app.store.take_unprepared().await.unwrap().is_none());
            let waiting = CampaignState::Preparing {
                done: 0,
                total: 600,
                stalled: tries == 3,
            };
            assert_eq!(summary(&app, &id).await.state, waiting);
            app.store.let_go(&id).await;
        }
        world.set_faults(json!({})).await;
        let at = app.store.take_unprepared().await.unwrap().unwrap();
        work(&app, at).await;
        let campaign = summary(&app, &id).await;
        assert_eq!(campaign.state, CampaignState::Sending);
        assert_eq!(campaign.counts.pending, 600);
    }

    #[test]
    fn pauses_grow_and_end() {
        assert!((0..20).all(|tries| pause(tries) <= pause(tries + 1)));
        assert_eq!((pause(0), pause(1)), (FIRST_PAUSE, 2 * FIRST_PAUSE));
        assert_eq!(pause(u32::MAX), LONGEST_PAUSE);
    }

    #[tokio::test]
    async fn a_campaign_that_is_cancelled_while_it_is_prepared_takes_nobody_more() {
        let mut world = World::start().await;
        let browser = world.signed_in().await;
        world.stop_delivery().await;
        let app = world.app.clone();
        let draft = to_crowd(&world, 3_000).await;
        let id = create(&app, draft).await;
        let mut second = prepare_and_die(&app, &id).await;
        let before = summary(&app, &id).await.counts.total;
        let path = format!("/api/campaigns/{id}/cancel");
        assert_eq!(browser.post(&path, &json!(null)).await.0, 200);
        prepare(&app, &mut second).await.unwrap();
        let campaign = summary(&app, &id).await;
        assert_eq!(campaign.state, CampaignState::Cancelled);
        let counts = campaign.counts;
        assert_eq!((counts.total, counts.not_sent), (before, before));
    }

    #[tokio::test]
    async fn a_search_is_read_on_from_where_it_came_to() {
        let mut world = World::start().await;
        world.signed_in().await;
        world.stop_delivery().await;
        let app = world.app.clone();
        let mut new = campaign("one", 0);
        new.unread = Some(1);
        new.draft.audience = Audience::Search {
            query: String::new(),
            filters: vec![SearchFilter {
                property: "hs_object_id".into(),
                operator: SearchOperator::Known,
                value: String::new(),
            }],
        };
        app.store.create_campaign(&new, 1).await.unwrap();
        let mut second = prepare_and_die(&app, "one").await;
        let known = CampaignState::Preparing {
            done: 200,
            total: 320,
            stalled: false,
        };
        assert_eq!(summary(&app, "one").await.state, known);
        prepare(&app, &mut second).await.unwrap();
        let campaign = summary(&app, "one").await;
        assert_eq!(campaign.state, CampaignState::Sending);
        assert_eq!(campaign.counts.total, 320);
    }
}
