//! The fields of an action, made a draft by the same types as the composer's.

use septet_core::campaign::{Field, Problem, ProblemKind};
use septet_core::phone::Country;
use septet_core::wire::{Audience, Purpose, SmsDraft, Utm};

use super::request::Execution;

/// When HubSpot is told that an action is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CompleteWhen {
    /// At once, before anything has left.
    Queued,
    /// When 360nrs has the message, or will not get it.
    Sent,
    /// When the phone has it, or will not get it.
    Delivered,
}

impl CompleteWhen {
    pub(super) fn from_name(name: &str) -> Self {
        match name {
            "queued" => Self::Queued,
            "sent" => Self::Sent,
            // What people branch on.
            _ => Self::Delivered,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
        }
    }
}

/// What was filled in for an SMS.
pub(super) fn draft(execution: &Execution, country: Country) -> SmsDraft {
    let utm = |name: &str| execution.field(name).to_owned();
    let named = execution.field("country");
    SmsDraft {
        sender: execution.field("sender").to_owned(),
        text: execution.field("message").to_owned(),
        transliterate: execution.is_on("transliterate"),
        shorten_links: execution.is_on("shorten_urls"),
        utm: Utm {
            source: utm("utm_source"),
            medium: utm("utm_medium"),
            campaign: utm("utm_campaign"),
            term: utm("utm_term"),
            content: utm("utm_content"),
            id: utm("utm_id"),
        },
        country: if named.is_empty() {
            country.code().to_owned()
        } else {
            named.to_uppercase()
        },
        campaign_name: execution.field("campaign_name").to_owned(),
        purpose: if execution.is_on("transactional") {
            Purpose::Transactional
        } else {
            Purpose::Commercial
        },
        ignore_opt_outs: execution.is_on("ignore_opt_outs"),
        audience: Audience::Contacts {
            ids: vec![execution.object.id.clone()],
        },
        ..SmsDraft::default()
    }
}

/// What is wrong with a draft, for whoever looks at the workflow.
pub(super) fn explain(problem: &Problem) -> String {
    let field = match problem.field {
        Field::Sender => "the sender",
        Field::Text => "the message",
        Field::Country => "the country",
        Field::CampaignName => "the campaign's name",
        Field::Audience => "the record",
        Field::Timing => "the time",
        Field::Purpose => "the purpose",
    };
    let what = match &problem.kind {
        ProblemKind::Empty => "is empty".to_owned(),
        ProblemKind::TooLong { max } => format!("is longer than {max} characters"),
        ProblemKind::BadCharacter { character } => format!("cannot hold {character:?}"),
        ProblemKind::UnknownCountry => "is none that is known".to_owned(),
        ProblemKind::UnclosedToken { .. } => "has a token without its end, }}".to_owned(),
        ProblemKind::BadToken { .. } => "has a token that names no property".to_owned(),
        ProblemKind::UnknownToken { name } => format!("names {name}, which is no property"),
        ProblemKind::TooManyParts { max } => format!("has more than {max} parts"),
        ProblemKind::NotEncodable { character } => format!("cannot carry {character:?}"),
        ProblemKind::OptOutsHold => {
            "is advertising, which people who opted out must not get: the action says so in one of two places only"
                .to_owned()
        }
        ProblemKind::SpreadEndsFirst
        | ProblemKind::ExpiresFirst
        | ProblemKind::NoHours
        | ProblemKind::TooManyDays { .. }
        | ProblemKind::Past
        | ProblemKind::TooManyFilters { .. } => "is not as it can be".to_owned(),
    };
    format!("{field} {what}")
}
