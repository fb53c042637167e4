//! Drafts and rules that the tests of this module share.

use alloc::collections::BTreeSet;
use alloc::string::String;

use super::{CallDraft, KeyDraft, NarrationDraft, VoiceDraft};
use crate::campaign::{Limits, Rules};
use crate::wire::LinkShape;

pub(super) fn shape() -> LinkShape {
    LinkShape {
        short_base: "https://s.pt/l/".into(),
        unsubscribe_base: "https://s.pt/u/".into(),
        code_length: 10,
    }
}

pub(super) fn rules<'a>(
    links: &'a LinkShape,
    properties: Option<&'a BTreeSet<String>>,
) -> Rules<'a> {
    Rules {
        limits: Limits { max_parts: 2 },
        properties,
        links,
        default_name: "HUBSPOT_VOICE_2026_11",
    }
}

pub(super) fn speech(text: &str) -> NarrationDraft {
    NarrationDraft {
        text: text.into(),
        ..NarrationDraft::default()
    }
}

pub(super) fn voice(text: &str) -> VoiceDraft {
    VoiceDraft {
        phone_property: "mobilephone".into(),
        country: "PT".into(),
        narration: speech(text),
        ..VoiceDraft::default()
    }
}

pub(super) fn call(keys: &[KeyDraft]) -> CallDraft {
    CallDraft {
        voice: voice("menu"),
        keys: keys.to_vec(),
        ..CallDraft::default()
    }
}
