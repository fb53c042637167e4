//! Weighing one contact after the other, of whichever audience.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use septet_core::campaign::SmsCampaign;
use septet_core::delivery::NotSentReason;
use septet_core::phone::{PhoneError, PhoneNumber};
use septet_core::template::PreviewLinks;
use septet_core::wire::{CheckReport, Contact, Exclusion, MissingValue, PartsCount};

use super::reader::Entry;
use crate::app::App;
use crate::hubspot::{is_contact, is_marketing};
use crate::secrets::Keyring;
use crate::store::{NewRecipient, StoreError};

/// Names that an exclusion shows.
const EXAMPLES: usize = 3;

/// Hashes of numbers, and contacts.
type OptedOut = (BTreeSet<Vec<u8>>, BTreeSet<String>);

/// What weighing needs to know and to remember.
#[derive(Debug)]
pub(crate) struct Scale<'a> {
    campaign: &'a SmsCampaign,
    portal: u64,
    keys: &'a Keyring,
    /// Properties that the message asks for.
    properties: Vec<String>,
    opted_out: OptedOut,
    /// Whether HubSpot has to count them as marketing contacts.
    marketing_only: bool,
    /// Numbers that somebody of this campaign has already.
    taken: HashSet<u64>,
    missing: BTreeMap<String, u64>,
}

impl<'a> Scale<'a> {
    pub(crate) async fn new(
        app: &'a App,
        portal: u64,
        campaign: &'a SmsCampaign,
    ) -> Result<Self, StoreError> {
        let opted_out = app.store.suppressed(portal).await?;
        Self::knowing(app, portal, campaign, opted_out).await
    }

    /// For a few of whom it is known who has opted out.
    pub(crate) async fn knowing(
        app: &'a App,
        portal: u64,
        campaign: &'a SmsCampaign,
        opted_out: OptedOut,
    ) -> Result<Self, StoreError> {
        let properties = campaign.composition.template.properties();
        Ok(Self {
            portal,
            keys: &app.keys,
            properties: properties.map(str::to_owned).collect(),
            opted_out,
            marketing_only: app.store.choices(portal).await?.marketing_only,
            taken: HashSet::new(),
            missing: BTreeMap::new(),
            campaign,
        })
    }

    /// Properties that the message asks for.
    pub(crate) fn properties(&self) -> &[String] {
        &self.properties
    }

    /// Somebody has this number already.
    pub(crate) fn take(&mut self, digits: &str) {
        self.taken.insert(key(digits));
    }

    /// What becomes of somebody, who may be sent to at once.
    pub(crate) fn recipient(&mut self, entry: Entry) -> NewRecipient {
        let contact = match entry {
            Entry::Contact(contact) => contact,
            Entry::Gone(id) => return nobody(id, NotSentReason::ContactGone),
            Entry::Broken(id) => return nobody(id, NotSentReason::BrokenRow),
        };
        let (phone, outcome) = self.weigh(&contact);
        let values = contact.values.into_iter();
        NewRecipient {
            contact_id: contact.id,
            name: contact.name,
            phone: phone.map(|number| number.digits().to_owned()),
            values: values
                .filter(|(name, _)| self.properties.contains(name))
                .collect(),
            parts: outcome.ok(),
            excluded: outcome.err(),
            not_before: 0,
        }
    }

    /// Tokens without value among those who get a message.
    pub(crate) fn missing(self) -> Vec<MissingValue> {
        let missing = self.missing.into_iter();
        let missing = missing.map(|(property, count)| MissingValue { property, count });
        missing.collect()
    }

    fn weigh(&mut self, contact: &Contact) -> (Option<PhoneNumber>, Result<u8, NotSentReason>) {
        let raw = contact.phone.as_deref().unwrap_or_default();
        match PhoneNumber::parse(raw, contact.prefix.as_deref(), self.campaign.country) {
            Ok(phone) => {
                let outcome = self.parts(contact, &phone);
                (Some(phone), outcome)
            }
            Err(PhoneError::Empty) => (None, Err(NotSentReason::NoNumber)),
            Err(PhoneError::Malformed) => (None, Err(NotSentReason::MalformedNumber)),
        }
    }

    fn parts(&mut self, contact: &Contact, phone: &PhoneNumber) -> Result<u8, NotSentReason> {
        let opted_out = contact.opted_out || self.has_opted_out(&contact.id, phone.digits());
        if opted_out && !self.campaign.ignores_opt_outs {
            return Err(NotSentReason::OptedOut);
        }
        // A row of a file is nobody in HubSpot, whatever its columns are called.
        if self.marketing_only && is_contact(&contact.id) && !is_marketing(contact) {
            return Err(NotSentReason::NotMarketing);
        }
        if self.taken.contains(&key(phone.digits())) {
            return Err(NotSentReason::Duplicate);
        }
        let message = self
            .campaign
            .message(&contact.values, &mut PreviewLinks(&self.campaign.links))?;
        self.take(phone.digits());
        for property in message.missing {
            *self.missing.entry(property).or_default() += 1;
        }
        Ok(message.parts)
    }

    fn has_opted_out(&self, contact: &str, digits: &str) -> bool {
        let (numbers, people) = &self.opted_out;
        people.contains(contact)
            || !numbers.is_empty()
                && numbers.contains(&self.keys.number_hash(self.portal, digits)[..])
    }
}

/// Of whom nothing is known but the id.
fn nobody(id: String, reason: NotSentReason) -> NewRecipient {
    NewRecipient {
        name: id.clone(),
        contact_id: id,
        phone: None,
        values: BTreeMap::new(),
        parts: None,
        excluded: Some(reason),
        not_before: 0,
    }
}

/// A number as a number: it has 15 digits at most, and the first is no zero.
fn key(digits: &str) -> u64 {
    let digits = digits.bytes();
    digits.fold(0, |key, digit| key * 10 + u64::from(digit - b'0'))
}

/// What the confirmation says, counted one recipient after the other.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    spread: BTreeMap<u8, u64>,
    exclusions: BTreeMap<NotSentReason, Exclusion>,
}

impl Tally {
    pub(crate) fn count(&mut self, recipient: &NewRecipient) {
        if let Some(parts) = recipient.parts {
            *self.spread.entry(parts).or_default() += 1;
        }
        if let Some(reason) = recipient.excluded {
            let exclusion = self.exclusions.entry(reason).or_insert_with(|| Exclusion {
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

    pub(crate) fn report(self, missing: Vec<MissingValue>) -> CheckReport {
        let spread = self.spread.into_iter();
        let spread: Vec<PartsCount> = spread
            .map(|(parts, messages)| PartsCount { parts, messages })
            .collect();
        CheckReport {
            recipients: spread.iter().map(|column| column.messages).sum(),
            parts: spread
                .iter()
                .map(|column| u64::from(column.parts) * column.messages)
                .sum(),
            spread,
            exclusions: self.exclusions.into_values().collect(),
            missing,
            sampled_of: None,
        }
    }
}
