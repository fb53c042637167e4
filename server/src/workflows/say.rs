//! What HubSpot is told about an execution: its state there, and the fields that workflows
//! can branch on.

use septet_core::delivery::{MessageState, NotSentReason};
use serde_json::{Map, Value, json};

/// How long HubSpot waits for an action; it goes on by itself then. An hour more than we
/// let it wait.
const EXPIRES: &str = "P1DT1H";

/// What became of a message, under the names that the action's definition gives it.
pub(super) fn state(state: MessageState) -> &'static str {
    match state {
        MessageState::Delivered => "delivered",
        MessageState::Accepted => "sent",
        MessageState::Undelivered => "not_delivered",
        MessageState::NotSent => "not_sent",
        MessageState::Pending
        | MessageState::Claimed
        | MessageState::Attempting
        | MessageState::InDoubt => "in_doubt",
    }
}

/// Waits for [`complete`]-ion.
pub(super) fn block() -> String {
    let fields = json!({ "hs_execution_state": "BLOCK", "hs_expiration_duration": EXPIRES });
    json!({ "outputFields": fields }).to_string()
}

/// Goes on at once.
pub(super) fn success() -> String {
    json!({ "outputFields": { "hs_execution_state": "SUCCESS" } }).to_string()
}

/// Goes on, and is shown as failed, with the reason.
pub(super) fn failure(why: &str) -> String {
    json!({ "outputFields": failed(why) }).to_string()
}

/// The fields of a message that was not sent.
pub(super) fn failed(why: &str) -> Map<String, Value> {
    let fields = [
        ("hs_execution_state", "FAIL_CONTINUE"),
        ("state", "not_sent"),
        ("error", why),
    ];
    let fields = fields.into_iter();
    fields
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}

/// Why somebody gets nothing, for whoever looks at the workflow.
pub(super) fn reason(reason: NotSentReason) -> &'static str {
    match reason {
        NotSentReason::NoNumber => "The contact has no phone number.",
        NotSentReason::MalformedNumber => "The contact's phone number is not valid.",
        NotSentReason::OptedOut => "The contact has opted out.",
        NotSentReason::Duplicate => "Another contact has the same number.",
        NotSentReason::TooManyParts => "The message has too many parts.",
        NotSentReason::EmptyText => "The message is empty.",
        NotSentReason::NotEncodable => "The message has characters that cannot be sent.",
        NotSentReason::NotMarketing => "The contact is not a marketing contact.",
        NotSentReason::ContactGone => "HubSpot no longer knows the contact.",
        NotSentReason::BrokenRow => "The record cannot be read.",
        NotSentReason::Refused => "360nrs refused this number.",
        NotSentReason::Cancelled => "The campaign was stopped in Septet.",
        NotSentReason::Expired => "It was too late to send it.",
        NotSentReason::TooSoon => "The number got another message a short time before.",
        NotSentReason::Dropped => "Nobody knew whether it had left, and a person let it be.",
    }
}
