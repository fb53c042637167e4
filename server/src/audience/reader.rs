//! An audience, page by page, from whichever place.
//!
//! What comes after a mark is the same however often it is asked for, as far as HubSpot
//! lets it: contacts come by id and rows by line. So whoever was in a list all the while
//! is read once, whoever else joins or leaves it meanwhile.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use septet_core::campaign::Search;
use septet_core::wire::{Audience, Contact, Import, RowFault};
use tokio::time::sleep;

use super::places::Places;
use crate::app::App;
use crate::hubspot::CrmError;
use crate::imports::Row;
use crate::store::{Mark, StoreError};

/// Contacts on a page of those that were picked one by one.
const PICKED: usize = 200;
/// Between two pages of a search: HubSpot answers five in a second, whoever asks for them.
const BETWEEN_SEARCHES: Duration = Duration::from_millis(250);
/// Rows on a page of a file.
const ROWS: usize = 1_000;

/// Why an audience could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// It is not there, or no audience: reading it again comes to the same.
    #[error("the audience is not there")]
    Gone,
    #[error(transparent)]
    Crm(#[from] CrmError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Somebody in an audience.
#[derive(Debug)]
pub(crate) enum Entry {
    Contact(Contact),
    /// Only the id is there; HubSpot does not know the contact any more.
    Gone(String),
    /// A row that cannot be read.
    Broken(String),
}

/// Some of an audience.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) entries: Vec<Entry>,
    /// Where the next page begins.
    pub(crate) next: Mark,
    /// How many there are in all, where this page tells.
    pub(crate) size: Option<u64>,
}

/// Reads an audience.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    app: &'a App,
    portal: u64,
    source: Source,
    /// Properties of contacts that are wanted.
    properties: Vec<String>,
}

#[derive(Debug)]
enum Source {
    Contacts(Vec<String>),
    List(String),
    Search(Search),
    File {
        id: String,
        rows: u64,
        places: Places,
    },
}

impl<'a> Reader<'a> {
    /// Reads an audience with these properties, or columns of the import that it names.
    pub(crate) fn open(
        app: &'a App,
        portal: u64,
        audience: &Audience,
        import: Option<&Import>,
        properties: &[String],
    ) -> Result<Self, ReadError> {
        let source = match audience {
            Audience::Contacts { ids } => {
                let mut seen = HashSet::new();
                let ids = ids.iter().filter(|id| seen.insert(*id));
                Source::Contacts(ids.cloned().collect())
            }
            Audience::List { id } => Source::List(id.clone()),
            Audience::Search { query, filters } => {
                Source::Search(Search::parse(query, filters).map_err(|_| ReadError::Gone)?)
            }
            Audience::Import { .. } => {
                let import = import.ok_or(ReadError::Gone)?;
                Source::File {
                    id: import.id.clone(),
                    rows: import.rows,
                    places: Places::of(import, audience, properties).ok_or(ReadError::Gone)?,
                }
            }
        };
        Ok(Self {
            app,
            portal,
            source,
            properties: properties.to_vec(),
        })
    }

    /// Waits until others at HubSpot would not suffer from another page.
    pub(crate) async fn wait_for_room(&self) {
        if !matches!(self.source, Source::File { .. }) {
            self.app.hubspot.wait_for_room(self.portal).await;
        }
    }

    /// What comes after a mark that another page has left.
    pub(crate) async fn page(&self, after: &str) -> Result<Page, ReadError> {
        match &self.source {
            Source::Contacts(ids) => {
                let start = after.parse().unwrap_or_default();
                let rest = ids.get(start..).unwrap_or_default();
                let page = &rest[..rest.len().min(PICKED)];
                let end = start + page.len();
                Ok(Page {
                    entries: self.contacts(page).await?,
                    next: mark((end < ids.len()).then(|| end.to_string())),
                    size: Some(ids.len() as u64),
                })
            }
            Source::List(list) => {
                let after = Some(after).filter(|after| !after.is_empty());
                let members = self.app.hubspot.members(self.portal, list, after).await?;
                if members.next.is_some() && members.next.as_deref() == after {
                    let error = "a page of a list comes after itself".to_owned();
                    return Err(CrmError::Unreachable(error).into());
                }
                Ok(Page {
                    entries: self.contacts(&members.ids).await?,
                    next: mark(members.next),
                    size: members.total,
                })
            }
            Source::Search(search) => {
                let after = Some(after).filter(|after| !after.is_empty());
                if after.is_some() {
                    sleep(BETWEEN_SEARCHES).await;
                }
                let (hubspot, properties) = (&self.app.hubspot, &self.properties);
                let found = hubspot.search(self.portal, search, after, properties);
                let found = found.await?;
                Ok(Page {
                    entries: found.contacts.into_iter().map(Entry::Contact).collect(),
                    next: mark(found.next),
                    size: after.is_none().then_some(found.total),
                })
            }
            Source::File { id, rows, places } => {
                let after = after.parse().unwrap_or_default();
                let store = &self.app.store;
                // One more tells whether there are more.
                let page = store.import_rows(self.portal, id, after, ROWS as u32 + 1);
                let mut page = page.await?;
                let more = page.len() > ROWS;
                page.truncate(ROWS);
                let last = page.last().filter(|_| more).map(|row| row.line.to_string());
                // Others have their turn.
                tokio::task::yield_now().await;
                Ok(Page {
                    entries: page.into_iter().map(|row| entry(row, places)).collect(),
                    next: mark(last),
                    size: Some(*rows),
                })
            }
        }
    }

    /// Contacts in the order of their ids.
    async fn contacts(&self, ids: &[String]) -> Result<Vec<Entry>, CrmError> {
        let hubspot = &self.app.hubspot;
        let contacts = hubspot.contacts(self.portal, ids, &self.properties).await?;
        let contacts = contacts.into_iter();
        let mut contacts: BTreeMap<String, Contact> = contacts
            .map(|contact| (contact.id.clone(), contact))
            .collect();
        let entry = |id: &String| match contacts.remove(id) {
            Some(contact) => Entry::Contact(contact),
            None => Entry::Gone(id.clone()),
        };
        Ok(ids.iter().map(entry).collect())
    }
}

fn mark(next: Option<String>) -> Mark {
    next.map_or(Mark::End, Mark::At)
}

fn entry(row: Row, places: &Places) -> Entry {
    let id = format!("row-{}", row.line);
    if row.fault.is_some_and(RowFault::is_of_the_row) {
        Entry::Broken(id)
    } else {
        Entry::Contact(places.contact(id, &row.fields))
    }
}
