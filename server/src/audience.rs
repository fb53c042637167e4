//! Who gets a campaign's message and who does not, and why: the same weighing
//! for the confirmation and for the campaign itself.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use septet_core::campaign::SmsCampaign;
use septet_core::delivery::NotSentReason;
use septet_core::phone::{PhoneError, PhoneNumber};
use septet_core::template::PreviewLinks;
use septet_core::wire::{
    Audience, CheckReport, Contact, Exclusion, LinkShape, MissingValue, PartsCount,
};

use crate::hubspot::{CrmError, Hubspot};
use crate::secrets::Keyring;
use crate::store::{NewRecipient, Store};

/// Names that an exclusion shows.
const EXAMPLES: usize = 3;

/// An audience, weighed.
#[derive(Debug)]
pub(crate) struct Weighed {
    /// One for each contact, in the order of the audience.
    pub(crate) recipients: Vec<NewRecipient>,
    /// What the confirmation says of them.
    pub(crate) report: CheckReport,
}

/// Reads an audience from HubSpot and weighs every contact of it.
pub(crate) async fn weigh(
    hubspot: &Hubspot,
    store: &Store,
    keys: &Keyring,
    links: &LinkShape,
    portal: u64,
    campaign: &SmsCampaign,
    audience: &Audience,
) -> Result<Weighed, CrmError> {
    let ids = match audience {
        Audience::Contacts { ids } => ids.clone(),
        Audience::List { id } => hubspot.members(portal, id).await?,
    };
    let mut seen = HashSet::new();
    let ids: Vec<String> = ids
        .into_iter()
        .filter(|id| seen.insert(id.clone()))
        .collect();
    let properties: Vec<String> = campaign
        .composition
        .template
        .properties()
        .map(str::to_owned)
        .collect();
    let contacts = hubspot.contacts(portal, &ids, &properties).await?;
    let mut contacts: BTreeMap<String, Contact> = contacts
        .into_iter()
        .map(|contact| (contact.id.clone(), contact))
        .collect();
    let (numbers, people) = store.suppressed(portal).await?;
    let mut scale = Scale {
        campaign,
        links,
        properties: &properties,
        suppressed: |contact: &str, digits: &str| {
            people.contains(contact) || numbers.contains(&keys.number_hash(portal, digits))
        },
        taken: BTreeSet::new(),
        missing: BTreeMap::new(),
    };
    let recipients: Vec<NewRecipient> = ids
        .into_iter()
        .map(|id| match contacts.remove(&id) {
            Some(contact) => scale.recipient(contact),
            None => NewRecipient {
                name: id.clone(),
                contact_id: id,
                phone: None,
                values: BTreeMap::new(),
                parts: None,
                excluded: Some(NotSentReason::ContactGone),
                not_before: 0,
            },
        })
        .collect();
    let missing = scale.missing.into_iter();
    let missing = missing.map(|(property, count)| MissingValue { property, count });
    Ok(Weighed {
        report: report(&recipients, missing.collect()),
        recipients,
    })
}

/// What weighing one contact after the other needs to remember.
struct Scale<'a, S> {
    campaign: &'a SmsCampaign,
    links: &'a LinkShape,
    properties: &'a [String],
    suppressed: S,
    /// Numbers that somebody of this campaign has already.
    taken: BTreeSet<String>,
    missing: BTreeMap<String, u64>,
}

impl<S: Fn(&str, &str) -> bool> Scale<'_, S> {
    fn recipient(&mut self, contact: Contact) -> NewRecipient {
        let weighed = self.weigh(&contact);
        let phone = weighed.phone.map(|number| number.digits().to_owned());
        let values = contact.values.into_iter();
        NewRecipient {
            contact_id: contact.id,
            name: contact.name,
            phone,
            values: values
                .filter(|(name, _)| self.properties.contains(name))
                .collect(),
            parts: weighed.outcome.ok(),
            excluded: weighed.outcome.err(),
            not_before: 0,
        }
    }

    fn weigh(&mut self, contact: &Contact) -> Verdict {
        let raw = contact.phone.as_deref().unwrap_or_default();
        let number = PhoneNumber::parse(raw, contact.prefix.as_deref(), self.campaign.country);
        let phone = match number {
            Ok(phone) => phone,
            Err(error) => {
                let reason = match error {
                    PhoneError::Empty => NotSentReason::NoNumber,
                    PhoneError::Malformed => NotSentReason::MalformedNumber,
                };
                return Verdict {
                    phone: None,
                    outcome: Err(reason),
                };
            }
        };
        let outcome = self.parts(contact, &phone);
        Verdict {
            phone: Some(phone),
            outcome,
        }
    }

    fn parts(&mut self, contact: &Contact, phone: &PhoneNumber) -> Result<u8, NotSentReason> {
        if contact.opted_out || (self.suppressed)(&contact.id, phone.digits()) {
            return Err(NotSentReason::OptedOut);
        }
        if self.taken.contains(phone.digits()) {
            return Err(NotSentReason::Duplicate);
        }
        let message = self
            .campaign
            .message(&contact.values, &mut PreviewLinks(self.links))?;
        self.taken.insert(phone.digits().to_owned());
        for property in message.missing {
            *self.missing.entry(property).or_default() += 1;
        }
        Ok(message.parts)
    }
}

struct Verdict {
    phone: Option<PhoneNumber>,
    outcome: Result<u8, NotSentReason>,
}

fn report(recipients: &[NewRecipient], missing: Vec<MissingValue>) -> CheckReport {
    let mut spread: BTreeMap<u8, u64> = BTreeMap::new();
    let mut exclusions: BTreeMap<NotSentReason, Exclusion> = BTreeMap::new();
    for recipient in recipients {
        if let Some(parts) = recipient.parts {
            *spread.entry(parts).or_default() += 1;
        }
        if let Some(reason) = recipient.excluded {
            let exclusion = exclusions.entry(reason).or_insert_with(|| Exclusion {
                reason,
                count: 0,
                examples: Vec::new(),
            });
            exclusion.count += 1;
            if exclusion.examples.len() < EXAMPLES {
                exclusion.examples.push(recipient.name.clone());
            }
        }
    }
    CheckReport {
        recipients: spread.values().sum(),
        parts: spread
            .iter()
            .map(|(parts, messages)| u64::from(*parts) * messages)
            .sum(),
        spread: spread
            .into_iter()
            .map(|(parts, messages)| PartsCount { parts, messages })
            .collect(),
        exclusions: exclusions.into_values().collect(),
        missing,
    }
}
