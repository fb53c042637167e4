//! Reading the bodies of `POST /voice` and `POST /ivr`: every field is checked, and one
//! that is not known is refused, so that a misspelt name in our client shows up here.
//!
//! A narration is always `"message": text` or `"audioUrl": url`, never both, and stands
//! beside the other fields of what it belongs to. What has no error code of its own among
//! those that are public is answered with 101 and a description of the field.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;

use super::script::{Action, Key, Menu, Narration, Script, Speaker};
use crate::nrs::error::NrsError;
use crate::nrs::fields::{self, Recipients, Wording};

/// Most keys that can be given something to do.
const MOST_KEYS: usize = 9;
/// Most characters of a voice's name.
const LONGEST_VOICE: usize = 64;

/// Fields of every call.
const VOICE: [&str; 11] = [
    "to",
    "message",
    "audioUrl",
    "from",
    "language",
    "gender",
    "voice",
    "campaignName",
    "retries",
    "scheduleDate",
    "notificationUrl",
];
/// Fields of an interactive call besides.
const IVR: [&str; 5] = ["timeout", "repeats", "wrongKey", "noKey", "keys"];

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// It says something.
    Voice,
    /// It listens for keys as well.
    Ivr,
}

/// Calls that may be made.
#[derive(Debug)]
pub(crate) struct Order {
    /// Every recipient.
    pub(crate) recipients: Recipients,
    /// What the phone shows as the caller; the provider's own number where it is not said.
    pub(crate) from: Option<String>,
    /// What is said and done.
    pub(crate) script: Arc<Script>,
    /// Who says it.
    pub(crate) speaker: Speaker,
    /// Groups calls in the statistics.
    pub(crate) campaign_name: String,
    /// How often it rings again when nobody answers.
    pub(crate) retries: u8,
    /// When it is made, in milliseconds since the Unix epoch, if not at once.
    pub(crate) scheduled_at: Option<i64>,
    /// Where reports go, placeholders unfilled.
    pub(crate) notification_url: Option<String>,
}

impl Order {
    /// Reads the body; the first rule that is broken decides the answer.
    pub(crate) fn read(kind: Kind, bytes: &[u8]) -> Result<Self, NrsError> {
        let body: Value = serde_json::from_slice(bytes)
            .map_err(|error| NrsError::Unreadable(error.to_string()))?;
        let mut known = VOICE.to_vec();
        if kind == Kind::Ivr {
            known.extend(IVR);
        }
        let body = Fields::read(&body, String::new(), &known)?;
        let recipients = fields::recipients(body.get("to"))?;
        let narration = body.narration()?.ok_or(NrsError::TextMissing)?;
        let from = caller(body.get("from"))?;
        let speaker = speaker(&body)?;
        let campaign_name = body.text("campaignName")?.unwrap_or_default();
        let retries = body.whole("retries", 0..=5)?.unwrap_or_default();
        let scheduled_at = fields::date(body.get("scheduleDate"), "scheduleDate")?;
        let notification_url = fields::notification_url(body.get("notificationUrl"))?;
        let menu = match kind {
            Kind::Voice => None,
            Kind::Ivr => Some(menu(&body)?),
        };
        let script = Script { narration, menu };
        if speaks(&script) && (speaker.language.is_none() || speaker.gender.is_none()) {
            return refused("a text to be spoken needs language and gender");
        }
        Ok(Self {
            recipients,
            from,
            script: script.into(),
            speaker,
            campaign_name: campaign_name.to_owned(),
            retries,
            scheduled_at,
            notification_url,
        })
    }
}

/// An object of the body, with nothing in it but what is known.
struct Fields<'a> {
    /// Where it stands in the body, with a dot at the end.
    path: String,
    object: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    fn read(value: &'a Value, path: String, known: &[&str]) -> Result<Self, NrsError> {
        let Some(object) = value.as_object() else {
            return refused(&format!("{path} is not an object"));
        };
        match object.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => refused(&format!("unknown field {path}{name}")),
            None => Ok(Self { path, object }),
        }
    }

    /// Its value, null where it is left out.
    fn get(&self, name: &str) -> &'a Value {
        self.object.get(name).unwrap_or(&Value::Null)
    }

    fn text(&self, name: &str) -> Result<Option<&'a str>, NrsError> {
        match self.get(name) {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text)),
            _ => refused(&format!("{}{name} is not a text", self.path)),
        }
    }

    fn whole(&self, name: &str, range: RangeInclusive<u8>) -> Result<Option<u8>, NrsError> {
        let value = self.get(name);
        let number = value.as_u64().and_then(|number| u8::try_from(number).ok());
        match number.filter(|number| range.contains(number)) {
            Some(number) => Ok(Some(number)),
            None if value.is_null() => Ok(None),
            None => refused(&format!(
                "{}{name} is not a whole number from {} to {}",
                self.path,
                range.start(),
                range.end()
            )),
        }
    }

    /// `message` or `audioUrl`, if either is there.
    fn narration(&self) -> Result<Option<Narration>, NrsError> {
        match (self.get("message"), self.get("audioUrl")) {
            (Value::Null, Value::Null) => Ok(None),
            (message, Value::Null) => match fields::text(message) {
                Some(text) => Ok(Some(Narration::Message(text.to_owned()))),
                None => Err(NrsError::TextMissing),
            },
            (Value::Null, Value::String(url))
                if Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) =>
            {
                Ok(Some(Narration::AudioUrl(url.clone())))
            }
            (Value::Null, _) => refused(&format!("{}audioUrl is not an http(s) URL", self.path)),
            _ => refused(&format!("{}message or audioUrl, not both", self.path)),
        }
    }

    /// A field that is a narration and nothing else.
    fn narrated(&self, name: &str) -> Result<Option<Narration>, NrsError> {
        let value = self.get(name);
        if value.is_null() {
            return Ok(None);
        }
        let path = format!("{}{name}.", self.path);
        let narration = Fields::read(value, path, &["message", "audioUrl"])?.narration()?;
        narration.map(Some).ok_or(NrsError::TextMissing)
    }
}

fn refused<T>(why: &str) -> Result<T, NrsError> {
    Err(NrsError::Unreadable(why.to_owned()))
}

/// Up to 15 digits: no letters are shown in the place of a caller's number.
fn caller(value: &Value) -> Result<Option<String>, NrsError> {
    match value {
        Value::Null => Ok(None),
        Value::String(digits)
            if (1..=15).contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            Ok(Some(digits.clone()))
        }
        _ => Err(NrsError::SenderTooLong),
    }
}

fn speaker(body: &Fields<'_>) -> Result<Speaker, NrsError> {
    let language = body.text("language")?;
    if !language.is_none_or(is_language) {
        return refused("language is not written as es_ES");
    }
    let gender = body.text("gender")?;
    if !gender.is_none_or(|gender| matches!(gender, "F" | "M")) {
        return refused("gender is neither F nor M");
    }
    let voice = body.text("voice")?;
    if !voice.is_none_or(|name| (1..=LONGEST_VOICE).contains(&name.chars().count())) {
        return refused("voice is not a name");
    }
    Ok(Speaker {
        language: language.map(str::to_owned),
        gender: gender.map(str::to_owned),
        voice: voice.map(str::to_owned),
    })
}

/// Two or three small letters, `_`, two capitals.
fn is_language(written: &str) -> bool {
    written.split_once('_').is_some_and(|(language, country)| {
        (2..=3).contains(&language.len())
            && language.bytes().all(|byte| byte.is_ascii_lowercase())
            && country.len() == 2
            && country.bytes().all(|byte| byte.is_ascii_uppercase())
    })
}

fn menu(body: &Fields<'_>) -> Result<Menu, NrsError> {
    let Some(timeout) = body.whole("timeout", 1..=30)? else {
        return refused("timeout is missing");
    };
    let Some(repeats) = body.whole("repeats", 0..=5)? else {
        return refused("repeats is missing");
    };
    let wrong_key = body.narrated("wrongKey")?;
    let no_key = body.narrated("noKey")?;
    let Some(entries) = body.get("keys").as_object() else {
        return refused("keys is not an object");
    };
    if !(1..=MOST_KEYS).contains(&entries.len()) {
        return refused("keys has from one to nine entries");
    }
    let mut keys = BTreeMap::new();
    for (printed, value) in entries {
        let Some(key) = Key::parse(printed).filter(|key| key.is_digit()) else {
            return refused(&format!("keys.{printed} is not a digit"));
        };
        keys.insert(key, action(value, format!("keys.{printed}."))?);
    }
    Ok(Menu {
        timeout,
        repeats,
        wrong_key,
        no_key,
        keys,
    })
}

fn action(value: &Value, path: String) -> Result<Action, NrsError> {
    let more: &[&str] = match value["action"].as_str() {
        Some("play" | "unsubscribe") => &[],
        Some("sms") => &["sms"],
        Some("transfer") => &["to", "from"],
        _ => {
            return refused(&format!(
                "{path}action is not one of play, sms, transfer and unsubscribe"
            ));
        }
    };
    let known = [&["action", "message", "audioUrl"], more].concat();
    let own = Fields::read(value, path, &known)?;
    let narration = own.narration()?;
    match value["action"].as_str() {
        Some("play") => Ok(Action::Play(narration.ok_or(NrsError::TextMissing)?)),
        Some("sms") => {
            let known = ["from", "message", "encoding", "parts"];
            let sms = Fields::read(own.get("sms"), format!("{}sms.", own.path), &known)?;
            let [from, message, encoding, parts] = known.map(|name| sms.get(name));
            let wording = Wording::read(message, from, encoding, parts, &Value::Null)?;
            Ok(Action::Sms { narration, wording })
        }
        Some("transfer") => match own.text("to")? {
            Some(to) if fields::is_number(to) => Ok(Action::Transfer {
                narration,
                to: to.to_owned(),
                from: caller(own.get("from"))?,
            }),
            _ => refused(&format!("{}to is not a number", own.path)),
        },
        _ => Ok(Action::Unsubscribe { narration }),
    }
}

/// Whether there is any text to be spoken.
fn speaks(script: &Script) -> bool {
    let mut narrations = vec![Some(&script.narration)];
    if let Some(menu) = &script.menu {
        narrations.extend([menu.wrong_key.as_ref(), menu.no_key.as_ref()]);
        narrations.extend(menu.keys.values().map(|action| match action {
            Action::Play(narration) => Some(narration),
            Action::Sms { narration, .. }
            | Action::Transfer { narration, .. }
            | Action::Unsubscribe { narration } => narration.as_ref(),
        }));
    }
    let mut narrations = narrations.into_iter().flatten();
    narrations.any(|narration| matches!(narration, Narration::Message(_)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Kind, NrsError, Order};

    /// A valid body of either kind with what stands at a pointer replaced.
    fn read(kind: Kind, pointer: &str, value: Value) -> Result<Order, NrsError> {
        let mut body = json!({
            "to": ["351912000001"], "message": "Olá", "language": "pt_PT", "gender": "F",
        });
        if kind == Kind::Ivr {
            body["timeout"] = json!(5);
            body["repeats"] = json!(1);
            body["keys"] = json!({
                "1": {"action": "play", "message": "Das 9 às 18"},
                "2": {"action": "sms", "sms": {"from": "Septet", "message": "Olá"}},
                "3": {"action": "transfer", "to": "351210000001"},
            });
        }
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        body.pointer_mut(parent).expect(pointer)[name] = value;
        Order::read(kind, body.to_string().as_bytes())
    }

    #[test]
    fn every_rule_of_a_call_answers_with_its_own_code() {
        for (code, pointer, value) in [
            (101, "/keys", json!({})),
            (101, "/massage", json!("misspelt")),
            (101, "/audioUrl", json!("https://example.com/a.mp3")),
            (101, "/language", json!("pt-PT")),
            (101, "/language", json!(null)),
            (101, "/gender", json!("X")),
            (101, "/voice", json!("")),
            (101, "/retries", json!(6)),
            (101, "/retries", json!("1")),
            (101, "/campaignName", json!(7)),
            (102, "/to", json!(["n/a"])),
            (104, "/message", json!("")),
            (104, "/message", json!(null)),
            (107, "/from", json!("Septet")),
            (107, "/from", json!("1234567890123456")),
            (108, "/scheduleDate", json!("tomorrow")),
            (109, "/notificationUrl", json!("https://example.com/?d=%d")),
        ] {
            let error = read(Kind::Voice, pointer, value.clone()).expect_err(pointer);
            assert_eq!(error.code(), code, "{pointer}: {value}");
        }
    }

    #[test]
    fn every_rule_of_an_interactive_call_answers_with_its_own_code() {
        let play = json!({"action": "play", "message": "x"});
        let ten: serde_json::Map<String, Value> = (0..10)
            .map(|digit: u8| (digit.to_string(), play.clone()))
            .collect();
        for (code, pointer, value) in [
            (101, "/timeout", json!(0)),
            (101, "/timeout", json!(31)),
            (101, "/timeout", json!(null)),
            (101, "/repeats", json!(6)),
            (101, "/repeats", json!(null)),
            (101, "/wrongKey", json!("text")),
            (101, "/wrongKey", json!({"text": "x"})),
            (104, "/noKey", json!({})),
            (101, "/keys", json!(null)),
            (101, "/keys", json!({})),
            (101, "/keys", json!(ten)),
            (101, "/keys/*", play.clone()),
            (101, "/keys/1/action", json!("dance")),
            (101, "/keys/1/to", json!("351210000001")),
            (104, "/keys/1/message", json!(null)),
            (101, "/keys/2/sms", json!(null)),
            (101, "/keys/2/sms/trans", json!(1)),
            (104, "/keys/2/sms/message", json!("")),
            (105, "/keys/2/sms/message", json!("a".repeat(161))),
            (106, "/keys/2/sms/from", json!(null)),
            (107, "/keys/2/sms/from", json!("Twelve chars")),
            (110, "/keys/2/sms/parts", json!(11)),
            (113, "/keys/2/sms/encoding", json!("latin1")),
            (101, "/keys/3/to", json!("+351")),
            (107, "/keys/3/from", json!("Septet")),
        ] {
            let error = read(Kind::Ivr, pointer, value.clone()).expect_err(pointer);
            assert_eq!(error.code(), code, "{pointer}: {value}");
        }
    }

    #[test]
    fn the_limits_themselves_are_accepted() {
        for (pointer, value) in [
            ("/timeout", json!(30)),
            ("/repeats", json!(5)),
            ("/retries", json!(5)),
            ("/from", json!("123456789012345")),
            ("/voice", json!("Lucia")),
            ("/noKey", json!({"audioUrl": "http://localhost/none.mp3"})),
            ("/keys/0", json!({"action": "unsubscribe"})),
            ("/keys/2/sms/parts", json!(10)),
        ] {
            let read = read(Kind::Ivr, pointer, value.clone());
            assert!(read.is_ok(), "{pointer}: {value}: {read:?}");
        }
    }

    #[test]
    fn recordings_alone_need_no_speaker() {
        let body = json!({"to": ["351912000001"], "audioUrl": "https://example.com/a.mp3"});
        assert!(Order::read(Kind::Voice, body.to_string().as_bytes()).is_ok());
    }
}
