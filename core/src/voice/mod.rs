//! Calls that speak, and calls with a menu: their rules, and how they go on.
//!
//! [`VoiceCampaign::parse`] and [`Call::parse`] are where a draft becomes a call that may
//! be placed; [`Call::script`] is what one contact may hear, and [`Walk`] plays it key by
//! key. [`said`](said::said) and [`Pace`] tell how a text will sound and how long it
//! takes. Nothing here calls anybody, fetches a recording, or makes a sound.

mod audio;
mod call;
mod caller;
mod campaign;
mod draft;
#[cfg(test)]
mod fixtures;
mod language;
mod narration;
mod notes;
mod pace;
mod problem;
pub mod said;
mod script;
mod walk;

pub use audio::{AudioError, AudioHint, AudioUrl, MAX_ADDRESS};
pub use call::{Action, Call, Key, MAX_ACTIONS, MAX_REPEATS, MAX_TIMEOUT, Node};
pub use caller::Caller;
pub use campaign::{MAX_RETRIES, VoiceCampaign};
pub use draft::{
    ActionDraft, CallDraft, KeyDraft, NarrationDraft, NarrationKind, TextDraft, VoiceDraft,
};
pub use language::{Gender, Voice, VoiceLanguage};
pub use narration::{MAX_SPOKEN, Narration, Spoken, Unspoken};
pub use pace::Pace;
pub use problem::{KeyField, VoiceProblem, VoiceProblemKind, Where};
pub use script::{Line, Script, Then, Unready, WhyUnready};
pub use walk::{Ending, Input, MAX_PLAYED, Step, Walk};
