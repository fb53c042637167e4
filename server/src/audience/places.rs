//! The rows of a file as contacts, page by page.

use std::collections::BTreeMap;

use septet_core::campaign::SmsCampaign;
use septet_core::delivery::NotSentReason;
use septet_core::wire::{Audience, CheckReport, Contact, Import, RowFault};

use super::scale::{Scale, Tally};
use crate::app::App;
use crate::imports::Row;
use crate::store::{NewRecipient, StoreError};

/// Rows on a page.
pub(crate) const PAGE: u32 = 1_000;

/// Where in a row everything is.
#[derive(Debug)]
pub(crate) struct Places {
    phone: usize,
    person: Option<usize>,
    prefix: Option<usize>,
    values: Vec<(String, usize)>,
}

impl Places {
    /// `None` for another audience, and for columns that the file does not have.
    pub(crate) fn of(import: &Import, audience: &Audience, properties: &[String]) -> Option<Self> {
        let Audience::Import {
            phone,
            person,
            prefix,
            ..
        } = audience
        else {
            return None;
        };
        let place = |name: &str| import.columns.iter().position(|column| column.name == name);
        let optional = |name: &Option<String>| name.as_deref().and_then(place);
        let values = properties.iter();
        Some(Self {
            phone: place(phone)?,
            person: optional(person),
            prefix: optional(prefix),
            values: values
                .filter_map(|name| Some((name.clone(), place(name)?)))
                .collect(),
        })
    }

    /// What becomes of a row.
    pub(crate) fn recipient(&self, row: Row, scale: &mut Scale<'_>) -> NewRecipient {
        let id = format!("row-{}", row.line);
        if row.fault.is_some_and(RowFault::is_of_the_row) {
            return NewRecipient {
                name: id.clone(),
                contact_id: id,
                phone: None,
                values: BTreeMap::new(),
                parts: None,
                excluded: Some(NotSentReason::BrokenRow),
                not_before: 0,
            };
        }
        let values = self.values.iter();
        let values = values.filter_map(|(name, place)| {
            let value = row.fields.get(*place)?.trim();
            (!value.is_empty()).then(|| (name.clone(), value.to_owned()))
        });
        let values = values.collect();
        let field = |place: usize| row.fields.get(place).cloned();
        let name = self.person.and_then(field);
        let name = name.filter(|name| !name.trim().is_empty());
        scale.recipient(Contact {
            name: name.unwrap_or_else(|| id.clone()),
            id,
            phone: field(self.phone),
            prefix: self.prefix.and_then(field),
            opted_out: false,
            values,
        })
    }
}

/// Weighs every row of a file, and keeps nothing of it but the numbers.
pub(crate) async fn survey(
    app: &App,
    portal: u64,
    campaign: &SmsCampaign,
    import: &Import,
    audience: &Audience,
) -> Result<CheckReport, StoreError> {
    let mut scale = Scale::new(app, portal, campaign).await?;
    let mut tally = Tally::default();
    if let Some(places) = Places::of(import, audience, scale.properties()) {
        let mut after = 0;
        loop {
            let page = app.store.import_rows(portal, &import.id, after, PAGE);
            let page = page.await?;
            let Some(last) = page.last() else { break };
            after = last.line;
            for row in page {
                tally.count(&places.recipient(row, &mut scale));
            }
            // Others have their turn.
            tokio::task::yield_now().await;
        }
    }
    Ok(tally.report(scale.missing()))
}
