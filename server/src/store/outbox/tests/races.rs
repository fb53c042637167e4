//! What must hold whoever comes first.

use std::future::Future;

use tokio::task::JoinSet;

use super::*;
use crate::store::links::Unsubscriber;

on_each_database![
    once_an_opt_out_is_confirmed_nothing_begins_to_leave,
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
