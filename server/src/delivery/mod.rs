//! The outbox: messages leave one by one, each attempt on disk before it is made.
//!
//! What it promises and what each failure looks like is told in
//! `docs/DELIVERY.md`. It decides; the store only moves rows, and the 360nrs
//! client only says what a call came to.

mod breaker;
mod hours;
mod lease;
mod links;
mod ready;
mod records;
#[cfg(test)]
mod replicas;
mod send;
mod time;
mod touched;
mod writer;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use septet_core::wire::Millis;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use self::breaker::Breaker;
use self::lease::Lease;
use self::ready::Ready;
use self::time::Time;
pub(crate) use self::touched::Touched;
pub(crate) use self::writer::{Desk, Unwritten, Writer};
use crate::app::App;
use crate::outage::Task;
use crate::store::{Claimed, Entry, Event, StoreError, Worker};
use crate::{callbacks, clock, connections, preparing, receiving, timeline, workflows};

/// Calls to 360nrs at the same time.
const IN_FLIGHT: u32 = 64;
/// Messages that are claimed ahead, so that claiming is not what everybody waits for.
const AHEAD: u32 = 256;
/// How often messages are looked for that wait for a time and not for a wake-up call.
const POLL: Duration = Duration::from_millis(500);
/// How often they are looked for while an account may send only so many in a second.
const PACED_POLL: Duration = Duration::from_millis(100);

/// The longest that a message waits to be tried again; where one seems to wait longer, a
/// clock was set back.
const LONGEST: Millis = 10 * 60 * 1000;

/// The running loop.
#[derive(Debug)]
pub(crate) struct Delivery {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    /// What goes on beside the sending.
    beside: Vec<JoinHandle<()>>,
}

impl Delivery {
    /// Takes a lease, settles what others have left open, then starts sending.
    pub(crate) async fn start(app: App) -> Result<Self, StoreError> {
        let lease = Lease::take(app.clone()).await?;
        let (stop, stopped) = watch::channel(false);
        let beside = vec![
            tokio::spawn(connections::run(app.clone())),
            tokio::spawn(records::run(app.clone())),
            tokio::spawn(callbacks::run(app.clone())),
            tokio::spawn(preparing::run(app.clone())),
            tokio::spawn(receiving::sweep(app.clone())),
            tokio::spawn(timeline::run(app.clone())),
            tokio::spawn(workflows::run(app.clone())),
        ];
        let task = tokio::spawn(run(app, lease, stopped));
        Ok(Self { stop, task, beside })
    }

    /// Claims nothing more, and waits for the calls under way.
    pub(crate) async fn stop(self) {
        // The loop holds the other end until it has ended.
        let _ = self.stop.send(true);
        for task in &self.beside {
            task.abort();
        }
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the delivery loop did not end in order");
        }
    }
}

/// What all messages under way share.
#[derive(Debug)]
struct Road {
    app: App,
    breaker: Breaker,
    ready: Ready,
    time: Time,
}

impl Road {
    /// Claims so many messages at most that may leave now.
    async fn claim(&self, worker: Worker, wanted: u32) -> Result<Vec<Claimed>, StoreError> {
        let store = &self.app.store;
        let now = store.clock().await?;
        if self.time.tell(now) {
            store.wait_no_longer_than(now + LONGEST).await?;
        }
        store.claim(worker, wanted, self.app.config.rate, now).await
    }
}

async fn run(app: App, lease: Lease, mut stopped: watch::Receiver<bool>) {
    let slots = Arc::new(Semaphore::new(IN_FLIGHT as usize));
    let road = Arc::new(Road {
        app: app.clone(),
        breaker: Breaker::default(),
        ready: Ready::default(),
        time: Time::default(),
    });
    let poll = if app.config.rate.is_some() {
        PACED_POLL
    } else {
        POLL
    };
    let mut queue: VecDeque<Claimed> = VecDeque::new();
    // Whether nothing more could be claimed.
    let mut drained = true;
    while !*stopped.borrow() {
        let free = u32::try_from(slots.available_permits()).unwrap_or(IN_FLIGHT);
        let allowed = road
            .breaker
            .allowance(free, IN_FLIGHT - free, clock::steady());
        if allowed > 0 && queue.len() < allowed as usize {
            // One message that tries whether 360nrs is well again is all there is need for.
            let wanted = if allowed == 1 { 1 } else { AHEAD };
            let claimed = road.claim(lease.worker(), wanted).await;
            let outage = claimed.as_ref().is_err_and(StoreError::is_outage);
            app.outage.tell(Task::Claiming, outage);
            match claimed {
                Ok(claimed) => {
                    drained = claimed.is_empty();
                    queue.extend(claimed);
                }
                Err(error) => tracing::error!(%error, "no messages could be claimed"),
            }
        }
        let leaving = queue.len().min(allowed as usize);
        for message in queue.drain(..leaving) {
            let Ok(slot) = slots.clone().acquire_owned().await else {
                return;
            };
            let road = road.clone();
            tokio::spawn(async move {
                send::one(&road, &message).await;
                drop(slot);
                road.app.work.notify_one();
            });
        }
        if leaving == 0 || slots.available_permits() == 0 {
            tokio::select! {
                () = app.work.notified() => {}
                () = tokio::time::sleep(poll) => {}
                // Whoever could have asked is gone: nobody waits for us either.
                changed = stopped.changed() => if changed.is_err() { break },
            }
        }
        if drained && queue.is_empty() {
            touched::finish(&app).await;
        }
    }
    // All slots free: nothing is under way any more.
    let _ = slots.acquire_many(IN_FLIGHT).await;
    for message in queue {
        let back = Entry::of(&message, Event::SetBack(0));
        if app.writer.write(back).await.is_err() {
            tracing::warn!("claimed messages wait for the lease to run out");
            break;
        }
    }
    touched::finish(&app).await;
    lease.end().await;
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::store::Store;
    use crate::testing::{Browser, World, draft};

    fn count(name: &'static str, expected: u64) -> impl Fn(&Value) -> bool {
        move |campaign| campaign["counts"][name] == expected
    }

    async fn states(browser: &Browser, id: &str) -> Vec<String> {
        let (_, page) = browser
            .get(&format!("/api/campaigns/{id}/recipients"))
            .await;
        let rows = page["recipients"].as_array().unwrap().iter();
        rows.map(|row| row["state"].as_str().unwrap().to_owned())
            .collect()
    }

    #[tokio::test]
    async fn a_lost_answer_is_in_doubt_until_the_report_settles_it_and_nothing_is_sent_twice() {
        let world = World::reporting_after(Duration::from_millis(900)).await;
        let browser = world.signed_in().await;
        world.set_faults(json!({ "sms": "lost_answer" })).await;
        let id = browser.created("key", &draft("Olá")).await;
        world
            .campaign_when(&browser, &id, count("in_doubt", 2))
            .await;
        assert_eq!(world.sends().await, 2);
        world
            .campaign_when(&browser, &id, count("delivered", 2))
            .await;
        assert_eq!(world.sends().await, 2);
    }

    #[tokio::test]
    async fn an_error_inside_360nrs_is_in_doubt_and_is_not_tried_again() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        world.set_faults(json!({ "sms": "internal_error" })).await;
        let id = browser.created("key", &draft("Olá")).await;
        let campaign = world
            .campaign_when(&browser, &id, count("in_doubt", 2))
            .await;
        assert_eq!(campaign["counts"]["pending"], 0);
        let finished = |campaign: &Value| campaign["state"]["state"] == "finished";
        world.campaign_when(&browser, &id, finished).await;
        assert_eq!(world.sends().await, 2);
    }

    #[tokio::test]
    async fn whoever_is_told_to_come_later_comes_later() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        world.set_faults(json!({ "sms": "too_many" })).await;
        let id = browser.created("key", &draft("Olá")).await;
        crate::testing::eventually("both were turned away", async || {
            (world.sends().await >= 2).then_some(())
        })
        .await;
        world.set_faults(json!({})).await;
        world
            .campaign_when(&browser, &id, count("delivered", 2))
            .await;
        let messages = world.ask_sandbox("/sandbox/messages").await;
        assert_eq!(messages.as_array().unwrap().len(), 2);
    }

    #[tokio::test]
    async fn a_campaign_that_runs_out_of_credit_pauses_and_goes_on_when_resumed() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        world.set_balance(1).await;
        let id = browser.created("key", &draft("Olá")).await;
        let paused = |campaign: &Value| {
            campaign["state"] == json!({ "state": "paused", "reason": "no_credit" })
                && campaign["counts"]["delivered"] == 1
                && campaign["counts"]["pending"] == 1
        };
        world.campaign_when(&browser, &id, paused).await;
        assert_eq!(world.sends().await, 2);

        world.set_balance(100).await;
        let resume = format!("/api/campaigns/{id}/resume");
        assert_eq!(browser.post(&resume, &json!(null)).await.0, 200);
        world
            .campaign_when(&browser, &id, count("delivered", 2))
            .await;
        assert_eq!(world.sends().await, 3);
    }

    #[tokio::test]
    async fn nothing_is_sent_twice_because_the_server_fell_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("septet.db");
        let mut world = World::with_store(Store::open(&file).await.unwrap()).await;
        let browser = world.signed_in().await;
        world.stop_delivery().await;
        let id = browser.created("key", &draft("Olá")).await;
        // One message was being attempted, the other only claimed.
        let store = world.app.store.clone();
        let worker = store.register().await.unwrap();
        let claimed = store.claim_all(worker, 2, clock::now()).await.unwrap();
        let begun = store.begin_attempt(&claimed[0], b"hash", 1, &[], clock::now());
        assert!(begun.await.unwrap().is_some());

        let world = world.restart(&file).await;
        world
            .campaign_when(&browser, &id, count("delivered", 1))
            .await;
        assert_eq!(
            states(&browser, &id).await,
            ["in_doubt", "delivered", "not_sent"]
        );
        let world = world.restart(&file).await;
        let finished = |campaign: &Value| campaign["state"]["state"] == "finished";
        world.campaign_when(&browser, &id, finished).await;
        assert_eq!(world.sends().await, 1);
    }

    #[tokio::test]
    async fn stopping_in_the_middle_loses_nothing_and_repeats_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("septet.db");
        let world = World::with_store(Store::open(&file).await.unwrap()).await;
        let browser = world.signed_in().await;
        let mut many = draft("Olá");
        many.audience = septet_core::wire::Audience::List { id: "13".into() };
        let id = browser.created("key", &many).await;
        let (_, created) = browser.get(&format!("/api/campaigns/{id}")).await;
        let left_out = created["counts"]["not_sent"].as_u64().unwrap();
        let expected = created["counts"]["total"].as_u64().unwrap() - left_out;
        assert!(expected > 2 * u64::from(breaker::FIRST_CALLS), "{created}");

        let world = world.restart(&file).await;
        let finished = |campaign: &Value| campaign["state"]["state"] == "finished";
        let campaign = world.campaign_when(&browser, &id, finished).await;
        assert_eq!(campaign["counts"]["in_doubt"], 0);
        assert_eq!(world.sends().await, expected);
        let messages = world.ask_sandbox("/sandbox/messages").await;
        assert_eq!(messages.as_array().unwrap().len() as u64, expected);
    }

    #[tokio::test]
    async fn the_loop_ends_when_nobody_holds_it_any_more() {
        let world = World::start().await;
        let (stop, stopped) = watch::channel(false);
        let lease = Lease::take(world.app.clone()).await.unwrap();
        let running = tokio::spawn(run(world.app.clone(), lease, stopped));
        drop(stop);
        let ended = tokio::time::timeout(Duration::from_secs(10), running).await;
        assert!(ended.is_ok());
    }
}
