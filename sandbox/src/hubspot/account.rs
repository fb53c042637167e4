//! The accounts (portals) of the sandbox, each with data of its own.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::bearer::Caller;
use super::communications::Communication;
use super::error::HubSpotError;
use super::lists::{CROWDS, List};
use super::preferences::Preference;
use super::properties::{Group, Property};
use super::records::Contact;
use crate::people;
use crate::shared::{Shared, lock};

/// All accounts, by portal id.
#[derive(Debug)]
pub(crate) struct Accounts(BTreeMap<u64, Account>);

/// One account.
#[derive(Debug)]
pub(crate) struct Account {
    /// Who it belongs to and where it is hosted.
    pub(crate) profile: Profile,
    /// Contacts by id.
    pub(crate) contacts: BTreeMap<u64, Contact>,
    /// Contact properties, in the order of their creation.
    pub(crate) properties: Vec<Property>,
    /// Groups of contact properties.
    pub(crate) groups: Vec<Group>,
    /// Contact lists.
    pub(crate) lists: Vec<List>,
    /// What was written on contacts' timelines.
    pub(crate) communications: Vec<Communication>,
    /// What was said of addresses, oldest first.
    pub(crate) preferences: Vec<Preference>,
}

/// Who an account belongs to and where it is hosted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Profile {
    /// Portal id.
    pub(crate) id: u64,
    /// The business.
    pub(crate) name: String,
    /// Its domain, which HubSpot calls the hub domain.
    pub(crate) domain: String,
    /// Host of HubSpot's pages for it.
    pub(crate) ui_domain: String,
    /// `eu1` or `na1`.
    pub(crate) hosting: String,
    /// IANA name.
    pub(crate) time_zone: String,
    /// Offset from UTC in winter, `+01:00`.
    pub(crate) utc_offset: String,
    /// The same in milliseconds.
    pub(crate) utc_offset_milliseconds: i64,
    /// ISO 4217.
    pub(crate) currency: String,
    /// The person who signs in.
    pub(crate) user_id: u64,
    /// Their address.
    pub(crate) user_email: String,
}

impl Accounts {
    /// Of all accounts.
    pub(crate) fn ids(&self) -> Vec<u64> {
        self.0.keys().copied().collect()
    }

    /// The accounts as they are before anybody changed anything.
    pub(crate) fn seeded() -> Self {
        let accounts = people::accounts().into_iter();
        Self(
            accounts
                .map(|account| (account.profile.id, account))
                .collect(),
        )
    }

    /// One account, to read.
    pub(crate) fn account(&self, portal: u64) -> Result<&Account, HubSpotError> {
        self.0
            .get(&portal)
            .ok_or_else(|| HubSpotError::not_found("No such account."))
    }

    /// One account, to change.
    pub(crate) fn account_mut(&mut self, portal: u64) -> Result<&mut Account, HubSpotError> {
        self.0
            .get_mut(&portal)
            .ok_or_else(|| HubSpotError::not_found("No such account."))
    }

    /// All accounts, by id.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Account> {
        self.0.values()
    }

    /// Everything written on timelines, account by account.
    pub(crate) fn preferences(&self) -> Vec<Preference> {
        self.0
            .values()
            .flat_map(|account| account.preferences.iter().cloned())
            .collect()
    }

    pub(crate) fn communications(&self) -> Vec<Communication> {
        self.all()
            .flat_map(|account| account.communications.iter().cloned())
            .collect()
    }

    /// Who has which number, over all accounts.
    pub(crate) fn directory(&self) -> Directory {
        let contacts = self.all().flat_map(|account| account.contacts.values());
        Directory(
            contacts
                .flat_map(|contact| {
                    let entry = |digits| (digits, contact.name());
                    contact.numbers().into_iter().map(entry)
                })
                .collect(),
        )
    }
}

/// Numbers, some without their prefix, and the names of those who have them.
#[derive(Debug)]
pub(crate) struct Directory(Vec<(String, String)>);

impl Directory {
    /// Names of the contacts who have this number, as far as the digits tell; empty for nobody.
    pub(crate) fn names(&self, digits: &str) -> String {
        let mut names: Vec<&str> = self
            .0
            .iter()
            .filter(|(own, _)| digits.ends_with(own))
            .map(|(_, name)| name.as_str())
            .collect();
        names.dedup();
        names.join(" / ")
    }
}

/// `GET /account-info/2026-09/details`
pub(crate) async fn details(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
) -> Result<Json<Value>, HubSpotError> {
    let accounts = lock(&shared.accounts);
    let profile = &accounts.account(caller.portal())?.profile;
    Ok(Json(json!({
        "portalId": profile.id,
        "accountType": "DEVELOPER_TEST",
        "timeZone": profile.time_zone,
        "companyCurrency": profile.currency,
        "additionalCurrencies": [],
        "utcOffset": profile.utc_offset,
        "utcOffsetMilliseconds": profile.utc_offset_milliseconds,
        "uiDomain": profile.ui_domain,
        "dataHostingLocation": profile.hosting,
    })))
}

impl Account {
    /// A contact by its id, or by the value of another property that identifies it.
    pub(crate) fn find(&self, id: &str, property: Option<&str>) -> Option<Cow<'_, Contact>> {
        match property {
            None => self.contact(id.parse().ok()?),
            Some(property) => self
                .contacts
                .values()
                .find(|contact| contact.value(property).as_deref() == Some(id))
                .map(Cow::Borrowed),
        }
    }

    /// A contact by its id; those of crowds are made when they are asked for.
    pub(crate) fn contact(&self, id: u64) -> Option<Cow<'_, Contact>> {
        let known = self.contacts.get(&id).map(Cow::Borrowed);
        known.or_else(|| {
            let crowds = self.lists.iter().filter_map(List::crowd);
            let mut crowds = crowds.filter(|crowd| crowd.contains(&id));
            crowds.next().map(|_| Cow::Owned(people::one_of_many(id)))
        })
    }

    /// Adds a list of so many new contacts; its id.
    pub(crate) fn add_crowd(&mut self, contacts: u64) -> Result<u64, HubSpotError> {
        let crowds = self.lists.iter().filter_map(List::crowd);
        let first = crowds.map(|crowd| crowd.end).max().unwrap_or(CROWDS.start);
        let crowd = first..first.saturating_add(contacts);
        if crowd.end > CROWDS.end {
            return Err(HubSpotError::validation("There are not so many numbers."));
        }
        let id = self.lists.iter().map(List::id).max().unwrap_or(0) + 1;
        self.lists.push(List::of_crowd(id, crowd));
        Ok(id)
    }
}
