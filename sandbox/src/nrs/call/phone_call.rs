//! One phone call from its acceptance to its end, answered or not.

use std::sync::Arc;

use serde::{Serialize, Serializer};
use tokio::sync::mpsc::UnboundedSender;

use super::request::{Kind, Order};
use super::script::{Key, Narration, Script, Speaker};
use super::tell::Telling;
use super::walk::{Ending, Stage, Step, Walk};
use crate::faults::ReportFault;
use crate::nrs::ledger::{Report, Sending};

/// A phone call.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PhoneCall {
    /// 360nrs's id; text on the wire, as in its answers.
    #[serde(serialize_with = "as_text")]
    pub(crate) id: u64,
    /// Which kind.
    pub(crate) kind: Kind,
    /// Digits of the phone that rings.
    pub(crate) to: String,
    /// What it shows as the caller; the provider's own number where it is not said.
    pub(crate) from: Option<String>,
    /// Who speaks.
    #[serde(flatten)]
    pub(crate) speaker: Speaker,
    /// The campaign's name, possibly empty.
    pub(crate) campaign_name: String,
    /// Its id.
    pub(crate) campaign_id: u64,
    /// The send that it belongs to.
    pub(crate) sending_id: u64,
    /// When it is to ring first, in milliseconds since the Unix epoch.
    pub(crate) received_at: i64,
    /// Where it stands.
    #[serde(flatten, serialize_with = "in_words")]
    pub(crate) standing: Standing,
    /// How often it has rung.
    pub(crate) rings: u8,
    /// How often it rings again.
    pub(crate) retries_left: u8,
    /// What happened, oldest first.
    pub(crate) log: Vec<Entry>,
    /// The reports made so far, oldest first.
    pub(crate) reports: Vec<Report>,
    /// Where reports go, placeholders unfilled.
    pub(crate) notification_url: Option<String>,
    /// What becomes of it, decided by the switches when it was accepted.
    pub(crate) fate: ReportFault,
    /// Whether somebody opened the phone since it came.
    pub(crate) read: bool,
    /// Rises whenever something happens; what was waited for before is waited for no more.
    #[serde(skip)]
    pub(super) turn: u64,
    #[serde(skip)]
    script: Arc<Script>,
    /// Who tells of it, in order; nobody once it is over.
    #[serde(skip)]
    teller: Option<UnboundedSender<Telling>>,
}

/// Where a call stands.
#[derive(Debug, Clone)]
pub(crate) enum Standing {
    /// It is not time to ring, or to ring again.
    Waiting {
        /// When it will be, in milliseconds since the Unix epoch.
        until: i64,
    },
    /// The phone rings.
    Ringing,
    /// It was answered.
    Talking(Walk),
    /// It is over.
    Ended(Ending),
}

/// Something that happened.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    /// In milliseconds since the Unix epoch.
    pub(crate) at: i64,
    /// What.
    #[serde(flatten)]
    pub(crate) what: Happening,
}

/// What happens in a call.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum Happening {
    /// It rang.
    Rang,
    /// It was answered.
    Answered,
    /// Nobody answered.
    NotAnswered,
    /// It was declined.
    Declined,
    /// Something was said.
    Said {
        /// It.
        narration: Narration,
    },
    /// A key was pressed.
    Pressed {
        /// Which.
        key: Key,
    },
    /// No key was pressed in time.
    NoKey,
    /// A text message was sent to the phone.
    Sms {
        /// Its text.
        text: String,
    },
    /// The phone was connected with another.
    Transferred {
        /// Digits of the other's number.
        to: String,
        /// What the other sees as the caller.
        from: Option<String>,
    },
    /// No more calls are wanted.
    Unsubscribed,
    /// It is over.
    Ended {
        /// How.
        ending: Ending,
    },
}

impl PhoneCall {
    /// A call that was accepted.
    pub(super) fn new(
        (id, to): (u64, &str),
        (kind, order): (Kind, &Order),
        sending: &Sending,
        fate: ReportFault,
        teller: UnboundedSender<Telling>,
    ) -> Self {
        let received_at = sending.scheduled_at.unwrap_or(sending.created_at);
        Self {
            id,
            kind,
            to: to.to_owned(),
            from: order.from.clone(),
            speaker: order.speaker.clone(),
            campaign_name: order.campaign_name.clone(),
            campaign_id: sending.campaign_id,
            sending_id: sending.id,
            received_at,
            standing: Standing::Waiting { until: received_at },
            rings: 0,
            retries_left: order.retries,
            log: Vec::new(),
            reports: Vec::new(),
            notification_url: order.notification_url.clone(),
            fate,
            read: false,
            turn: 0,
            script: order.script.clone(),
            teller: Some(teller),
        }
    }

    /// Whether it rings or is spoken on.
    pub(crate) fn is_live(&self) -> bool {
        matches!(self.standing, Standing::Ringing | Standing::Talking(_))
    }

    /// How it ended, once it has.
    pub(crate) fn ending(&self) -> Option<Ending> {
        match self.standing {
            Standing::Ended(ending) => Some(ending),
            _ => None,
        }
    }

    /// What happened since it was answered.
    pub(crate) fn spoken(&self) -> &[Entry] {
        let answered = |entry: &Entry| matches!(entry.what, Happening::Answered);
        let from = self.log.iter().position(answered);
        from.map_or(&[], |from| &self.log[from + 1..])
    }

    /// Seconds that a key may take; nothing where no key does anything.
    pub(super) fn timeout(&self) -> Option<u8> {
        self.script.menu.as_ref().map(|menu| menu.timeout)
    }

    /// The narrations that were said last, without anything between them.
    pub(super) fn being_said(&self) -> impl Iterator<Item = &Narration> {
        let said = self.log.iter().rev().map_while(|entry| match &entry.what {
            Happening::Said { narration } => Some(Some(narration)),
            // What is done together with a narration.
            Happening::Sms { .. } | Happening::Transferred { .. } | Happening::Unsubscribed => {
                Some(None)
            }
            _ => None,
        });
        said.flatten()
    }

    /// It is accepted, which is told.
    pub(super) fn accepted(&self) {
        self.tell(Telling::Report(8));
    }

    /// The phone rings, if the network lets it; says whether it was time to.
    pub(super) fn ring(&mut self, now: i64) -> bool {
        let Standing::Waiting { .. } = self.standing else {
            return false;
        };
        if self.fate == ReportFault::Undeliverable {
            self.tell(Telling::Report(16));
            self.tell(Telling::event("rejected"));
            self.end(Ending::Rejected, now);
            return true;
        }
        if self.rings == 0 {
            self.tell(Telling::event("sent"));
        }
        self.rings = self.rings.saturating_add(1);
        self.standing = Standing::Ringing;
        self.note(Happening::Rang, now);
        true
    }

    /// Somebody answers; says whether it rang.
    pub(super) fn answer(&mut self, now: i64) -> bool {
        let Standing::Ringing = self.standing else {
            return false;
        };
        self.note(Happening::Answered, now);
        self.tell(Telling::Report(1));
        self.tell(Telling::event("delivered"));
        let (walk, steps) = Walk::start(self.script.clone());
        self.standing = Standing::Talking(walk);
        self.carry_out(steps, now);
        true
    }

    /// Nobody answers, or somebody declines: it rings again after a pause, or never.
    pub(super) fn refuse(&mut self, how: Ending, pause: i64, now: i64) -> bool {
        let Standing::Ringing = self.standing else {
            return false;
        };
        let what = match how {
            Ending::Declined => Happening::Declined,
            _ => Happening::NotAnswered,
        };
        self.note(what, now);
        if let Some(left) = self.retries_left.checked_sub(1) {
            self.retries_left = left;
            let until = now + pause;
            self.standing = Standing::Waiting { until };
        } else {
            self.tell(Telling::Report(2));
            self.tell(Telling::event("rejected"));
            self.end(how, now);
        }
        true
    }

    /// A key is pressed; says whether one is heard.
    pub(super) fn press(&mut self, key: Key, now: i64) -> bool {
        self.walk(now, |walk| walk.press(key), None)
    }

    /// No key is pressed; says whether one was waited for.
    pub(super) fn silence(&mut self, now: i64) -> bool {
        self.walk(now, Walk::silence, Some(Happening::NoKey))
    }

    /// What is being said is over; says whether anything was.
    pub(super) fn said(&mut self, now: i64) -> bool {
        self.walk(now, |walk| walk.spoken().then(Vec::new), None)
    }

    /// The phone hangs up; says whether somebody spoke.
    pub(super) fn hang_up(&mut self, now: i64) -> bool {
        let go = |walk: &mut Walk| {
            walk.hang_up();
            Some(Vec::new())
        };
        self.walk(now, go, None)
    }

    fn walk(
        &mut self,
        now: i64,
        go: impl FnOnce(&mut Walk) -> Option<Vec<Step>>,
        because: Option<Happening>,
    ) -> bool {
        let Standing::Talking(walk) = &mut self.standing else {
            return false;
        };
        let Some(steps) = go(walk) else {
            return false;
        };
        if let Some(because) = because {
            self.note(because, now);
        }
        self.carry_out(steps, now);
        true
    }

    fn carry_out(&mut self, steps: Vec<Step>, now: i64) {
        let mut pressed = None;
        for step in steps {
            match step {
                Step::Pressed(key) => {
                    pressed = Some(key);
                    self.tell(Telling::Event("key_pressed", pressed));
                    self.note(Happening::Pressed { key }, now);
                }
                Step::Say(narration) => self.note(Happening::Said { narration }, now),
                Step::Send(wording) => {
                    let text = wording.received.clone();
                    self.tell(Telling::Sms(wording));
                    self.note(Happening::Sms { text }, now);
                }
                Step::Transfer { to, from } => {
                    self.tell(Telling::Event("transferred", pressed));
                    self.note(Happening::Transferred { to, from }, now);
                }
                Step::Unsubscribe => {
                    self.tell(Telling::Event("unsubscribed", pressed));
                    self.note(Happening::Unsubscribed, now);
                }
            }
        }
        if let Standing::Talking(walk) = &self.standing
            && let Stage::Over(ending) = walk.stage()
        {
            self.end(ending, now);
        }
    }

    fn end(&mut self, ending: Ending, now: i64) {
        self.standing = Standing::Ended(ending);
        self.note(Happening::Ended { ending }, now);
        // What is left to tell is told; nothing more comes.
        self.teller = None;
    }

    fn note(&mut self, what: Happening, at: i64) {
        self.log.push(Entry { at, what });
    }

    fn tell(&self, telling: Telling) {
        if let Some(teller) = &self.teller {
            // Nobody listens once everything was reset.
            let _ = teller.send(telling);
        }
    }
}

/// Writes an id as text.
fn as_text<S: Serializer>(id: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

/// `state`, and what else is known in it; the rest is null.
fn in_words<S: Serializer>(standing: &Standing, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize, Default)]
    struct Words {
        state: &'static str,
        rings_at: Option<i64>,
        hears_keys: bool,
        repeats_left: Option<u8>,
        ending: Option<Ending>,
    }
    let words = match standing {
        Standing::Waiting { until } => Words {
            state: "waiting",
            rings_at: Some(*until),
            ..Words::default()
        },
        Standing::Ringing => Words {
            state: "ringing",
            ..Words::default()
        },
        Standing::Talking(walk) => Words {
            state: if walk.stage() == Stage::Listening {
                "listening"
            } else {
                "speaking"
            },
            hears_keys: walk.hears(),
            repeats_left: Some(walk.repeats_left()),
            ..Words::default()
        },
        Standing::Ended(ending) => Words {
            state: "ended",
            ending: Some(*ending),
            ..Words::default()
        },
    };
    words.serialize(serializer)
}
