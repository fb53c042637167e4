//! Who gets a campaign's message and who does not, and why: the same weighing
//! for the confirmation and for the campaign itself.

pub(crate) mod file;
mod scale;

use std::collections::{BTreeMap, HashSet};

use septet_core::campaign::SmsCampaign;
use septet_core::delivery::NotSentReason;
use septet_core::wire::{CheckReport, Contact, Millis};

pub(crate) use self::scale::{Scale, Tally};
use crate::app::App;
use crate::hubspot::CrmError;
use crate::store::NewRecipient;

/// Contacts, weighed.
#[derive(Debug)]
pub(crate) struct Weighed {
    /// One for each contact, in the order of the audience.
    pub(crate) recipients: Vec<NewRecipient>,
    /// What the confirmation says of them.
    pub(crate) report: CheckReport,
}

/// Reads contacts from HubSpot and weighs each, for a campaign that is made `now`.
pub(crate) async fn weigh(
    app: &App,
    portal: u64,
    campaign: &SmsCampaign,
    ids: Vec<String>,
    now: Millis,
) -> Result<Weighed, CrmError> {
    let mut seen = HashSet::new();
    let ids: Vec<String> = ids
        .into_iter()
        .filter(|id| seen.insert(id.clone()))
        .collect();
    let mut scale = Scale::new(app, portal, campaign).await?;
    let contacts = app.hubspot.contacts(portal, &ids, scale.properties());
    let mut contacts: BTreeMap<String, Contact> = contacts
        .await?
        .into_iter()
        .map(|contact| (contact.id.clone(), contact))
        .collect();
    let mut recipients: Vec<NewRecipient> = ids
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
    let mut tally = Tally::default();
    for recipient in &recipients {
        tally.count(recipient);
    }
    let report = tally.report(scale.missing());
    let mut departures = Departures::new(campaign, report.recipients, now);
    for recipient in &mut recipients {
        departures.give(recipient);
    }
    Ok(Weighed { recipients, report })
}

/// When each of a campaign's messages may leave, in their order.
#[derive(Debug)]
pub(crate) struct Departures<'a> {
    campaign: &'a SmsCampaign,
    of: u64,
    made_at: Millis,
    next: u64,
}

impl<'a> Departures<'a> {
    /// For so many messages of a campaign that was made at a time.
    pub(crate) fn new(campaign: &'a SmsCampaign, of: u64, made_at: Millis) -> Self {
        Self {
            campaign,
            of,
            made_at,
            next: 0,
        }
    }

    /// So many messages have their place already.
    pub(crate) fn skip(&mut self, messages: u64) {
        self.next += messages;
    }

    pub(crate) fn give(&mut self, recipient: &mut NewRecipient) {
        if recipient.excluded.is_none() {
            let (place, schedule) = (self.next, &self.campaign.schedule);
            recipient.not_before = schedule.leaves_at(place, self.of, self.made_at);
            self.next += 1;
        }
    }
}
