//! Recipients as people look at them.

use septet_core::delivery::MessageState;
use septet_core::event::Facts;
use septet_core::wire::{Decided, RecipientRow};

use super::db::{Bind, Row, sql};
use super::{Result, Store, from_text, portal_column, to_text};

/// Reports of one message that are looked at; only a provider gone wild sends more.
const MOST_REPORTS: i64 = 1_000;

impl Store {
    /// Recipients of a campaign in order of creation, after the one with id `after`.
    pub(crate) async fn recipients(
        &self,
        portal: u64,
        campaign: &str,
        state: Option<MessageState>,
        after: i64,
        limit: u32,
    ) -> Result<Vec<RecipientRow>> {
        let state = state.as_ref().map(to_text);
        let rows = sql(
            "SELECT r.*, d.decision, d.decided_by, d.decided_at FROM recipients r
             LEFT JOIN decisions d ON d.id = (SELECT MAX(l.id) FROM decisions l WHERE l.recipient_id = r.id)
             WHERE r.portal_id = ? AND r.campaign_id = ? AND r.id > ?
             AND (? IS NULL OR r.state = ?) ORDER BY r.id LIMIT ?",
        )
        .bind(portal_column(portal))
        .bind(campaign)
        .bind(after)
        .bind(&state)
        .bind(&state)
        .bind(limit)
        .fetch_all(&self.db)
        .await?;
        rows.iter().map(recipient).collect()
    }

    /// Some recipients as they are now, in order of creation.
    pub(crate) async fn recipients_as_they_are(&self, ids: &[i64]) -> Result<Vec<RecipientRow>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = sql("WITH given (id) AS (?*)
             SELECT r.*, d.decision, d.decided_by, d.decided_at FROM given
             JOIN recipients r ON r.id = given.id
             LEFT JOIN decisions d ON d.id = (SELECT MAX(l.id) FROM decisions l WHERE l.recipient_id = r.id)
             ORDER BY r.id")
            .rows(ids.iter().map(|id| [id.value()]))
            .fetch_all(&self.db)
            .await?;
        rows.iter().map(recipient).collect()
    }

    /// What is known of the history of a campaign's message.
    pub(crate) async fn facts(
        &self,
        portal: u64,
        campaign: &str,
        recipient: i64,
    ) -> Result<Option<Facts>> {
        let row = sql(
            "SELECT state, updated_at, left_at, clicked_at, unsubscribed_at FROM recipients
             WHERE id = ? AND portal_id = ? AND campaign_id = ?",
        )
        .bind(recipient)
        .bind(portal_column(portal))
        .bind(campaign)
        .fetch_optional(&self.db)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let reports =
            sql("SELECT code, arrived_at FROM reports WHERE recipient_id = ? ORDER BY id LIMIT ?")
                .bind(recipient)
                .bind(MOST_REPORTS)
                .fetch_all(&self.db)
                .await?;
        let reports = reports.iter();
        let reports = reports.map(|row| Ok((row.get("code")?, row.get("arrived_at")?)));
        Ok(Some(Facts {
            state: (
                from_text(row.get("state")?, "message state")?,
                row.get("updated_at")?,
            ),
            left_at: row.get("left_at")?,
            reports: reports.collect::<Result<_>>()?,
            clicked_at: row.get("clicked_at")?,
            unsubscribed_at: row.get("unsubscribed_at")?,
        }))
    }

    /// What was last sent to some contacts, newest first, with the names of the campaigns.
    pub(crate) async fn latest_to(
        &self,
        portal: u64,
        contacts: &[String],
        limit: u32,
    ) -> Result<Vec<(RecipientRow, String)>> {
        if contacts.is_empty() {
            return Ok(Vec::new());
        }
        let rows = sql("WITH given (contact) AS (?*)
             SELECT r.*, c.name AS campaign_name, d.decision, d.decided_by, d.decided_at FROM given
             CROSS JOIN recipients r CROSS JOIN campaigns c
             LEFT JOIN decisions d ON d.id = (SELECT MAX(l.id) FROM decisions l WHERE l.recipient_id = r.id)
             WHERE r.portal_id = ? AND r.contact_id = given.contact AND c.id = r.campaign_id
             ORDER BY r.id DESC LIMIT ?")
            .rows(contacts.iter().map(|contact| [contact.as_str().value()]))
            .bind(portal_column(portal))
            .bind(limit)
            .fetch_all(&self.db)
            .await?;
        let rows = rows.iter();
        rows.map(|row| Ok((recipient(row)?, row.get("campaign_name")?)))
            .collect()
    }

    /// One recipient and the campaign it belongs to.
    pub(crate) async fn recipient(&self, id: i64) -> Result<Option<(String, RecipientRow)>> {
        let row = sql("SELECT r.*, d.decision, d.decided_by, d.decided_at FROM recipients r
             LEFT JOIN decisions d ON d.id = (SELECT MAX(l.id) FROM decisions l WHERE l.recipient_id = r.id)
             WHERE r.id = ?")
            .bind(id)
            .fetch_optional(&self.db)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((row.get("campaign_id")?, recipient(&row)?)))
    }
}

fn recipient(row: &Row) -> Result<RecipientRow> {
    let id: i64 = row.get("id")?;
    let phone: Option<String> = row.get("phone")?;
    let reason: Option<String> = row.get("reason")?;
    let decision: Option<String> = row.get("decision")?;
    let decided = match decision {
        None => None,
        Some(decision) => Some(Decided {
            decision: from_text(decision, "decision")?,
            by: row.get("decided_by")?,
            at: row.get("decided_at")?,
        }),
    };
    Ok(RecipientRow {
        id: id.to_string(),
        contact_id: row.get("contact_id")?,
        name: row.get("name")?,
        phone: phone.map(|digits| format!("+{digits}")),
        state: from_text(row.get("state")?, "message state")?,
        reason: reason
            .map(|reason| from_text(reason, "reason"))
            .transpose()?,
        parts: row.get("parts")?,
        updated_at: row.get("updated_at")?,
        clicked_at: row.get("clicked_at")?,
        unsubscribed_at: row.get("unsubscribed_at")?,
        replied_at: row.get("replied_at")?,
        decided,
    })
}
