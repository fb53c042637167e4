//! What drives phone calls: time, the sandbox's own answers, and whoever has a hand on a
//! phone, in the handset page or by the routes for tests.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::unbounded_channel;

use super::phone_call::{PhoneCall, Standing};
use super::request::{Kind, Order};
use super::script::{Key, Narration};
use super::switchboard::{Answering, Settings};
use super::tell::Subject;
use super::walk::{Ending, Stage};
use crate::nrs::ledger::Sending;
use crate::shared::{News, Shared, lock, now};

/// Seconds until the sandbox answers a phone that nobody watches.
const MOMENT: u32 = 2;
/// Seconds that a phone rings.
const RINGING: u32 = 25;
/// Seconds until it rings again.
const BETWEEN_RINGS: u32 = 10;
/// Characters spoken in a second.
const SPEED: usize = 15;
/// Seconds that a recording is taken to last.
const RECORDING: u32 = 5;

/// Something done to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// The phone is picked up.
    Answer,
    /// It is not, on purpose.
    Decline,
    /// A key is pressed.
    Press(Key),
    /// The phone hangs up.
    HangUp,
    /// What the call waits for comes now: it rings, nobody answers, all is said, no key is
    /// pressed.
    TimeOut,
}

impl Act {
    /// What needs no more said than its name in an address.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "answer" => Some(Self::Answer),
            "decline" => Some(Self::Decline),
            "hang-up" => Some(Self::HangUp),
            "time-out" => Some(Self::TimeOut),
            _ => None,
        }
    }
}

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotDone {
    /// There is no such call.
    Unknown,
    /// It cannot be done to the call as it stands.
    NotNow,
}

/// Makes the calls of an order; a report that comes early is made before this returns.
pub(super) async fn place(
    shared: &Arc<Shared>,
    (kind, order): (Kind, &Order),
    sending: &Sending,
    ids: &[Option<u64>],
) {
    let fate = shared.faults().report;
    let epoch = shared.epoch();
    let numbered = order.recipients.iter().zip(ids);
    for (to, id) in numbered.filter_map(|(to, id)| to.as_ref().ok().zip(*id)) {
        let (teller, tellings) = unbounded_channel();
        let call = PhoneCall::new((id, to), (kind, order), sending, fate, teller);
        let mishaps = shared.chances().reports(&shared.dice);
        let subject = Subject::of(&call, mishaps, epoch);
        if mishaps.early {
            subject.accepted(shared).await;
        } else {
            call.accepted();
        }
        lock(&shared.switchboard).add(call);
        tokio::spawn(subject.follow(shared.clone(), tellings));
        arm(shared, id);
    }
}

/// Does something to a call; answers the call as it stands then.
pub(crate) fn act(shared: &Arc<Shared>, id: u64, act: Act) -> Result<PhoneCall, NotDone> {
    act_in_turn(shared, id, None, act)
}

/// The same, if the call's turn is still this one.
fn act_in_turn(
    shared: &Arc<Shared>,
    id: u64,
    turn: Option<u64>,
    act: Act,
) -> Result<PhoneCall, NotDone> {
    let keeps = shared.keep().texts;
    let call = {
        let mut switchboard = lock(&shared.switchboard);
        let second = switchboard.settings().second(shared.report_delay);
        let call = switchboard.call_mut(id).ok_or(NotDone::Unknown)?;
        if turn.is_some_and(|turn| turn != call.turn) {
            return Err(NotDone::NotNow);
        }
        let pause = millis(second * BETWEEN_RINGS);
        if !change(call, act, pause, now()) {
            return Err(NotDone::NotNow);
        }
        call.turn += 1;
        let call = call.clone();
        if call.ending().is_some() && !keeps {
            switchboard.forget(id);
        }
        call
    };
    shared.publish(&match call.standing {
        Standing::Ringing => News::Call {
            to: call.to.clone(),
        },
        _ => News::Change,
    });
    arm(shared, id);
    Ok(call)
}

fn change(call: &mut PhoneCall, act: Act, pause: i64, now: i64) -> bool {
    match act {
        Act::Answer => call.answer(now),
        Act::Decline => call.refuse(Ending::Declined, pause, now),
        Act::Press(key) => call.press(key, now),
        Act::HangUp => call.hang_up(now),
        Act::TimeOut => {
            call.ring(now)
                || call.refuse(Ending::NotAnswered, pause, now)
                || call.said(now)
                || call.silence(now)
        }
    }
}

/// All calls wait anew, by the settings as they are now.
pub(crate) fn arm_all(shared: &Arc<Shared>) {
    let ids: Vec<u64> = {
        let mut switchboard = lock(&shared.switchboard);
        let calls = switchboard.calls().filter(|call| call.ending().is_none());
        let ids: Vec<u64> = calls.map(|call| call.id).collect();
        for id in &ids {
            if let Some(call) = switchboard.call_mut(*id) {
                call.turn += 1;
            }
        }
        ids
    };
    for id in ids {
        arm(shared, id);
    }
}

/// Waits for what comes next by itself, in the background.
fn arm(shared: &Arc<Shared>, id: u64) {
    let (turn, waits) = {
        let switchboard = lock(&shared.switchboard);
        let Some(call) = switchboard.call(id) else {
            return;
        };
        let settings = switchboard.settings();
        let second = settings.second(shared.report_delay);
        (call.turn, waits(call, settings, second, now()))
    };
    if let Some(waits) = waits {
        tokio::spawn(wait(shared.clone(), id, turn, waits));
    }
}

/// How long until what.
#[derive(Debug, Clone, Copy)]
struct Waits {
    /// Until the sandbox answers an unwatched phone, which it does only while one rings.
    moment: Option<Duration>,
    /// From then on, until the time is over.
    rest: Duration,
}

fn waits(call: &PhoneCall, settings: Settings, second: Duration, now: i64) -> Option<Waits> {
    let auto = settings.answering == Answering::Auto;
    let plain = |rest| Waits { moment: None, rest };
    match &call.standing {
        Standing::Waiting { until } => {
            let rest = u64::try_from(until - now).unwrap_or(0);
            Some(plain(Duration::from_millis(rest)))
        }
        Standing::Ringing => auto.then(|| Waits {
            moment: Some(second * MOMENT),
            rest: second * (RINGING - MOMENT),
        }),
        Standing::Talking(walk) => match walk.stage() {
            Stage::Speaking { .. } => {
                let seconds: u32 = call.being_said().map(seconds).sum();
                Some(plain(second * seconds))
            }
            Stage::Listening => {
                let timeout = call.timeout().filter(|_| auto)?;
                Some(plain(second * u32::from(timeout)))
            }
            Stage::Over(_) => None,
        },
        Standing::Ended(_) => None,
    }
}

async fn wait(shared: Arc<Shared>, id: u64, turn: u64, waits: Waits) {
    let epoch = shared.epoch();
    let mut act = Act::TimeOut;
    if let Some(moment) = waits.moment {
        tokio::time::sleep(moment).await;
        let switchboard = lock(&shared.switchboard);
        let call = switchboard.call(id);
        if call.is_some_and(|call| !switchboard.is_watched(&call.to)) {
            act = Act::Answer;
        }
    }
    if act == Act::TimeOut {
        tokio::time::sleep(waits.rest).await;
    }
    if shared.epoch() == epoch {
        // Something else may have happened to it meanwhile.
        let _ = act_in_turn(&shared, id, Some(turn), act);
    }
}

/// How long something takes to be heard, in seconds.
fn seconds(narration: &Narration) -> u32 {
    match narration {
        Narration::Message(text) => {
            let whole = text.chars().count().div_ceil(SPEED);
            u32::try_from(whole).unwrap_or(u32::MAX).clamp(1, 300)
        }
        Narration::AudioUrl(_) => RECORDING,
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
