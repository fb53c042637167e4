//! The states of a message between us and the phone, and which may follow which.
//!
//! Delivery reports arrive twice, late and out of order; [`MessageState::after`]
//! is the one place that says what each does.

use serde::{Deserialize, Serialize};

use crate::named::named;

named! {
    /// Where one message to one recipient stands.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum MessageState {
        /// Waiting to leave.
        Pending = "pending",
        /// A worker took it; the provider has not been called yet.
        Claimed = "claimed",
        /// The call to the provider is committed and may be under way.
        Attempting = "attempting",
        /// The provider has it.
        Accepted = "accepted",
        /// The phone has it.
        Delivered = "delivered",
        /// The provider says that the phone will not get it.
        Undelivered = "undelivered",
        /// It never left, for a [`NotSentReason`].
        NotSent = "not_sent",
        /// It may or may not have left: the attempt has no known outcome.
        InDoubt = "in_doubt",
    }
}

named! {
    /// Why a message never left.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum NotSentReason {
        /// The contact has no phone number in any of the properties.
        NoNumber = "no_number",
        /// There is a number, but it is not one.
        MalformedNumber = "malformed_number",
        /// The contact has opted out.
        OptedOut = "opted_out",
        /// Another contact of this campaign has the same number.
        Duplicate = "duplicate",
        /// With this contact's values the text has more parts than allowed.
        TooManyParts = "too_many_parts",
        /// With this contact's values nothing is left to say.
        EmptyText = "empty_text",
        /// With this contact's values the text does not fit the chosen encoding.
        NotEncodable = "not_encodable",
        /// The contact is not among those that HubSpot counts as marketing contacts.
        NotMarketing = "not_marketing",
        /// HubSpot no longer knows the contact.
        ContactGone = "contact_gone",
        /// The row of the file cannot be read.
        BrokenRow = "broken_row",
        /// 360nrs refused this recipient.
        Refused = "refused",
        /// The campaign was cancelled before this message left.
        Cancelled = "cancelled",
        /// It had not left when its campaign expired.
        Expired = "expired",
        /// The number was sent to by another campaign a few days before.
        TooSoon = "too_soon",
        /// Nobody knew whether it had left, and a person decided to let it be.
        Dropped = "dropped",
    }
}

named! {
    /// What a person makes of a message in doubt.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum Decision {
        /// Send it again, at the risk of a second message.
        Resend = "resend",
        /// It has left, as far as this campaign is concerned.
        CountAsSent = "count_as_sent",
        /// Let it be.
        Drop = "drop",
    }
}

/// What a delivery report of 360nrs says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// `%d` = 1.
    Delivered,
    /// `%d` = 2.
    Undeliverable,
    /// `%d` = 4 or 8: on its way.
    Buffered,
    /// `%d` = 16.
    Rejected,
}

impl Report {
    /// Reads the value of the `%d` placeholder; `None` for a value we do not know.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Delivered),
            2 => Some(Self::Undeliverable),
            4 | 8 => Some(Self::Buffered),
            16 => Some(Self::Rejected),
            _ => None,
        }
    }
}

impl MessageState {
    /// The state after a report, whatever the order in which reports arrive.
    ///
    /// A report is evidence that the message left, so it settles `Attempting`
    /// and `InDoubt`. "Delivered" is never taken back; a "delivered" that comes
    /// after "undelivered" is believed, for phones do come back. States from
    /// which nothing can have left are not moved by a stray report.
    ///
    /// ```
    /// use septet_core::delivery::{MessageState, Report};
    /// assert_eq!(MessageState::InDoubt.after(Report::Buffered), MessageState::Accepted);
    /// assert_eq!(MessageState::Delivered.after(Report::Undeliverable), MessageState::Delivered);
    /// ```
    #[must_use]
    pub fn after(self, report: Report) -> Self {
        use MessageState::{
            Accepted, Attempting, Claimed, Delivered, InDoubt, NotSent, Pending, Undelivered,
        };
        match (self, report) {
            (Pending | Claimed | NotSent | Delivered, _) => self,
            (_, Report::Delivered) => Delivered,
            (Undelivered, _) => Undelivered,
            (_, Report::Undeliverable | Report::Rejected) => Undelivered,
            (Attempting | InDoubt | Accepted, Report::Buffered) => Accepted,
        }
    }

    /// The state after a person's decision; `None` where there is nothing to decide.
    #[must_use]
    pub fn decided(self, decision: Decision) -> Option<Self> {
        (self == Self::InDoubt).then_some(match decision {
            Decision::Resend => Self::Pending,
            Decision::CountAsSent => Self::Accepted,
            Decision::Drop => Self::NotSent,
        })
    }

    /// Whether nothing more is expected to happen to the message.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Delivered | Self::Undelivered | Self::NotSent)
    }
}
