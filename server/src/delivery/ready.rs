//! Campaigns read into what their messages are made of, once for many messages.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use septet_core::campaign::{Limits, Problem, Rules, SmsCampaign};
use septet_core::wire::{Audience, SmsDraft};

use crate::store::Sendable;

/// Campaigns that are kept; there are rarely more under way.
const MOST: usize = 64;

type Read = Result<Arc<SmsCampaign>, Vec<Problem>>;

/// Campaigns that have been read, by id. What is sent of a campaign never changes.
#[derive(Debug, Default)]
pub(super) struct Ready(Mutex<HashMap<String, Read>>);

impl Ready {
    /// A campaign with the rules of today: one that has become stricter since the draft
    /// was stored must not send what it now forbids.
    pub(super) fn campaign(&self, sendable: &Sendable) -> Read {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(read) = kept.get(&sendable.id) {
            return read.clone();
        }
        let read = read(sendable, &sendable.draft);
        if kept.len() == MOST {
            kept.clear();
        }
        kept.insert(sendable.id.clone(), read.clone());
        read
    }

    /// A message with a text of its own, and all else of its campaign.
    pub(super) fn own(sendable: &Sendable, text: &str, contact: &str) -> Read {
        let draft = SmsDraft {
            text: text.to_owned(),
            audience: Audience::Contacts {
                ids: vec![contact.to_owned()],
            },
            ..sendable.draft.clone()
        };
        read(sendable, &draft)
    }
}

fn read(sendable: &Sendable, draft: &SmsDraft) -> Read {
    let rules = Rules {
        limits: Limits {
            max_parts: sendable.max_parts,
        },
        properties: None,
        links: &sendable.links,
        default_name: &sendable.name,
    };
    SmsCampaign::parse(draft, &rules).map(Arc::new)
}
