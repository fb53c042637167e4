//! What may keep a message from leaving when it is about to.

use std::num::NonZeroU32;

use septet_core::delivery::NotSentReason;

use super::*;

on_each_database![
    a_number_is_left_alone_for_days_after_another_campaign,
    what_provably_reached_nobody_does_not_keep_others_from_leaving,
    an_account_sends_so_many_parts_in_a_day_and_no_more,
    an_account_sends_so_many_messages_in_a_second_whoever_claims_them,
    a_pace_that_was_kept_by_a_clock_ahead_of_time_holds_nobody_up,
    a_retry_that_a_clock_ahead_of_time_put_off_waits_no_longer_than_any,
    whoever_waits_for_a_good_hour_is_not_hurried,
    many_things_happen_at_once_and_each_has_its_own_end,
    evidence_that_the_first_message_left_stops_the_second,
    a_decision_that_comes_twice_is_taken_once,
    each_decision_has_its_state_and_is_remembered,
];

const DAY: Millis = 24 * 60 * 60 * 1000;

fn limited(days_apart: u16, daily_parts: u64, parts: u8) -> Event {
    Event::Begin(Begin {
        portal: BOOKSHOP,
        number_hash: HASH.to_vec(),
        parts,
        links: Vec::new(),
        days_apart,
        daily_parts,
        ignores_opt_outs: false,
    })
}

fn resend(key: &str) -> Verdict<'_> {
    Verdict {
        key,
        decision: Decision::Resend,
        by: "ana@shop.example",
    }
}

async fn write(store: &Store, message: &Claimed, event: Event, now: Millis) -> Written {
    let written = store.write(&[Entry::of(message, event)], now).await;
    written.unwrap().written[0]
}

/// Two campaigns to the same numbers.
async fn two_campaigns(on: Database) -> Fresh {
    let store = with_campaign(on, 1).await;
    store.create_campaign(&campaign("two", 1), 1).await.unwrap();
    store
}

async fn a_number_is_left_alone_for_days_after_another_campaign(on: Database) {
    let store = two_campaigns(on).await;
    let [first, second] = &claim(&store, 2, 10).await[..] else {
        panic!("both wait")
    };
    let begun = write(&store, first, limited(7, 0, 1), 20).await;
    assert!(matches!(begun, Written::Begun { .. }));
    let soon = write(&store, second, limited(7, 0, 1), 19 + 7 * DAY).await;
    assert_eq!(soon, Written::Changed);
    let row = row(&store, second.id).await;
    assert_eq!(row.reason, Some(NotSentReason::TooSoon));

    store
        .create_campaign(&campaign("three", 1), 1)
        .await
        .unwrap();
    let third = claim_one(&store).await;
    let later = write(&store, &third, limited(7, 0, 1), 20 + 7 * DAY).await;
    assert!(matches!(later, Written::Begun { .. }));
}

async fn what_provably_reached_nobody_does_not_keep_others_from_leaving(on: Database) {
    let store = two_campaigns(on).await;
    let [first, second] = &claim(&store, 2, 10).await[..] else {
        panic!("both wait")
    };
    let attempt = begin(&store, first, &[]).await.unwrap();
    let not_before = 0;
    end(&store, first, attempt, Outcome::NotReached { not_before }).await;
    let begun = write(&store, second, limited(7, 0, 1), 40).await;
    assert!(matches!(begun, Written::Begun { .. }));
}

async fn an_account_sends_so_many_parts_in_a_day_and_no_more(on: Database) {
    let store = with_campaign(on, 3).await;
    let claimed = claim(&store, 3, 10).await;
    let begun = write(&store, &claimed[0], limited(0, 3, 2), 20).await;
    assert!(matches!(begun, Written::Begun { .. }));
    let over = write(&store, &claimed[1], limited(0, 3, 2), 20).await;
    assert_eq!(over, Written::OverLimit);
    assert_eq!(row(&store, claimed[1].id).await.state, Pending);
    let fits = write(&store, &claimed[2], limited(0, 3, 1), 20).await;
    assert!(matches!(fits, Written::Begun { .. }));
    // Tomorrow.
    let again = claim_one(&store).await;
    let begun = write(&store, &again, limited(0, 3, 2), DAY).await;
    assert!(matches!(begun, Written::Begun { .. }));
}

async fn an_account_sends_so_many_messages_in_a_second_whoever_claims_them(on: Database) {
    let store = with_campaign(on, 200).await;
    let rate = NonZeroU32::new(40);
    let started = std::time::Instant::now();
    let mut claimed = 0;
    while claimed < 40 {
        for _ in 0..3 {
            let worker = store.register().await.unwrap();
            claimed += store.claim(worker, 100, rate, 10).await.unwrap().len();
        }
        let allowed = started.elapsed().as_secs_f64().mul_add(40.0, 11.0);
        assert!(claimed as f64 <= allowed, "{claimed} of {allowed}");
    }
}

async fn a_pace_that_was_kept_by_a_clock_ahead_of_time_holds_nobody_up(on: Database) {
    let store = with_campaign(on, 200).await;
    let ahead = sql("INSERT INTO pace (portal_id, free_at) VALUES (?, ?)")
        .bind(crate::store::portal_column(BOOKSHOP))
        .bind((store.clock().await.unwrap() + DAY) * 1000);
    ahead.execute(&store.db).await.unwrap();
    let (worker, rate) = (store.register().await.unwrap(), NonZeroU32::new(1000));
    let claimed = store.claim(worker, 100, rate, 10).await.unwrap();
    assert_eq!(claimed.len(), 100);
}

async fn a_retry_that_a_clock_ahead_of_time_put_off_waits_no_longer_than_any(on: Database) {
    let store = with_campaign(on, 2).await;
    for not_before in [DAY, 500] {
        let message = claim_one(&store).await;
        let attempt = begin(&store, &message, &[]).await.unwrap();
        end(
            &store,
            &message,
            attempt,
            Outcome::NotReached { not_before },
        )
        .await;
    }
    store.wait_no_longer_than(600).await.unwrap();
    assert_eq!(claim(&store, 2, 499).await.len(), 1);
    assert_eq!(claim(&store, 2, 500).await.len(), 1);
}

async fn whoever_waits_for_a_good_hour_is_not_hurried(on: Database) {
    let store = with_campaign(on, 1).await;
    let message = claim_one(&store).await;
    let attempt = begin(&store, &message, &[]).await.unwrap();
    let again = Outcome::NotReached { not_before: 0 };
    end(&store, &message, attempt, again).await;
    let message = claim_one(&store).await;
    write(&store, &message, Event::Defer(DAY), 20).await;
    store.wait_no_longer_than(600).await.unwrap();
    assert!(claim(&store, 1, DAY - 1).await.is_empty());
    assert_eq!(claim(&store, 1, DAY).await[0].tries, 0);
}

async fn many_things_happen_at_once_and_each_has_its_own_end(on: Database) {
    let store = with_campaign(on, 6).await;
    let claimed = claim(&store, 6, 10).await;
    let begin = |index: usize| Entry::of(&claimed[index], limited(0, 0, 1));
    let entries = [
        begin(0),
        begin(1),
        Entry::of(&claimed[2], Event::Exclude(NotSentReason::EmptyText)),
        Entry::of(&claimed[3], Event::Defer(9000)),
        // Twice in one breath: the second comes too late.
        begin(0),
        Entry {
            message: 999,
            worker: None,
            event: Event::SetBack(0),
        },
    ];
    let written = store.write(&entries, 20).await.unwrap().written;
    let begun = Written::Begun { attempt: 1 };
    assert_eq!(
        written,
        [
            begun,
            begun,
            Written::Changed,
            Written::Changed,
            Written::Nothing,
            Written::Nothing
        ]
    );
    let report = Event::Report {
        portal: BOOKSHOP,
        code: "1".into(),
        report: Report::from_code(1),
    };
    let end = Event::End {
        attempt: 1,
        outcome: accepted(),
    };
    // The report overtakes the answer, in the same transaction.
    let entries = [
        Entry::of(&claimed[0], report),
        Entry::of(&claimed[0], end.clone()),
        Entry::of(&claimed[1], end),
    ];
    store.write(&entries, 30).await.unwrap();
    let mut states = Vec::new();
    for message in &claimed {
        states.push(row(&store, message.id).await.state);
    }
    assert_eq!(
        states,
        [
            Delivered,
            Accepted,
            NotSent,
            Pending,
            ClaimedState,
            ClaimedState
        ]
    );
    assert!(claim(&store, 8, 8999).await.is_empty());
}

async fn evidence_that_the_first_message_left_stops_the_second(on: Database) {
    for by_report in [true, false] {
        let (store, message, attempt) = attempting(on).await;
        end(&store, &message, attempt, Outcome::Unknown).await;
        let decided = store
            .decide(BOOKSHOP, "one", None, resend("key"), 50)
            .await
            .unwrap();
        assert_eq!(decided.as_deref(), Some(&[message.id][..]));
        assert_eq!(row(&store, message.id).await.state, Pending);
        let second = claim_one(&store).await;
        if by_report {
            assert!(report(&store, &message, 4).await);
        } else {
            end(&store, &message, attempt, accepted()).await;
        }
        assert_eq!(row(&store, message.id).await.state, Accepted);
        assert_eq!(begin(&store, &second, &[]).await, None);
    }
}

async fn a_decision_that_comes_twice_is_taken_once(on: Database) {
    let (store, message, attempt) = attempting(on).await;
    end(&store, &message, attempt, Outcome::Unknown).await;
    let decide = async |key| {
        let decided = store.decide(BOOKSHOP, "one", None, resend(key), 50).await;
        decided.unwrap().unwrap().len()
    };
    assert_eq!(decide("key").await, 1);
    let again = claim_one(&store).await;
    let attempt = begin(&store, &again, &[]).await.unwrap();
    end(&store, &again, attempt, Outcome::Unknown).await;
    assert_eq!(decide("key").await, 0);
    assert_eq!(row(&store, message.id).await.state, InDoubt);
    assert_eq!(decide("another").await, 1);
}

async fn each_decision_has_its_state_and_is_remembered(on: Database) {
    let store = with_campaign(on, 3).await;
    let claimed = claim(&store, 3, 10).await;
    for message in &claimed {
        let attempt = begin(&store, message, &[]).await.unwrap();
        end(&store, message, attempt, Outcome::Unknown).await;
    }
    store.finish_if_done("one").await.unwrap();
    let decisions = [Decision::Resend, Decision::CountAsSent, Decision::Drop];
    for (message, decision) in claimed.iter().zip(decisions) {
        let verdict = Verdict {
            decision,
            ..resend(decision.name())
        };
        let named = [message.id];
        let decided = store
            .decide(BOOKSHOP, "one", Some(&named), verdict, 50)
            .await;
        assert_eq!(decided.unwrap(), Some(vec![message.id]));
        let other = store.decide(CLINIC, "one", None, verdict, 50).await;
        assert_eq!(other.unwrap(), None);
        let decided = row(&store, message.id).await.decided.unwrap();
        assert_eq!((decided.decision, decided.at), (decision, 50));
        assert_eq!(decided.by, "ana@shop.example");
    }
    let states = [Pending, Accepted, NotSent];
    for (message, state) in claimed.iter().zip(states) {
        assert_eq!(row(&store, message.id).await.state, state);
    }
    // What is sent again makes its campaign go on.
    assert_eq!(claim(&store, 8, 60).await.len(), 1);
}
