//! The sentence for every code that the server and the core can answer with.
//!
//! Each enum is matched without a catch-all, so a new code does not compile
//! until it has its words in every language.

use septet_core::delivery::{MessageState, NotSentReason};
use septet_core::wire::{CampaignState, ErrorCode, PauseReason};
use serde::Serialize;

use crate::api::ApiError;
use crate::i18n::{Locale, common};

/// The name that a value without fields has in the JSON contract, such as `not_sent`.
pub(crate) fn wire_name(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    json.trim_matches('"').to_owned()
}

/// What went wrong and what to do about it.
pub(crate) fn error(locale: Locale, error: &ApiError) -> &'static str {
    match error {
        ApiError::Problem(problem) => error_code(locale, problem.code),
        ApiError::Unreachable => common::error_unreachable(locale),
        ApiError::Unexpected { .. } => common::error_unexpected(locale),
    }
}

fn error_code(locale: Locale, code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadRequest => common::error_bad_request(locale),
        ErrorCode::SignedOut => common::error_signed_out(locale),
        ErrorCode::ForeignOrigin => common::error_foreign_origin(locale),
        ErrorCode::NotFound => common::error_not_found(locale),
        ErrorCode::InvalidDraft => common::error_invalid_draft(locale),
        ErrorCode::NoRecipients => common::error_no_recipients(locale),
        ErrorCode::KeyReused => common::error_key_reused(locale),
        ErrorCode::WrongState => common::error_wrong_state(locale),
        ErrorCode::ProviderCredentialsRefused => common::error_provider_credentials_refused(locale),
        ErrorCode::ProviderNoCredit => common::error_provider_no_credit(locale),
        ErrorCode::ProviderUnreachable => common::error_provider_unreachable(locale),
        ErrorCode::CrmUnreachable => common::error_crm_unreachable(locale),
        ErrorCode::CrmDisconnected => common::error_crm_disconnected(locale),
        ErrorCode::TooManyRequests => common::error_too_many_requests(locale),
        ErrorCode::Internal => common::error_internal(locale),
    }
}

/// A message's state in one or two words.
pub(crate) fn message_state(locale: Locale, state: MessageState) -> &'static str {
    match state {
        MessageState::Pending => common::state_pending(locale),
        MessageState::Claimed => common::state_claimed(locale),
        MessageState::Attempting => common::state_attempting(locale),
        MessageState::Accepted => common::state_accepted(locale),
        MessageState::Delivered => common::state_delivered(locale),
        MessageState::Undelivered => common::state_undelivered(locale),
        MessageState::NotSent => common::state_not_sent(locale),
        MessageState::InDoubt => common::state_in_doubt(locale),
    }
}

/// Why a message never left, as a sentence.
pub(crate) fn not_sent(locale: Locale, reason: NotSentReason) -> &'static str {
    match reason {
        NotSentReason::NoNumber => common::reason_no_number(locale),
        NotSentReason::MalformedNumber => common::reason_malformed_number(locale),
        NotSentReason::OptedOut => common::reason_opted_out(locale),
        NotSentReason::Duplicate => common::reason_duplicate(locale),
        NotSentReason::TooManyParts => common::reason_too_many_parts(locale),
        NotSentReason::EmptyText => common::reason_empty_text(locale),
        NotSentReason::NotEncodable => common::reason_not_encodable(locale),
        NotSentReason::ContactGone => common::reason_contact_gone(locale),
        NotSentReason::Refused => common::reason_refused(locale),
        NotSentReason::Cancelled => common::reason_cancelled(locale),
    }
}

/// A campaign's state in one word.
pub(crate) fn campaign_state(locale: Locale, state: CampaignState) -> &'static str {
    match state {
        CampaignState::Sending => common::campaign_sending(locale),
        CampaignState::Paused { .. } => common::campaign_paused(locale),
        CampaignState::Finished => common::campaign_finished(locale),
        CampaignState::Cancelled => common::campaign_cancelled(locale),
    }
}

/// Why a campaign is paused and what to do.
pub(crate) fn pause(locale: Locale, reason: PauseReason) -> &'static str {
    match reason {
        PauseReason::ByUser => common::pause_by_user(locale),
        PauseReason::CredentialsRefused => common::pause_credentials_refused(locale),
        PauseReason::NoCredit => common::pause_no_credit(locale),
        PauseReason::ProviderUnreachable => common::pause_provider_unreachable(locale),
        PauseReason::ProviderRefused => common::pause_provider_refused(locale),
    }
}
