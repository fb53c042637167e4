//! The sentence for every code that the server and the core can answer with.
//!
//! Each enum is matched without a catch-all, so a new code does not compile
//! until it has its words in every language.

use septet_core::delivery::{MessageState, NotSentReason};
use septet_core::wire::{CampaignState, ErrorCode, PauseReason};

use crate::api::ApiError;
use crate::i18n::{Locale, Text, common};

/// What went wrong and what to do about it.
pub(crate) fn error(error: &ApiError) -> Text {
    match error {
        ApiError::Problem(problem) => error_code(problem.code),
        ApiError::Unreachable => common::error_unreachable,
        ApiError::Unexpected { .. } => common::error_unexpected,
    }
}

fn error_code(code: ErrorCode) -> Text {
    match code {
        ErrorCode::BadRequest => common::error_bad_request,
        ErrorCode::SignedOut => common::error_signed_out,
        ErrorCode::ForeignOrigin => common::error_foreign_origin,
        ErrorCode::NotFromHere => common::error_not_from_here,
        ErrorCode::NotFound => common::error_not_found,
        ErrorCode::InvalidDraft => common::error_invalid_draft,
        ErrorCode::NoRecipients => common::error_no_recipients,
        ErrorCode::KeyReused => common::error_key_reused,
        ErrorCode::WrongState => common::error_wrong_state,
        ErrorCode::UnreadableFile => common::error_unreadable_file,
        ErrorCode::FileTooLarge => common::error_file_too_large,
        ErrorCode::BadLinkHost => common::error_bad_link_host,
        ErrorCode::LinkHostElsewhere => common::error_link_host_elsewhere,
        ErrorCode::ProviderCredentialsRefused => common::error_provider_credentials_refused,
        ErrorCode::ProviderNoCredit => common::error_provider_no_credit,
        ErrorCode::ProviderUnreachable => common::error_provider_unreachable,
        ErrorCode::Unavailable => common::error_unavailable,
        ErrorCode::CrmUnreachable => common::error_crm_unreachable,
        ErrorCode::CrmDisconnected => common::error_crm_disconnected,
        ErrorCode::TooManyRequests => common::error_too_many_requests,
        ErrorCode::Internal => common::error_internal,
    }
}

/// A message's state in one or two words.
pub(crate) fn message_state(state: MessageState) -> Text {
    match state {
        MessageState::Pending => common::state_pending,
        MessageState::Claimed => common::state_claimed,
        MessageState::Attempting => common::state_attempting,
        MessageState::Accepted => common::state_accepted,
        MessageState::Delivered => common::state_delivered,
        MessageState::Undelivered => common::state_undelivered,
        MessageState::NotSent => common::state_not_sent,
        MessageState::InDoubt => common::state_in_doubt,
    }
}

/// Why a message never left, as a sentence.
pub(crate) fn not_sent(reason: NotSentReason) -> Text {
    match reason {
        NotSentReason::NoNumber => common::reason_no_number,
        NotSentReason::MalformedNumber => common::reason_malformed_number,
        NotSentReason::OptedOut => common::reason_opted_out,
        NotSentReason::Duplicate => common::reason_duplicate,
        NotSentReason::TooManyParts => common::reason_too_many_parts,
        NotSentReason::EmptyText => common::reason_empty_text,
        NotSentReason::NotEncodable => common::reason_not_encodable,
        NotSentReason::ContactGone => common::reason_contact_gone,
        NotSentReason::BrokenRow => common::reason_broken_row,
        NotSentReason::Refused => common::reason_refused,
        NotSentReason::Cancelled => common::reason_cancelled,
        NotSentReason::Expired => common::reason_expired,
        NotSentReason::TooSoon => common::reason_too_soon,
        NotSentReason::NotMarketing => common::reason_not_marketing,
        NotSentReason::Dropped => common::reason_dropped,
    }
}

/// A campaign's state in one word.
pub(crate) fn campaign_state(state: CampaignState) -> Text {
    match state {
        CampaignState::Preparing { .. } => common::campaign_preparing,
        CampaignState::Sending => common::campaign_sending,
        CampaignState::Paused { .. } => common::campaign_paused,
        CampaignState::Finished => common::campaign_finished,
        CampaignState::Cancelled => common::campaign_cancelled,
    }
}

/// Why a campaign is paused and what to do.
pub(crate) fn pause(reason: PauseReason) -> Text {
    match reason {
        PauseReason::ByUser => common::pause_by_user,
        PauseReason::CredentialsRefused => common::pause_credentials_refused,
        PauseReason::NoCredit => common::pause_no_credit,
        PauseReason::ProviderUnreachable => common::pause_provider_unreachable,
        PauseReason::ProviderRefused => common::pause_provider_refused,
        PauseReason::DailyLimit => common::pause_daily_limit,
        PauseReason::AudienceUnreadable => common::pause_audience_unreadable,
        PauseReason::Disconnected => common::pause_disconnected,
    }
}

/// How the contact ids begin of those who come from a file; the line of the row follows.
const ROW: &str = "row-";

/// The line of the file that this is the contact id of, or the name of somebody without a name.
pub(crate) fn row(id: &str) -> Option<&str> {
    id.strip_prefix(ROW)
}

/// Somebody's name; where a row of a file has none, "Line 7".
pub(crate) fn name(locale: Locale, name: &str) -> String {
    row(name).map_or_else(|| name.to_owned(), |line| common::line(locale, line))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn states_that_differ_read_differently_in_every_language() {
        for locale in Locale::ALL {
            let mut labels: Vec<_> = MessageState::ALL
                .iter()
                .map(|state| message_state(*state).of(locale))
                .collect();
            labels.sort_unstable();
            labels.dedup();
            assert_eq!(labels.len(), MessageState::ALL.len(), "{labels:?}");
            assert!(labels.iter().all(|label| !label.is_empty()));
        }
    }

    #[wasm_bindgen_test]
    fn who_has_no_name_is_called_by_the_line_in_the_file() {
        assert_eq!(name(Locale::En, "row-7"), "Line 7");
        assert_eq!(name(Locale::Pt, "row-7"), "Linha 7");
        assert_eq!(name(Locale::En, "Inês"), "Inês");
    }
}
