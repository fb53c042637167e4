//! Workers that are gone, slow, or both.

use super::super::workers::Reaped;
use super::*;

on_each_database![
    a_crashed_attempt_is_in_doubt_not_pending,
    what_was_claimed_and_not_attempted_goes_back_after_a_crash,
    whoever_renews_a_lease_keeps_what_is_claimed,
    a_worker_never_takes_its_own_messages,
    a_lease_that_has_run_out_cannot_be_renewed,
    an_id_is_never_given_twice,
    a_worker_that_was_given_up_gets_nothing,
    what_was_claimed_as_its_worker_was_given_up_is_found,
    a_worker_that_was_given_up_moves_nothing,
    a_start_takes_over_a_file_and_no_server,
    a_late_outcome_settles_what_is_in_doubt,
    a_late_outcome_overwrites_no_report,
    a_late_outcome_of_an_earlier_attempt_is_only_written_down,
    what_reached_nobody_after_all_brings_its_campaign_back,
    a_campaign_that_nobody_ended_is_found,
];

/// Another process, which has found that the message's worker is gone.
async fn given_up(store: &Store, message: &Claimed) -> (Worker, Reaped) {
    store.release(message.worker).await.unwrap();
    let other = store.register().await.unwrap();
    (other, store.reap(other, &[], 50).await.unwrap())
}

fn reaped(back: u64, in_doubt: &[&Claimed]) -> Reaped {
    let in_doubt = in_doubt.iter();
    Reaped {
        back,
        in_doubt: in_doubt
            .map(|message| (message.campaign.id.clone(), message.id))
            .collect(),
    }
}

async fn a_crashed_attempt_is_in_doubt_not_pending(on: Database) {
    let (store, message, _) = attempting(on).await;
    let (_, taken) = given_up(&store, &message).await;
    assert_eq!(taken, reaped(0, &[&message]));
    assert_eq!(row(&store, message.id).await.state, InDoubt);
    assert!(claim(&store, 8, 60).await.is_empty());
}

async fn what_was_claimed_and_not_attempted_goes_back_after_a_crash(on: Database) {
    let store = with_campaign(on, 1).await;
    let message = claim_one(&store).await;
    assert_eq!(row(&store, message.id).await.state, ClaimedState);
    let (_, taken) = given_up(&store, &message).await;
    assert_eq!(taken, reaped(1, &[]));
    assert_eq!(row(&store, message.id).await.state, Pending);
    assert_eq!(claim_one(&store).await.id, message.id);
}

async fn whoever_renews_a_lease_keeps_what_is_claimed(on: Database) {
    let store = with_campaign(on, 1).await;
    let message = claim_one(&store).await;
    assert!(store.renew(message.worker).await.unwrap());
    let other = store.register().await.unwrap();
    assert_eq!(store.reap(other, &[], 50).await.unwrap(), Reaped::default());
    assert!(begin(&store, &message, &[]).await.is_some());
}

async fn a_worker_never_takes_its_own_messages(on: Database) {
    let store = with_campaign(on, 1).await;
    let message = claim_one(&store).await;
    store.release(message.worker).await.unwrap();
    let taken = store.reap(message.worker, &[], 50).await.unwrap();
    assert_eq!(taken, Reaped::default());
    assert_eq!(row(&store, message.id).await.state, ClaimedState);
}

async fn a_lease_that_has_run_out_cannot_be_renewed(on: Database) {
    let store = on.empty().await;
    let worker = store.register().await.unwrap();
    assert!(store.renew(worker).await.unwrap());
    store.release(worker).await.unwrap();
    assert!(!store.renew(worker).await.unwrap());
    let worker = store.register().await.unwrap();
    store.release(worker).await.unwrap();
    assert!(!store.renew(worker).await.unwrap());
}

async fn an_id_is_never_given_twice(on: Database) {
    let store = on.empty().await;
    let first = store.register().await.unwrap();
    store.release(first).await.unwrap();
    let second = store.again().await.register().await.unwrap();
    assert!(second.0 > first.0);
}

async fn a_worker_that_was_given_up_gets_nothing(on: Database) {
    let store = with_campaign(on, 2).await;
    let message = claim_one(&store).await;
    given_up(&store, &message).await;
    let claimed = store.claim_all(message.worker, 8, 60).await.unwrap();
    assert!(claimed.is_empty());
}

async fn what_was_claimed_as_its_worker_was_given_up_is_found(on: Database) {
    let store = with_campaign(on, 1).await;
    let message = claim_one(&store).await;
    store.release(message.worker).await.unwrap();
    let other = store.register().await.unwrap();
    assert_eq!(store.reap(other, &[], 50).await.unwrap(), reaped(1, &[]));
}

async fn a_worker_that_was_given_up_moves_nothing(on: Database) {
    let store = with_campaign(on, 1).await;
    let late = claim_one(&store).await;
    let (other, _) = given_up(&store, &late).await;
    let message = store.claim_all(other, 1, 60).await.unwrap().pop().unwrap();
    let before = row(&store, message.id).await;

    assert_eq!(begin(&store, &late, &[link("abc")]).await, None);
    let reason = NotSentReason::EmptyText;
    store.exclude(&late, reason, 70).await.unwrap();
    store.set_back(&late, 0, 70).await.unwrap();

    assert_eq!(row(&store, message.id).await, before);
    assert_eq!(store.target("abc").await.unwrap(), None);
    assert_eq!(begin(&store, &message, &[]).await, Some(1));
}

async fn a_start_takes_over_a_file_and_no_server(on: Database) {
    let store = with_campaign(on, 1).await;
    let message = claim_one(&store).await;
    let started = store.again().await;
    started.take_over().await.unwrap();
    let worker = started.register().await.unwrap();
    let taken = started.reap(worker, &[], 50).await.unwrap().back;
    assert_eq!(taken, u64::from(on == Database::Sqlite));
    let renewed = store.renew(message.worker).await.unwrap();
    assert_eq!(renewed, on == Database::Postgres);
}

async fn a_late_outcome_settles_what_is_in_doubt(on: Database) {
    for (outcome, expected) in [
        (accepted(), Accepted),
        (Outcome::Refused, NotSent),
        (Outcome::NotReached { not_before: 0 }, Pending),
        (Outcome::Unknown, InDoubt),
    ] {
        let (store, message, attempt) = attempting(on).await;
        given_up(&store, &message).await;
        end(&store, &message, attempt, outcome.clone()).await;
        let state = row(&store, message.id).await.state;
        assert_eq!(state, expected, "{outcome:?}");
    }
}

async fn a_late_outcome_overwrites_no_report(on: Database) {
    for outcome in [Outcome::NotReached { not_before: 0 }, Outcome::Refused] {
        let (store, message, attempt) = attempting(on).await;
        given_up(&store, &message).await;
        assert!(report(&store, &message, 8).await);
        end(&store, &message, attempt, outcome.clone()).await;
        let state = row(&store, message.id).await.state;
        assert_eq!(state, Accepted, "{outcome:?}");
    }
}

async fn a_late_outcome_of_an_earlier_attempt_is_only_written_down(on: Database) {
    let (store, message, first) = attempting(on).await;
    let again = Outcome::NotReached { not_before: 0 };
    end(&store, &message, first, again.clone()).await;
    let message = claim_one(&store).await;
    let second = begin(&store, &message, &[link("abc")]).await.unwrap();
    let before = row(&store, message.id).await;
    for outcome in [again, accepted(), Outcome::Refused] {
        end(&store, &message, first, outcome).await;
        assert_eq!(row(&store, message.id).await, before);
    }
    given_up(&store, &message).await;
    end(&store, &message, first, Outcome::Refused).await;
    assert_eq!(row(&store, message.id).await.state, InDoubt);
    assert!(store.target("abc").await.unwrap().is_some());
    end(&store, &message, second, accepted()).await;
    assert_eq!(row(&store, message.id).await.state, Accepted);
}

async fn what_reached_nobody_after_all_brings_its_campaign_back(on: Database) {
    let (store, message, attempt) = attempting(on).await;
    given_up(&store, &message).await;
    assert!(store.finish_if_done("one").await.unwrap());
    let again = Outcome::NotReached { not_before: 0 };
    end(&store, &message, attempt, again).await;
    assert_eq!(claim_one(&store).await.id, message.id);
}

async fn a_campaign_that_nobody_ended_is_found(on: Database) {
    let (store, message, attempt) = attempting(on).await;
    store.create_campaign(&campaign("two", 1), 2).await.unwrap();
    let none: [&str; 0] = [];
    assert_eq!(store.done_campaigns().await.unwrap(), none);
    end(&store, &message, attempt, accepted()).await;
    assert_eq!(store.done_campaigns().await.unwrap(), ["one"]);
    assert!(store.finish_if_done("one").await.unwrap());
    assert_eq!(store.done_campaigns().await.unwrap(), none);
}
