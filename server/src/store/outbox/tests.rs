//! A message from its claim to its last report, with everything that can come between.

mod leases;
mod limits;
mod races;

use std::collections::BTreeSet;

use septet_core::delivery::MessageState::{
    Accepted, Attempting, Claimed as ClaimedState, Delivered, InDoubt, NotSent, Pending,
    Undelivered,
};
use septet_core::delivery::{Decision, NotSentReason, Report};
use septet_core::wire::{PauseReason, RecipientRow};

use super::*;
use crate::store::db::sql;
use crate::testing::{BOOKSHOP, CLINIC, Database, Fresh, campaign, on_each_database, opt_out};

on_each_database![
    what_could_not_be_handled_waits_if_it_was_not_attempted_and_is_in_doubt_if_it_was,
    a_report_that_is_quicker_than_the_answer_is_not_overwritten_by_it,
    the_links_of_a_message_that_was_reported_stay_whatever_the_answer_says,
    a_report_settles_a_message_in_doubt,
    answer_and_reports_come_to_the_same_in_every_order,
    a_report_of_an_unknown_code_is_kept_and_changes_nothing,
    a_report_that_comes_twice_changes_nothing_the_second_time,
    a_report_under_another_portals_secret_is_not_ours,
    two_claimers_never_get_the_same_message,
    campaigns_take_turns,
    a_campaign_that_is_not_sending_gives_nothing,
    what_was_claimed_before_a_pause_waits_and_before_a_cancellation_never_leaves,
    nobody_else_can_pause_resume_or_cancel,
    an_opt_out_between_claim_and_attempt_is_respected,
    an_opt_out_holds_for_the_contact_even_with_another_number,
    a_message_that_reached_nobody_waits_without_its_links,
    a_message_that_reached_nobody_goes_with_its_cancelled_campaign,
    a_message_that_was_taken_stays_taken_when_its_campaign_is_cancelled,
    one_unreadable_campaign_does_not_hold_up_the_others,
];

const HASH: &[u8] = b"hash of a number";
async fn with_campaign(on: Database, recipients: u64) -> Fresh {
    let store = on.fresh().await;
    let new = campaign("one", recipients);
    store.create_campaign(&new, 1).await.unwrap();
    store
}

/// Claims as another worker each time.
async fn claim(store: &Store, limit: u32, now: Millis) -> Vec<Claimed> {
    let worker = store.register().await.unwrap();
    store.claim_all(worker, limit, now).await.unwrap()
}

async fn claim_one(store: &Store) -> Claimed {
    claim(store, 1, 10).await.pop().unwrap()
}

async fn begin(store: &Store, message: &Claimed, links: &[Link]) -> Option<u32> {
    let begun = store.begin_attempt(message, HASH, 1, links, 20).await;
    begun.unwrap()
}

/// A store whose one message is being attempted.
async fn attempting(on: Database) -> (Fresh, Claimed, u32) {
    let store = with_campaign(on, 1).await;
    let message = claim_one(&store).await;
    let attempt = begin(&store, &message, &[]).await.unwrap();
    (store, message, attempt)
}

async fn end(store: &Store, message: &Claimed, attempt: u32, outcome: Outcome) {
    let ended = store.end_attempt(message, attempt, &outcome, 30).await;
    ended.unwrap();
}

async fn report(store: &Store, message: &Claimed, code: u8) -> bool {
    let report = Report::from_code(code);
    let text = code.to_string();
    let changed = store.report(BOOKSHOP, message.id, &text, report, 40).await;
    changed.unwrap()
}

async fn row(store: &Store, id: i64) -> RecipientRow {
    store.recipient(id).await.unwrap().unwrap().1
}

async fn kept_reports(store: &Store) -> i64 {
    let counted = sql("SELECT COUNT(*) FROM reports").scalar(&store.db).await;
    counted.unwrap()
}

fn accepted() -> Outcome {
    Outcome::Accepted {
        provider_id: "77".into(),
        sending_id: None,
    }
}

async fn what_could_not_be_handled_waits_if_it_was_not_attempted_and_is_in_doubt_if_it_was(
    on: Database,
) {
    let store = with_campaign(on, 1).await;
    let message = claim_one(&store).await;
    store.set_back(&message, 5000, 20).await.unwrap();
    assert_eq!(row(&store, message.id).await.state, Pending);
    assert!(claim(&store, 1, 4999).await.is_empty());

    let message = claim(&store, 1, 5000).await.pop().unwrap();
    let attempt = begin(&store, &message, &[]).await.unwrap();
    store.set_back(&message, 0, 5001).await.unwrap();
    assert_eq!(row(&store, message.id).await.state, InDoubt);
    // And what has been settled is left alone.
    end(&store, &message, attempt, accepted()).await;
    report(&store, &message, 1).await;
    store.set_back(&message, 0, 5002).await.unwrap();
    assert_eq!(row(&store, message.id).await.state, Delivered);
}

async fn answer_and_reports_come_to_the_same_in_every_order(on: Database) {
    // 0: the answer; 4: sent; 1: delivered. Each comes twice.
    for order in [
        [0, 4, 1],
        [0, 1, 4],
        [4, 0, 1],
        [4, 1, 0],
        [1, 0, 4],
        [1, 4, 0],
    ] {
        let (store, message, attempt) = attempting(on).await;
        for what in order.iter().chain(&order) {
            match what {
                0 => end(&store, &message, attempt, accepted()).await,
                code => drop(report(&store, &message, *code).await),
            }
        }
        assert_eq!(row(&store, message.id).await.state, Delivered, "{order:?}");
        let known = store.of_provider(BOOKSHOP, "77").await.unwrap();
        assert_eq!(known, Some(message.id), "{order:?}");
    }
}

async fn a_report_that_is_quicker_than_the_answer_is_not_overwritten_by_it(on: Database) {
    for (outcome, code, expected) in [
        (accepted(), 1, Delivered),
        (accepted(), 2, Undelivered),
        (Outcome::Unknown, 1, Delivered),
        (Outcome::Refused, 1, Delivered),
        (Outcome::NotReached { not_before: 0 }, 1, Delivered),
    ] {
        let (store, message, attempt) = attempting(on).await;
        assert!(report(&store, &message, code).await);
        end(&store, &message, attempt, outcome.clone()).await;
        let row = row(&store, message.id).await;
        assert_eq!((row.state, row.reason), (expected, None), "{outcome:?}");
    }
}

async fn the_links_of_a_message_that_was_reported_stay_whatever_the_answer_says(on: Database) {
    let store = with_campaign(on, 1).await;
    let message = claim_one(&store).await;
    let attempt = begin(&store, &message, &[link("abc")]).await.unwrap();
    report(&store, &message, 1).await;
    end(
        &store,
        &message,
        attempt,
        Outcome::NotReached { not_before: 0 },
    )
    .await;
    assert!(store.target("abc").await.unwrap().is_some());
}

async fn a_report_settles_a_message_in_doubt(on: Database) {
    let (store, message, attempt) = attempting(on).await;
    end(&store, &message, attempt, Outcome::Unknown).await;
    assert_eq!(row(&store, message.id).await.state, InDoubt);
    assert!(report(&store, &message, 8).await);
    assert_eq!(row(&store, message.id).await.state, Accepted);
    assert!(report(&store, &message, 1).await);
    assert_eq!(row(&store, message.id).await.state, Delivered);
}

async fn a_report_of_an_unknown_code_is_kept_and_changes_nothing(on: Database) {
    let (store, message, attempt) = attempting(on).await;
    end(&store, &message, attempt, accepted()).await;
    let before = row(&store, message.id).await;
    assert!(!report(&store, &message, 99).await);
    assert_eq!(row(&store, message.id).await, before);
    assert_eq!(kept_reports(&store).await, 1);
}

async fn a_report_that_comes_twice_changes_nothing_the_second_time(on: Database) {
    let (store, message, attempt) = attempting(on).await;
    end(&store, &message, attempt, accepted()).await;
    assert!(report(&store, &message, 1).await);
    let before = row(&store, message.id).await;
    assert!(!report(&store, &message, 1).await);
    assert!(!report(&store, &message, 2).await);
    assert_eq!(row(&store, message.id).await, before);
}

async fn a_report_under_another_portals_secret_is_not_ours(on: Database) {
    let (store, message, attempt) = attempting(on).await;
    end(&store, &message, attempt, accepted()).await;
    let delivered = Some(Report::Delivered);
    let changed = store.report(CLINIC, message.id, "1", delivered, 40).await;
    assert!(!changed.unwrap());
    assert_eq!(row(&store, message.id).await.state, Accepted);
    assert_eq!(kept_reports(&store).await, 0);
}

async fn two_claimers_never_get_the_same_message(on: Database) {
    let store = on.fresh().await;
    let new = campaign("one", 40);
    store.create_campaign(&new, 1).await.unwrap();

    let claimers = (0..4).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let claimed = claim(&store, 3, 10).await;
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed.into_iter().map(|message| message.id));
            }
        })
    });
    let mut all = Vec::new();
    for claimer in claimers.collect::<Vec<_>>() {
        all.extend(claimer.await.unwrap());
    }

    assert_eq!(all.len(), 40);
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len(), 40);
}

async fn campaigns_take_turns(on: Database) {
    let store = with_campaign(on, 20).await;
    store.create_campaign(&campaign("two", 2), 2).await.unwrap();
    let claimed = claim(&store, 4, 10).await;
    let of = |id| claimed.iter().filter(|one| one.campaign.id == id).count();
    assert_eq!((of("one"), of("two")), (2, 2));
}

async fn a_campaign_that_is_not_sending_gives_nothing(on: Database) {
    let store = with_campaign(on, 2).await;
    let paused = store.pause(BOOKSHOP, "one", PauseReason::ByUser).await;
    assert!(paused.unwrap());
    assert!(claim(&store, 8, 10).await.is_empty());
    assert!(store.resume(BOOKSHOP, "one").await.unwrap());
    assert_eq!(claim(&store, 1, 10).await.len(), 1);
    assert!(store.cancel(BOOKSHOP, "one", 20).await.unwrap().is_some());
    assert!(claim(&store, 8, 30).await.is_empty());
}

async fn what_was_claimed_before_a_pause_waits_and_before_a_cancellation_never_leaves(
    on: Database,
) {
    let store = with_campaign(on, 1).await;
    let message = claim_one(&store).await;
    store
        .pause(BOOKSHOP, "one", PauseReason::ByUser)
        .await
        .unwrap();
    assert_eq!(begin(&store, &message, &[]).await, None);
    assert_eq!(row(&store, message.id).await.state, Pending);

    store.resume(BOOKSHOP, "one").await.unwrap();
    let message = claim_one(&store).await;
    store.cancel(BOOKSHOP, "one", 20).await.unwrap();
    assert_eq!(begin(&store, &message, &[]).await, None);
    let row = row(&store, message.id).await;
    assert_eq!(
        (row.state, row.reason),
        (NotSent, Some(NotSentReason::Cancelled))
    );
}

async fn nobody_else_can_pause_resume_or_cancel(on: Database) {
    let store = with_campaign(on, 1).await;
    let message = claim_one(&store).await;
    let attempt = begin(&store, &message, &[]).await.unwrap();
    let later = Outcome::NotReached { not_before: 5000 };
    end(&store, &message, attempt, later).await;
    let pause = store.pause(CLINIC, "one", PauseReason::ByUser).await;
    assert!(!pause.unwrap());
    assert_eq!(store.cancel(CLINIC, "one", 20).await.unwrap(), None);
    assert!(!store.resume(CLINIC, "one").await.unwrap());
    // Not even what waits for its time is hurried.
    assert!(claim(&store, 1, 4999).await.is_empty());
    assert_eq!(claim(&store, 1, 5000).await[0].tries, 1);
}

async fn an_opt_out_between_claim_and_attempt_is_respected(on: Database) {
    let store = with_campaign(on, 3).await;
    let claimed = claim(&store, 3, 10).await;
    let attempt = begin(&store, &claimed[0], &[unsubscribe("abc")]).await;
    end(&store, &claimed[0], attempt.unwrap(), accepted()).await;
    let person = store.unsubscriber("abc").await.unwrap().unwrap();
    store
        .suppress(&person, &opt_out(HASH, &person.contact_id), 25)
        .await
        .unwrap();

    // The same number, under whichever contact.
    assert_eq!(begin(&store, &claimed[1], &[link("def")]).await, None);
    let other = row(&store, claimed[1].id).await;
    assert_eq!(
        (other.state, other.reason),
        (NotSent, Some(NotSentReason::OptedOut))
    );
    assert_eq!(store.target("def").await.unwrap(), None);
    // Another person's message leaves.
    let begun = store
        .begin_attempt(&claimed[2], b"another", 1, &[], 30)
        .await;
    assert!(begun.unwrap().is_some());
}

async fn an_opt_out_holds_for_the_contact_even_with_another_number(on: Database) {
    let store = with_campaign(on, 1).await;
    store.create_campaign(&campaign("two", 1), 2).await.unwrap();
    let claimed = claim(&store, 2, 10).await;
    assert_eq!(claimed[0].contact_id, claimed[1].contact_id);
    begin(&store, &claimed[0], &[unsubscribe("abc")]).await;
    let person = store.unsubscriber("abc").await.unwrap().unwrap();
    store
        .suppress(&person, &opt_out(HASH, &person.contact_id), 25)
        .await
        .unwrap();
    let begun = store
        .begin_attempt(&claimed[1], b"another", 1, &[], 30)
        .await;
    assert_eq!(begun.unwrap(), None);
}

async fn a_message_that_reached_nobody_waits_without_its_links(on: Database) {
    let store = with_campaign(on, 1).await;
    let message = claim_one(&store).await;
    let attempt = begin(&store, &message, &[link("abc")]).await.unwrap();
    assert!(store.target("abc").await.unwrap().is_some());

    let later = Outcome::NotReached { not_before: 5000 };
    end(&store, &message, attempt, later).await;

    assert_eq!(row(&store, message.id).await.state, Pending);
    assert_eq!(store.target("abc").await.unwrap(), None);
    assert!(claim(&store, 1, 4999).await.is_empty());
    assert_eq!(claim(&store, 1, 5000).await[0].tries, 1);
}

async fn a_message_that_reached_nobody_goes_with_its_cancelled_campaign(on: Database) {
    let (store, message, attempt) = attempting(on).await;
    store.cancel(BOOKSHOP, "one", 25).await.unwrap();
    assert_eq!(row(&store, message.id).await.state, Attempting);
    let later = Outcome::NotReached { not_before: 0 };
    end(&store, &message, attempt, later).await;
    let row = row(&store, message.id).await;
    assert_eq!(
        (row.state, row.reason),
        (NotSent, Some(NotSentReason::Cancelled))
    );
}

async fn a_message_that_was_taken_stays_taken_when_its_campaign_is_cancelled(on: Database) {
    let (store, message, attempt) = attempting(on).await;
    store.cancel(BOOKSHOP, "one", 25).await.unwrap();
    end(&store, &message, attempt, accepted()).await;
    assert_eq!(row(&store, message.id).await.state, Accepted);
}

async fn one_unreadable_campaign_does_not_hold_up_the_others(on: Database) {
    let store = with_campaign(on, 1).await;
    store.create_campaign(&campaign("two", 1), 2).await.unwrap();
    sql("UPDATE campaigns SET draft = '{' WHERE id = 'one'")
        .execute(&store.db)
        .await
        .unwrap();
    let claimed = claim(&store, 8, 10).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].campaign.id, "two");
}

fn link(code: &str) -> Link {
    Link {
        code: code.into(),
        target: Some("https://example.com/".into()),
    }
}

fn unsubscribe(code: &str) -> Link {
    Link {
        code: code.into(),
        target: None,
    }
}
