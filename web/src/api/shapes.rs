//! The shapes of `septet_core::wire`, read by the names that the contract gives their fields.
//!
//! A field that the contract gains does not compile here until it is read (and
//! written), and the tests hold every shape against what serde writes and reads.

use septet_core::campaign::{Field, Problem, ProblemKind};
use septet_core::delivery::{Decision, MessageState, NotSentReason};
use septet_core::encoding::EncodingChoice;
use septet_core::event::{Channel, EventName};
use septet_core::opt_out::{OptOutScope, OptOutSource};
use septet_core::wire::{
    Audience, AuditEntry, AuditPage, CampaignPage, CampaignState, CampaignSummary, CheckReport,
    Choices, Clicks, Contact, ContactList, ContactPage, ContactSearch, Counts, CreateCampaign,
    Credentials, Decide, Decided, Defaults, DraftSummary, EmbedSession, ErrorCode, Exclusion,
    Hours, Import, ImportColumn, LinkShape, Links, LinksGiven, MessageEvent, MessageHistory,
    MissingValue, Opening, OptOut, OptOutPage, OptOutsAdded, OptOutsGiven, PartsCount, PauseReason,
    Portal, ProblemDetails, Property, Provider, ProviderStatus, Purpose, RecipientPage,
    RecipientRow, Replies, Reply, SavedDraft, SearchFilter, SearchOperator, Session, Settings,
    SmsDraft, Ticket, Timing, UnsubscribePage, UnsubscribeTexts, User, Utm,
};
use wasm_bindgen::JsValue;

use super::drafts::LocalDraft;
use super::json::{Read, Write, field, object};

/// Structs that are read, whose fields have the same names in Rust and in JSON.
macro_rules! read_structs {
    ($($name:ident { $($field:ident),* })*) => {
        $(impl Read for $name {
            fn read(value: &JsValue) -> Option<Self> {
                Some(Self { $($field: field(value, stringify!($field))?),* })
            }
        })*
    };
}

read_structs! {
    EmbedSession { token, expires_at, opening }
    Opening { channel, contacts, locale, parent }
    Settings { provider, choices, links, page }
    Links { host, server, utm }
    UnsubscribePage { company, logo, colour, background, texts }
    UnsubscribeTexts { language, title, question, button, note, done_title, done_text, undo }
    OptOutPage { opt_outs, total, after }
    OptOut { id, phone, contact_id, scope, source, reason, by, at }
    OptOutsAdded { added, known, unread, unread_total }
    Replies { replies }
    Reply { name, phone, text, stops, at }
    AuditPage { entries }
    AuditEntry { by, what, about, at }
    Clicks { machine, probable, confirmed }
    Provider { username, status }
    Choices { voice, ivr, marketing_only, subscription }
    Session { user, portal, provider, links, defaults, handset_url }
    User { id, email }
    Portal { id, name, ui_domain }
    LinkShape { short_base, unsubscribe_base, code_length }
    Defaults { country, max_parts, max_import, utm }
    Contact { id, name, phone, prefix, opted_out, values }
    ContactPage { contacts, total, after }
    ContactList { id, name, size }
    Property { name, label, group }
    Import { id, name, rows, bad, columns, phone, person, prefix, encoding, delimiter }
    ImportColumn { name, label, samples }
    SmsDraft {
        sender, text, encoding, transliterate, shorten_links, plain_hosts, utm, country,
        campaign_name, audience, timing, purpose, ignore_opt_outs
    }
    Timing { start_at, spread_until, expires_at, hours, days_apart }
    Hours { from, until }
    Utm { source, medium, campaign, term, content, id }
    SearchFilter { property, operator, value }
    SavedDraft { key, updated_at, draft }
    LocalDraft { portal, key, draft }
    DraftSummary { key, updated_at, campaign_name, excerpt }
    CheckReport { recipients, parts, spread, exclusions, missing, sampled_of }
    PartsCount { parts, messages }
    Exclusion { reason, count, examples }
    MissingValue { property, count }
    CampaignSummary {
        id, name, sender, text, workflow, ignores_opt_outs, state, created_at, counts, timing, next_at
    }
    CampaignPage { campaigns, after }
    Counts {
        total, pending, accepted, delivered, undelivered, not_sent, in_doubt, clicked, unsubscribed,
        replied, clicks
    }
    RecipientRow {
        id, contact_id, name, phone, state, reason, parts, updated_at, clicked_at, unsubscribed_at,
        replied_at, decided
    }
    Decided { decision, by, at }
    MessageHistory { events }
    MessageEvent { event, at }
    RecipientPage { recipients, after }
}

/// The same for structs that are written.
macro_rules! write_structs {
    ($($name:ident { $($field:ident),* })*) => {
        $(impl Write for $name {
            fn write(&self) -> JsValue {
                let Self { $($field),* } = self;
                object(&[$((stringify!($field), $field)),*])
            }
        })*
    };
}

write_structs! {
    Ticket { ticket }
    Credentials { username, password }
    Choices { voice, ivr, marketing_only, subscription }
    Decide { key, decision, recipients }
    CreateCampaign { key, draft }
    LocalDraft { portal, key, draft }
    SmsDraft {
        sender, text, encoding, transliterate, shorten_links, plain_hosts, utm, country,
        campaign_name, audience, timing, purpose, ignore_opt_outs
    }
    LinksGiven { host, utm }
    UnsubscribePage { company, logo, colour, background, texts }
    UnsubscribeTexts { language, title, question, button, note, done_title, done_text, undo }
    OptOutsGiven { numbers, country, scope, reason }
    Timing { start_at, spread_until, expires_at, hours, days_apart }
    Hours { from, until }
    Utm { source, medium, campaign, term, content, id }
    SearchFilter { property, operator, value }
    ContactSearch { query, filters }
}

/// Enums that are a name and nothing else.
macro_rules! read_names {
    ($($name:ident)*) => {
        $(impl Read for $name {
            fn read(value: &JsValue) -> Option<Self> {
                Self::from_name(&value.as_string()?)
            }
        })*
    };
}

read_names! {
    Channel Decision EncodingChoice ErrorCode Field MessageState NotSentReason OptOutScope OptOutSource PauseReason
    Purpose SearchOperator
}

impl Read for ProblemDetails {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            kind: field(value, "type")?,
            title: field(value, "title")?,
            status: field(value, "status")?,
            code: field(value, "code")?,
            problems: field(value, "problems")?,
            exclusions: field(value, "exclusions")?,
        })
    }
}

impl Read for Problem {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            field: field(value, "field")?,
            kind: ProblemKind::read(value)?,
        })
    }
}

impl Read for ProblemKind {
    fn read(value: &JsValue) -> Option<Self> {
        Some(match field::<String>(value, "kind")?.as_str() {
            "empty" => Self::Empty,
            "too_long" => Self::TooLong {
                max: field(value, "max")?,
            },
            "bad_character" => Self::BadCharacter {
                character: field(value, "character")?,
            },
            "unknown_country" => Self::UnknownCountry,
            "unclosed_token" => Self::UnclosedToken {
                position: field(value, "position")?,
            },
            "bad_token" => Self::BadToken {
                position: field(value, "position")?,
            },
            "unknown_token" => Self::UnknownToken {
                name: field(value, "name")?,
            },
            "too_many_parts" => Self::TooManyParts {
                max: field(value, "max")?,
            },
            "not_encodable" => Self::NotEncodable {
                character: field(value, "character")?,
            },
            "spread_ends_first" => Self::SpreadEndsFirst,
            "expires_first" => Self::ExpiresFirst,
            "no_hours" => Self::NoHours,
            "too_many_days" => Self::TooManyDays {
                max: field(value, "max")?,
            },
            "past" => Self::Past,
            "opt_outs_hold" => Self::OptOutsHold,
            "too_many_filters" => Self::TooManyFilters {
                max: field(value, "max")?,
            },
            _ => return None,
        })
    }
}

impl Read for ProviderStatus {
    fn read(value: &JsValue) -> Option<Self> {
        Some(match field::<String>(value, "status")?.as_str() {
            "ready" => Self::Ready {
                balance: field(value, "balance")?,
            },
            "credentials_refused" => Self::CredentialsRefused,
            "unreachable" => Self::Unreachable,
            "missing" => Self::Missing,
            _ => return None,
        })
    }
}

impl Read for EventName {
    fn read(value: &JsValue) -> Option<Self> {
        Self::parse(&value.as_string()?)
    }
}

impl Read for CampaignState {
    fn read(value: &JsValue) -> Option<Self> {
        Some(match field::<String>(value, "state")?.as_str() {
            "preparing" => Self::Preparing {
                done: field(value, "done")?,
                total: field(value, "total")?,
                stalled: field(value, "stalled")?,
            },
            "sending" => Self::Sending,
            "paused" => Self::Paused {
                reason: field(value, "reason")?,
            },
            "finished" => Self::Finished,
            "cancelled" => Self::Cancelled,
            _ => return None,
        })
    }
}

impl Read for Audience {
    fn read(value: &JsValue) -> Option<Self> {
        Some(match field::<String>(value, "kind")?.as_str() {
            "contacts" => Self::Contacts {
                ids: field(value, "ids")?,
            },
            "list" => Self::List {
                id: field(value, "id")?,
            },
            "search" => Self::Search {
                query: field(value, "query")?,
                filters: field(value, "filters")?,
            },
            "import" => Self::Import {
                id: field(value, "id")?,
                phone: field(value, "phone")?,
                person: field(value, "person")?,
                prefix: field(value, "prefix")?,
            },
            _ => return None,
        })
    }
}

impl Write for Decision {
    fn write(&self) -> JsValue {
        self.name().write()
    }
}

impl Write for Purpose {
    fn write(&self) -> JsValue {
        self.name().write()
    }
}

impl Write for OptOutScope {
    fn write(&self) -> JsValue {
        self.name().write()
    }
}

impl Write for SearchOperator {
    fn write(&self) -> JsValue {
        self.name().write()
    }
}

impl Write for EncodingChoice {
    fn write(&self) -> JsValue {
        self.name().write()
    }
}

impl Write for Audience {
    fn write(&self) -> JsValue {
        match self {
            Self::Contacts { ids } => object(&[("kind", &"contacts"), ("ids", ids)]),
            Self::List { id } => object(&[("kind", &"list"), ("id", id)]),
            Self::Search { query, filters } => {
                object(&[("kind", &"search"), ("query", query), ("filters", filters)])
            }
            Self::Import {
                id,
                phone,
                person,
                prefix,
            } => object(&[
                ("kind", &"import"),
                ("id", id),
                ("phone", phone),
                ("person", person),
                ("prefix", prefix),
            ]),
        }
    }
}

#[cfg(test)]
#[path = "shapes_tests.rs"]
mod tests;
