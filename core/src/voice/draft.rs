//! What a person has typed of a call, valid or not.
//!
//! Kept apart from the rules, so that a call half written can be stored and shown again.
//! [`VoiceCampaign::parse`](super::VoiceCampaign::parse) and
//! [`Call::parse`](super::Call::parse) say whether it may be placed.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Gender, VoiceLanguage};
use crate::encoding::EncodingChoice;
use crate::named::named;
use crate::wire::Utm;

named! {
    /// Where the sound comes from.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
    pub enum NarrationKind {
        /// A text is spoken.
        #[default]
        Speech = "speech",
        /// A recording is played.
        Audio = "audio",
    }
}

/// What is heard. Both kinds are kept, so that changing one's mind loses nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NarrationDraft {
    /// Which of the two counts.
    pub kind: NarrationKind,
    /// The language of the text.
    pub language: VoiceLanguage,
    /// Whose voice speaks it.
    pub gender: Gender,
    /// Name of the voice; empty means the usual one.
    pub voice: String,
    /// The text with its tokens.
    pub text: String,
    /// The address of the recording.
    pub audio_url: String,
}

/// A call that speaks and listens to nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VoiceDraft {
    /// Property that holds the number to call.
    pub phone_property: String,
    /// ISO 3166-1 alpha-2 code of the country of numbers without a prefix.
    pub country: String,
    /// The number that phones show; empty means the account's own.
    pub caller: String,
    /// What is heard first.
    pub narration: NarrationDraft,
    /// Name of the campaign; empty means the default of its month.
    pub campaign_name: String,
    /// How often a call that nobody takes is placed again.
    pub retries: u8,
}

/// A call with a menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallDraft {
    /// The call itself; its narration is the menu.
    pub voice: VoiceDraft,
    /// What the keys do, in the order in which they were added.
    pub keys: Vec<KeyDraft>,
    /// What is heard after a key that does nothing.
    pub wrong_key: Option<NarrationDraft>,
    /// What is heard when no key is pressed.
    pub no_key: Option<NarrationDraft>,
    /// How often a wrong key or none may happen, together, and the menu is heard again.
    pub repeats: u8,
    /// How long a key is waited for, in seconds.
    pub timeout_seconds: u8,
}

impl Default for CallDraft {
    fn default() -> Self {
        Self {
            voice: VoiceDraft::default(),
            keys: Vec::new(),
            wrong_key: None,
            no_key: None,
            repeats: 2,
            timeout_seconds: 7,
        }
    }
}

/// What one key does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeyDraft {
    /// The digit.
    pub key: u8,
    /// What is heard when it is pressed.
    pub narration: NarrationDraft,
    /// What happens.
    pub action: ActionDraft,
}

/// What happens when a key is pressed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ActionDraft {
    /// Nothing but its narration; the menu is heard again.
    #[default]
    Play,
    /// The call goes on with somebody else.
    Transfer {
        /// The number to go on with.
        #[serde(default)]
        to: String,
        /// The number that somebody else sees; empty means the call's own caller.
        #[serde(default)]
        caller: String,
    },
    /// The person gets a message.
    SendSms(TextDraft),
    /// The person wants no more calls.
    Unsubscribe,
}

/// The message that a key asks for; as in [`SmsDraft`](crate::wire::SmsDraft), without what
/// the call says already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TextDraft {
    /// Sender, as typed.
    pub sender: String,
    /// The message with its tokens.
    pub text: String,
    /// Which alphabets may be used.
    pub encoding: EncodingChoice,
    /// "Replace unsupported characters".
    pub transliterate: bool,
    /// Whether links become short links.
    pub shorten_links: bool,
    /// Tags added to links.
    pub utm: Utm,
}

impl Default for TextDraft {
    fn default() -> Self {
        Self {
            sender: String::new(),
            text: String::new(),
            encoding: EncodingChoice::default(),
            transliterate: false,
            shorten_links: true,
            utm: Utm::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_left_out_is_as_nobody_has_typed_it() {
        let written = json!({
            "voice": {"narration": {"text": "Olá", "language": "pt_PT", "gender": "M"}},
            "keys": [
                {"key": 1},
                {"key": 2, "action": {"kind": "transfer", "to": "912345678"}},
                {"key": 3, "action": {"kind": "send_sms", "sender": "Septet"}},
            ],
        });
        let text = TextDraft {
            sender: "Septet".into(),
            ..TextDraft::default()
        };
        let transfer = ActionDraft::Transfer {
            to: "912345678".into(),
            caller: String::new(),
        };
        let key = |key, action| KeyDraft {
            key,
            action,
            ..KeyDraft::default()
        };
        let expected = CallDraft {
            voice: VoiceDraft {
                narration: NarrationDraft {
                    text: "Olá".into(),
                    language: VoiceLanguage::PtPt,
                    gender: Gender::Male,
                    ..NarrationDraft::default()
                },
                ..VoiceDraft::default()
            },
            keys: vec![
                key(1, ActionDraft::Play),
                key(2, transfer),
                key(3, ActionDraft::SendSms(text)),
            ],
            ..CallDraft::default()
        };
        let read: CallDraft = serde_json::from_value(written).unwrap();
        assert_eq!(read, expected);
    }
}
