//! A message from its claim to its last report, with everything that can come between.

use std::collections::BTreeSet;

use septet_core::delivery::MessageState::{
    Accepted, Attempting, Claimed as ClaimedState, Delivered, InDoubt, NotSent, Pending,
    Undelivered,
};
use septet_core::delivery::{NotSentReason, Report};
use septet_core::wire::{PauseReason, RecipientRow};

use super::*;
use crate::testing::{BOOKSHOP, CLINIC, campaign, store};

const HASH: &[u8] = b"hash of a number";

async fn with_campaign(recipients: u64) -> Store {
    let store = store().await;
    let new = campaign("one", recipients);
    store.create_campaign(&new, 1).await.unwrap();
    store
}

async fn claim_one(store: &Store) -> Claimed {
    store.claim(1, 10).await.unwrap().pop().unwrap()
}

async fn begin(store: &Store, message: &Claimed, links: &[Link]) -> Option<i64> {
    let begun = store.begin_attempt(message, HASH, 1, links, 20).await;
    begun.unwrap()
}

/// A store whose one message is being attempted.
async fn attempting() -> (Store, Claimed, i64) {
    let store = with_campaign(1).await;
    let message = claim_one(&store).await;
    let attempt = begin(&store, &message, &[]).await.unwrap();
    (store, message, attempt)
}

async fn end(store: &Store, message: &Claimed, attempt: i64, outcome: Outcome) {
    let ended = store.end_attempt(message.id, attempt, &outcome, 30).await;
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
    sqlx::query_scalar("SELECT COUNT(*) FROM reports")
        .fetch_one(&store.pool)
        .await
        .unwrap()
}

fn accepted() -> Outcome {
    Outcome::Accepted {
        provider_id: "77".into(),
    }
}

#[tokio::test]
async fn a_crashed_attempt_is_in_doubt_not_pending() {
    let (store, message, _) = attempting().await;
    assert_eq!(store.recover(50).await.unwrap(), (0, 1));
    assert_eq!(row(&store, message.id).await.state, InDoubt);
    assert!(store.claim(8, 60).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_was_claimed_and_not_attempted_goes_back_after_a_crash() {
    let store = with_campaign(1).await;
    let message = claim_one(&store).await;
    assert_eq!(row(&store, message.id).await.state, ClaimedState);
    assert_eq!(store.recover(50).await.unwrap(), (1, 0));
    assert_eq!(row(&store, message.id).await.state, Pending);
    assert_eq!(claim_one(&store).await.id, message.id);
}

#[tokio::test]
async fn what_could_not_be_handled_waits_if_it_was_not_attempted_and_is_in_doubt_if_it_was() {
    let store = with_campaign(1).await;
    let message = claim_one(&store).await;
    store.set_back(message.id, 5000, 20).await.unwrap();
    assert_eq!(row(&store, message.id).await.state, Pending);
    assert!(store.claim(1, 4999).await.unwrap().is_empty());

    let message = store.claim(1, 5000).await.unwrap().pop().unwrap();
    let attempt = begin(&store, &message, &[]).await.unwrap();
    store.set_back(message.id, 0, 5001).await.unwrap();
    assert_eq!(row(&store, message.id).await.state, InDoubt);
    // And what has been settled is left alone.
    end(&store, &message, attempt, accepted()).await;
    report(&store, &message, 1).await;
    store.set_back(message.id, 0, 5002).await.unwrap();
    assert_eq!(row(&store, message.id).await.state, Delivered);
}

#[tokio::test]
async fn a_report_that_is_quicker_than_the_answer_is_not_overwritten_by_it() {
    for (outcome, code, expected) in [
        (accepted(), 1, Delivered),
        (accepted(), 2, Undelivered),
        (Outcome::Unknown, 1, Delivered),
        (Outcome::Refused, 1, Delivered),
        (Outcome::NotReached { not_before: 0 }, 1, Delivered),
    ] {
        let (store, message, attempt) = attempting().await;
        assert!(report(&store, &message, code).await);
        end(&store, &message, attempt, outcome.clone()).await;
        let row = row(&store, message.id).await;
        assert_eq!((row.state, row.reason), (expected, None), "{outcome:?}");
    }
}

#[tokio::test]
async fn the_links_of_a_message_that_was_reported_stay_whatever_the_answer_says() {
    let store = with_campaign(1).await;
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

#[tokio::test]
async fn a_report_settles_a_message_in_doubt() {
    let (store, message, attempt) = attempting().await;
    end(&store, &message, attempt, Outcome::Unknown).await;
    assert_eq!(row(&store, message.id).await.state, InDoubt);
    assert!(report(&store, &message, 8).await);
    assert_eq!(row(&store, message.id).await.state, Accepted);
    assert!(report(&store, &message, 1).await);
    assert_eq!(row(&store, message.id).await.state, Delivered);
}

#[tokio::test]
async fn a_report_of_an_unknown_code_is_kept_and_changes_nothing() {
    let (store, message, attempt) = attempting().await;
    end(&store, &message, attempt, accepted()).await;
    let before = row(&store, message.id).await;
    assert!(!report(&store, &message, 99).await);
    assert_eq!(row(&store, message.id).await, before);
    assert_eq!(kept_reports(&store).await, 1);
}

#[tokio::test]
async fn a_report_that_comes_twice_changes_nothing_the_second_time() {
    let (store, message, attempt) = attempting().await;
    end(&store, &message, attempt, accepted()).await;
    assert!(report(&store, &message, 1).await);
    let before = row(&store, message.id).await;
    assert!(!report(&store, &message, 1).await);
    assert!(!report(&store, &message, 2).await);
    assert_eq!(row(&store, message.id).await, before);
}

#[tokio::test]
async fn a_report_under_another_portals_secret_is_not_ours() {
    let (store, message, attempt) = attempting().await;
    end(&store, &message, attempt, accepted()).await;
    let delivered = Some(Report::Delivered);
    let changed = store.report(CLINIC, message.id, "1", delivered, 40).await;
    assert!(!changed.unwrap());
    assert_eq!(row(&store, message.id).await.state, Accepted);
    assert_eq!(kept_reports(&store).await, 0);
}

#[tokio::test]
async fn two_claimers_never_get_the_same_message() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("septet.db")).await.unwrap();
    crate::testing::accounts(&store).await;
    let new = campaign("one", 40);
    store.create_campaign(&new, 1).await.unwrap();

    let claimers = (0..4).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let claimed = store.claim(3, 10).await.unwrap();
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

#[tokio::test]
async fn campaigns_take_turns() {
    let store = with_campaign(20).await;
    store.create_campaign(&campaign("two", 2), 2).await.unwrap();
    let claimed = store.claim(4, 10).await.unwrap();
    let of = |id| claimed.iter().filter(|one| one.campaign == id).count();
    assert_eq!((of("one"), of("two")), (2, 2));
}

#[tokio::test]
async fn a_campaign_that_is_not_sending_gives_nothing() {
    let store = with_campaign(2).await;
    let paused = store.pause(BOOKSHOP, "one", PauseReason::ByUser).await;
    assert!(paused.unwrap());
    assert!(store.claim(8, 10).await.unwrap().is_empty());
    assert!(store.resume(BOOKSHOP, "one").await.unwrap());
    assert_eq!(store.claim(1, 10).await.unwrap().len(), 1);
    assert!(store.cancel(BOOKSHOP, "one", 20).await.unwrap().is_some());
    assert!(store.claim(8, 30).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_was_claimed_before_a_pause_waits_and_before_a_cancellation_never_leaves() {
    let store = with_campaign(1).await;
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

#[tokio::test]
async fn nobody_else_can_pause_resume_or_cancel() {
    let store = with_campaign(1).await;
    let message = claim_one(&store).await;
    let attempt = begin(&store, &message, &[]).await.unwrap();
    let later = Outcome::NotReached { not_before: 5000 };
    end(&store, &message, attempt, later).await;
    let pause = store.pause(CLINIC, "one", PauseReason::ByUser).await;
    assert!(!pause.unwrap());
    assert_eq!(store.cancel(CLINIC, "one", 20).await.unwrap(), None);
    assert!(!store.resume(CLINIC, "one").await.unwrap());
    // Not even what waits for its time is hurried.
    assert!(store.claim(1, 4999).await.unwrap().is_empty());
    assert_eq!(store.claim(1, 5000).await.unwrap()[0].tries, 1);
}

#[tokio::test]
async fn an_opt_out_between_claim_and_attempt_is_respected() {
    let store = with_campaign(3).await;
    let claimed = store.claim(3, 10).await.unwrap();
    let attempt = begin(&store, &claimed[0], &[unsubscribe("abc")]).await;
    end(&store, &claimed[0], attempt.unwrap(), accepted()).await;
    let person = store.unsubscriber("abc").await.unwrap().unwrap();
    store.suppress(&person, HASH, 25).await.unwrap();

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

#[tokio::test]
async fn an_opt_out_holds_for_the_contact_even_with_another_number() {
    let store = with_campaign(1).await;
    store.create_campaign(&campaign("two", 1), 2).await.unwrap();
    let claimed = store.claim(2, 10).await.unwrap();
    assert_eq!(claimed[0].contact_id, claimed[1].contact_id);
    begin(&store, &claimed[0], &[unsubscribe("abc")]).await;
    let person = store.unsubscriber("abc").await.unwrap().unwrap();
    store.suppress(&person, HASH, 25).await.unwrap();
    let begun = store
        .begin_attempt(&claimed[1], b"another", 1, &[], 30)
        .await;
    assert_eq!(begun.unwrap(), None);
}

#[tokio::test]
async fn a_message_that_reached_nobody_waits_without_its_links() {
    let store = with_campaign(1).await;
    let message = claim_one(&store).await;
    let attempt = begin(&store, &message, &[link("abc")]).await.unwrap();
    assert!(store.target("abc").await.unwrap().is_some());

    let later = Outcome::NotReached { not_before: 5000 };
    end(&store, &message, attempt, later).await;

    assert_eq!(row(&store, message.id).await.state, Pending);
    assert_eq!(store.target("abc").await.unwrap(), None);
    assert!(store.claim(1, 4999).await.unwrap().is_empty());
    assert_eq!(store.claim(1, 5000).await.unwrap()[0].tries, 1);
}

#[tokio::test]
async fn a_message_that_reached_nobody_goes_with_its_cancelled_campaign() {
    let (store, message, attempt) = attempting().await;
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

#[tokio::test]
async fn a_message_that_was_taken_stays_taken_when_its_campaign_is_cancelled() {
    let (store, message, attempt) = attempting().await;
    store.cancel(BOOKSHOP, "one", 25).await.unwrap();
    end(&store, &message, attempt, accepted()).await;
    assert_eq!(row(&store, message.id).await.state, Accepted);
}

#[tokio::test]
async fn one_unreadable_campaign_does_not_hold_up_the_others() {
    let store = with_campaign(1).await;
    store.create_campaign(&campaign("two", 1), 2).await.unwrap();
    sqlx::query("UPDATE campaigns SET draft = '{' WHERE id = 'one'")
        .execute(&store.pool)
        .await
        .unwrap();
    let claimed = store.claim(8, 10).await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].campaign, "two");
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
