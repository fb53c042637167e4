//! The messages on their way out: claimed, attempted, settled.
//!
//! A message moves only from the state that the mover believes it to be in;
//! whoever comes too late changes nothing.

mod attempts;
mod claims;
mod reports;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use septet_core::wire::{Millis, SmsDraft};

use super::db::sql;
use super::{Link, Result, Store};

/// A message that this process will try to send.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    pub(crate) id: i64,
    pub(crate) portal: u64,
    pub(crate) campaign: String,
    pub(crate) campaign_name: String,
    pub(crate) draft: SmsDraft,
    pub(crate) max_parts: u8,
    pub(crate) contact_id: String,
    /// Digits with calling code.
    pub(crate) phone: String,
    pub(crate) values: BTreeMap<String, String>,
    /// Calls that provably reached nobody so far.
    pub(crate) tries: u32,
}

/// What is known after a call to the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The provider has it.
    Accepted {
        /// Its id there.
        provider_id: String,
    },
    /// The provider refused this recipient.
    Refused,
    /// Provably not accepted; may be tried again from then on.
    NotReached {
        /// When.
        not_before: Millis,
    },
    /// Nobody knows.
    Unknown,
}

impl Store {
    /// After a start: what was claimed goes back, what was being attempted is in doubt.
    pub(crate) async fn recover(&self, now: Millis) -> Result<(u64, u64)> {
        let mut transaction = self.db.begin().await?;
        let back = sql("UPDATE recipients SET state = 'pending' WHERE state = 'claimed'")
            .execute(&mut transaction)
            .await?;
        let doubt = sql(
            "UPDATE recipients SET state = 'in_doubt', updated_at = ? WHERE state = 'attempting'",
        )
        .bind(now)
        .execute(&mut transaction)
        .await?;
        transaction.commit().await?;
        Ok((back, doubt))
    }

    /// Campaigns that are said to be sending; after a start, each may have nothing left to send.
    pub(crate) async fn sending_campaigns(&self) -> Result<Vec<String>> {
        sql("SELECT id FROM campaigns WHERE state = 'sending'")
            .scalars(&self.db)
            .await
    }
}
