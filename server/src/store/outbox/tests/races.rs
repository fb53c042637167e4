//! What must hold whoever comes first.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use septet_core::opt_out::{OptOutScope, OptOutSource};
use tokio::task::JoinSet;

use super::*;
use crate::store::links::Unsubscriber;

on_each_database![
    once_an_opt_out_is_confirmed_nothing_begins_to_leave,
    ten_thousand_messages_race_an_opt_out_and_none_leaves_after_it,
    once_a_campaign_is_paused_nothing_begins_to_leave,
    once_a_campaign_is_cancelled_nothing_begins_to_leave,
    a_cancelled_campaign_takes_what_reaches_nobody_in_that_moment,
    a_campaign_with_a_message_that_waits_again_does_not_end,
];

/// Often enough to come in between.
const ROUNDS: u32 = 12;
const MESSAGES: u32 = 16;

/// Begins all messages of a campaign while something is done that must stop them.
async fn nothing_begins_after<F: Future<Output = ()> + Send + 'static>(
    on: Database,
    stop: fn(Store) -> F,
) {
    let mut stopped = 0;
    for _ in 0..ROUNDS {
        let store = with_campaign(on, MESSAGES.into()).await;
        let mut beginning = JoinSet::new();
        for message in claim(&store, MESSAGES, 10).await {
            let store = store.clone();
            beginning.spawn(async move { begin(&store, &message, &[]).await });
        }
        stop(store.clone()).await;
        let begun = in_state(&store, Attempting).await;
        while let Some(done) = beginning.join_next().await {
            stopped += u32::from(done.unwrap().is_none());
        }
        assert_eq!(in_state(&store, Attempting).await, begun);
    }
    assert!(stopped > 0, "everything was quicker");
}

async fn in_state(store: &Store, state: septet_core::delivery::MessageState) -> Vec<String> {
    let rows = store.recipients(BOOKSHOP, "one", Some(state), 0, MESSAGES);
    rows.await.unwrap().into_iter().map(|row| row.id).collect()
}

async fn once_an_opt_out_is_confirmed_nothing_begins_to_leave(on: Database) {
    nothing_begins_after(on, |store| async move {
        let person = Unsubscriber {
            portal: BOOKSHOP,
            recipient: 1,
            contact_id: "somebody".into(),
            phone: Some("351912000000".into()),
            done: false,
        };
        store
            .suppress(&person, &opt_out(HASH, &person.contact_id), 20)
            .await
            .unwrap();
    })
    .await;
}

/// By number, as a contact, and by both; on the page, by an answer, and entered by somebody.
async fn ten_thousand_messages_race_an_opt_out_and_none_leaves_after_it(on: Database) {
    const TRIES: u32 = 10_000;
    const AT_ONCE: u32 = 500;
    let store = with_campaign(on, TRIES.into()).await;
    let mut stopped = 0;
    for round in 0..TRIES / AT_ONCE {
        let messages = claim(&store, AT_ONCE, 10).await;
        assert_eq!(messages.len(), AT_ONCE as usize);
        // Everybody of a round has the number of the round.
        let hash = format!("round {round}").into_bytes();
        let somebody = messages[round as usize].contact_id.clone();
        let (number, contact) = match round % 3 {
            0 => (hash.clone(), String::new()),
            1 => (Vec::new(), somebody.clone()),
            _ => (hash.clone(), somebody.clone()),
        };
        let new = crate::store::NewOptOut {
            scope: OptOutScope::ALL[if round % 2 == 0 { 0 } else { 2 }],
            source: OptOutSource::ALL[round as usize % 4],
            ..opt_out(&number, &contact)
        };
        let confirmed = Arc::new(AtomicBool::new(false));
        let mut racing = JoinSet::new();
        for message in messages {
            let (racer, flag, hash) = (store.clone(), confirmed.clone(), hash.clone());
            let meant = !number.is_empty() || message.contact_id == somebody;
            racing.spawn(async move {
                let late = flag.load(Ordering::SeqCst);
                let begun = racer.begin_attempt(&message, &hash, 1, &[], 20).await;
                let begun = begun.unwrap().is_some();
                assert!(!(late && meant && begun), "it left after the opt-out");
                u32::from(meant && !begun)
            });
            if racing.len() == AT_ONCE as usize / 4 {
                let added = store.add_opt_outs(BOOKSHOP, std::slice::from_ref(&new), 20);
                assert_eq!(added.await.unwrap(), 1);
                confirmed.store(true, Ordering::SeqCst);
            }
        }
        stopped += racing.join_all().await.into_iter().sum::<u32>();
    }
    assert!(
        stopped > TRIES / 4,
        "nearly everything was quicker: {stopped}"
    );
}

async fn once_a_campaign_is_paused_nothing_begins_to_leave(on: Database) {
    nothing_begins_after(on, |store| async move {
        let paused = store.pause(BOOKSHOP, "one", PauseReason::ByUser).await;
        assert!(paused.unwrap());
    })
    .await;
}

async fn once_a_campaign_is_cancelled_nothing_begins_to_leave(on: Database) {
    nothing_begins_after(on, |store| async move {
        let cancelled = store.cancel(BOOKSHOP, "one", 20).await.unwrap();
        assert!(cancelled.is_some());
    })
    .await;
}

async fn a_cancelled_campaign_takes_what_reaches_nobody_in_that_moment(on: Database) {
    for _ in 0..ROUNDS {
        let (store, message, attempt) = attempting(on).await;
        let again = Outcome::NotReached { not_before: 0 };
        let ended = store.end_attempt(&message, attempt, &again, 30);
        let cancelled = store.cancel(BOOKSHOP, "one", 20);
        let (ended, cancelled) = tokio::join!(ended, cancelled);
        ended.unwrap();
        cancelled.unwrap().unwrap();
        assert_eq!(row(&store, message.id).await.state, NotSent);
    }
}

async fn a_campaign_with_a_message_that_waits_again_does_not_end(on: Database) {
    for _ in 0..ROUNDS {
        let (store, message, attempt) = attempting(on).await;
        store.set_back(&message, 0, 25).await.unwrap();
        let again = Outcome::NotReached { not_before: 0 };
        let ended = store.end_attempt(&message, attempt, &again, 30);
        let (ended, finished) = tokio::join!(ended, store.finish_if_done("one"));
        ended.unwrap();
        finished.unwrap();
        assert_eq!(claim(&store, 1, 40).await.len(), 1);
    }
}
