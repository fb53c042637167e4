//! Recipients as the table shows them, with what events say worked into them.
//!
//! Pages and events reach the browser in any order, so the newer state of a
//! recipient wins wherever it came from.

use septet_core::delivery::MessageState;
use septet_core::wire::{RecipientPage, RecipientRow};

/// The rows that were loaded, in the server's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    /// Only recipients in this state.
    pub(crate) filter: Option<MessageState>,
    /// What was loaded so far.
    pub(crate) loaded: Vec<RecipientRow>,
    /// Where the next page starts, when there is one.
    pub(crate) after: Option<String>,
}

impl Rows {
    /// Takes in the first page anew: what it lacks is gone, what it has may be older than an event.
    pub(crate) fn restart(&mut self, page: RecipientPage) {
        let before = std::mem::take(&mut self.loaded);
        self.loaded = page
            .recipients
            .into_iter()
            .map(|row| match before.iter().find(|known| known.id == row.id) {
                Some(known) => newer(known, row),
                None => row,
            })
            .collect();
        self.after = page.after;
        self.drop_filtered();
    }

    /// Takes in the page after the last one.
    pub(crate) fn extend(&mut self, page: RecipientPage) {
        for row in page.recipients {
            self.place(row, true);
        }
        self.after = page.after;
        self.drop_filtered();
    }

    /// Takes in an event. A recipient of a page that is not loaded yet waits for that page.
    pub(crate) fn update(&mut self, row: RecipientRow) {
        let complete = self.after.is_none();
        self.place(row, complete);
        self.drop_filtered();
    }

    fn place(&mut self, row: RecipientRow, append: bool) {
        match self.loaded.iter_mut().find(|known| known.id == row.id) {
            Some(known) => *known = newer(known, row),
            None if append => self.loaded.push(row),
            None => {}
        }
    }

    fn drop_filtered(&mut self) {
        if let Some(state) = self.filter {
            self.loaded.retain(|row| row.state == state);
        }
    }
}

/// A click or an answer does not change the time of a state, and is never taken back.
fn newer(known: &RecipientRow, row: RecipientRow) -> RecipientRow {
    let clicked_at = known.clicked_at.or(row.clicked_at);
    let replied_at = known.replied_at.or(row.replied_at);
    let latest = if row.updated_at >= known.updated_at {
        row
    } else {
        known.clone()
    };
    // An opt-out can be taken back: what comes later is right.
    RecipientRow {
        clicked_at,
        replied_at,
        ..latest
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn row(id: &str, state: MessageState, updated_at: i64) -> RecipientRow {
        RecipientRow {
            id: id.into(),
            contact_id: "1".into(),
            name: "Inês".into(),
            phone: None,
            state,
            reason: None,
            parts: None,
            updated_at,
            clicked_at: None,
            unsubscribed_at: None,
            replied_at: None,
            decided: None,
        }
    }

    fn page(recipients: Vec<RecipientRow>, after: Option<&str>) -> RecipientPage {
        RecipientPage {
            recipients,
            after: after.map(Into::into),
        }
    }

    #[wasm_bindgen_test]
    fn a_page_that_was_overtaken_by_an_event_does_not_turn_time_back() {
        let mut rows = Rows::default();
        rows.restart(page(vec![row("a", MessageState::Pending, 1)], None));
        rows.update(row("a", MessageState::Delivered, 3));
        rows.restart(page(vec![row("a", MessageState::Accepted, 2)], None));
        assert_eq!(rows.loaded, [row("a", MessageState::Delivered, 3)]);
    }

    #[wasm_bindgen_test]
    fn a_click_survives_a_report_that_knows_nothing_of_it() {
        let mut rows = Rows::default();
        let clicked = RecipientRow {
            clicked_at: Some(5),
            ..row("a", MessageState::Accepted, 1)
        };
        rows.update(clicked);
        rows.update(row("a", MessageState::Delivered, 6));
        assert_eq!(rows.loaded[0].clicked_at, Some(5));
        assert_eq!(rows.loaded[0].state, MessageState::Delivered);
    }

    #[wasm_bindgen_test]
    fn a_recipient_of_a_later_page_waits_for_its_page() {
        let mut rows = Rows::default();
        rows.restart(page(vec![row("a", MessageState::Pending, 1)], Some("a")));
        rows.update(row("b", MessageState::Delivered, 2));
        assert_eq!(rows.loaded.len(), 1);
        rows.extend(page(vec![row("b", MessageState::Delivered, 2)], None));
        assert_eq!(rows.loaded.len(), 2);
    }

    #[wasm_bindgen_test]
    fn a_filtered_table_loses_who_leaves_the_state_and_gains_who_enters_it() {
        let mut rows = Rows {
            filter: Some(MessageState::Accepted),
            ..Rows::default()
        };
        rows.restart(page(vec![row("a", MessageState::Accepted, 1)], None));
        rows.update(row("a", MessageState::Delivered, 2));
        rows.update(row("b", MessageState::Accepted, 2));
        assert_eq!(rows.loaded, [row("b", MessageState::Accepted, 2)]);
    }
}
