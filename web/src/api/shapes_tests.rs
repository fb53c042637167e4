//! Whatever serde writes, which is what the server writes, the page reads back the same.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::Serialize;
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::api::json::{parse, text};

fn survives<T: Serialize + Read + PartialEq + Debug>(value: T) {
    let json = serde_json::to_string(&value).expect("the wire's shapes become JSON");
    assert_eq!(parse(&json), Some(value), "{json}");
}

fn is_written_as_by_serde<T: Serialize + Write>(value: &T) {
    let written: serde_json::Value = serde_json::from_str(&text(value)).expect("it is JSON");
    let by_serde = serde_json::to_value(value).expect("the wire's shapes become JSON");
    assert_eq!(written, by_serde);
}

fn utm() -> Utm {
    Utm {
        source: "septet".into(),
        id: "7".into(),
        ..Utm::default()
    }
}

fn page() -> UnsubscribePage {
    UnsubscribePage {
        company: "Loja \"Ondas\"".into(),
        logo: "data:image/png;base64,AAAA".into(),
        colour: "#5c2db8".into(),
        background: String::new(),
        texts: vec![UnsubscribeTexts {
            language: "ca".into(),
            title: "Adéu".into(),
            ..UnsubscribeTexts::default()
        }],
    }
}

#[wasm_bindgen_test]
fn opt_outs_answers_and_the_log_travel_as_by_serde() {
    is_written_as_by_serde(&page());
    is_written_as_by_serde(&LinksGiven {
        host: "sms.example.com".into(),
        utm: utm(),
    });
    for (scope, source) in OptOutScope::ALL
        .iter()
        .zip(OptOutSource::ALL.iter().cycle())
    {
        is_written_as_by_serde(&OptOutsGiven {
            numbers: "912 000 001\n".into(),
            country: "PT".into(),
            scope: *scope,
            reason: "x".into(),
        });
        survives(OptOutPage {
            opt_outs: vec![OptOut {
                id: "7".into(),
                phone: None,
                contact_id: "101".into(),
                scope: *scope,
                source: *source,
                reason: "STOP".into(),
                by: String::new(),
                at: 5,
            }],
            total: 1,
            after: None,
        });
    }
    survives(OptOutsAdded {
        added: 2,
        known: 1,
        unread: vec![3],
        unread_total: 1,
    });
    survives(Replies {
        replies: vec![Reply {
            name: "Inês".into(),
            phone: Some("+351912000001".into()),
            text: None,
            stops: true,
            at: 5,
        }],
    });
    survives(AuditPage {
        entries: vec![AuditEntry {
            by: "ana@example.com".into(),
            what: "opt_outs_added".into(),
            about: "2".into(),
            at: 5,
        }],
    });
}

fn search() -> Audience {
    let filters = SearchOperator::ALL.iter().map(|operator| SearchFilter {
        property: "city".into(),
        operator: *operator,
        value: "Lisboa".into(),
    });
    Audience::Search {
        query: "Ana \"Silva\"".into(),
        filters: filters.collect(),
    }
}

#[wasm_bindgen_test]
fn settings_and_tickets_travel_as_by_serde() {
    for voice in [true, false] {
        let choices = Choices {
            voice,
            subscription: voice.then_some(7),
            ..Choices::default()
        };
        is_written_as_by_serde(&choices);
        survives(Settings {
            provider: Provider {
                username: Some("loja".into()),
                status: ProviderStatus::Missing,
            },
            choices,
            links: Links {
                host: Some("sms.example.com".into()),
                server: "https://septet.example".into(),
                utm: utm(),
            },
            page: page(),
        });
    }
    is_written_as_by_serde(&Credentials {
        username: "loja".into(),
        password: "a\"b".into(),
    });
    is_written_as_by_serde(&Ticket {
        ticket: "a-b_c".into(),
    });
    for channel in Channel::ALL {
        survives(EmbedSession {
            token: "t".into(),
            expires_at: 5,
            opening: Opening {
                channel: *channel,
                contacts: vec!["101".into()],
                locale: "pt-br".into(),
                parent: "https://app-eu1.hubspot.com".into(),
            },
        });
    }
}

#[wasm_bindgen_test]
fn what_the_page_sends_is_what_the_server_reads() {
    let audiences = [
        Audience::Contacts {
            ids: vec!["1".into(), "2".into()],
        },
        Audience::List { id: "9".into() },
        search(),
        Audience::Import {
            id: "f".into(),
            phone: "telemovel".into(),
            person: Some("nome".into()),
            prefix: None,
        },
    ];
    for (audience, encoding) in audiences
        .into_iter()
        .zip(EncodingChoice::ALL.iter().cycle())
    {
        let draft = SmsDraft {
            sender: "Loja".into(),
            text: "Olá \"{{firstname}}\" 😀\n".into(),
            encoding: *encoding,
            transliterate: true,
            audience,
            timing: timing(),
            ..SmsDraft::default()
        };
        is_written_as_by_serde(&draft);
        is_written_as_by_serde(&Decide {
            key: "k".into(),
            decision: Decision::Drop,
            recipients: Some(vec!["1".into()]),
        });
        is_written_as_by_serde(&CreateCampaign {
            key: "k".into(),
            draft,
        });
    }
}

#[wasm_bindgen_test]
fn a_session_survives_in_every_state_of_the_provider() {
    for provider in [
        ProviderStatus::Ready {
            balance: Some("87.42".into()),
        },
        ProviderStatus::Ready { balance: None },
        ProviderStatus::CredentialsRefused,
        ProviderStatus::Unreachable,
        ProviderStatus::Missing,
    ] {
        survives(Session {
            user: User {
                id: "7".into(),
                email: "ana@loja.example".into(),
            },
            portal: Portal {
                id: 146_000_001,
                name: "loja.example".into(),
                ui_domain: "app-eu1.hubspot.com".into(),
            },
            provider,
            links: LinkShape {
                short_base: "https://s.example/l/".into(),
                unsubscribe_base: "https://s.example/u/".into(),
                code_length: 10,
            },
            defaults: Defaults {
                country: "PT".into(),
                max_parts: 5,
                max_import: 200_000_000,
                utm: utm(),
            },
            handset_url: None,
        });
    }
}

#[wasm_bindgen_test]
fn contacts_lists_and_properties_survive() {
    let values = [("firstname", "Inês"), ("city", "Íl\"ha{vo}\n")];
    survives(ContactPage {
        contacts: vec![Contact {
            id: "51".into(),
            name: "Inês".into(),
            phone: Some("912 000 000".into()),
            prefix: None,
            opted_out: true,
            values: values
                .map(|(name, value)| (name.into(), value.into()))
                .into(),
        }],
        total: 300,
        after: Some("51".into()),
    });
    survives(Contact {
        id: "52".into(),
        name: "52".into(),
        phone: None,
        prefix: Some("351".into()),
        opted_out: false,
        values: BTreeMap::new(),
    });
    survives(ContactList {
        id: "9".into(),
        name: "Clientes".into(),
        size: 12,
    });
    survives(Property {
        name: "city".into(),
        label: "City".into(),
        group: "info".into(),
    });
}

#[wasm_bindgen_test]
fn drafts_survive() {
    survives(SmsDraft::default());
    for encoding in [
        EncodingChoice::Auto,
        EncodingChoice::Gsm7,
        EncodingChoice::Gsm7Pt,
        EncodingChoice::Ucs2,
    ] {
        let utm = Utm {
            source: "sms".into(),
            ..Utm::default()
        };
        let audience = Audience::List { id: "9".into() };
        let draft = SmsDraft {
            encoding,
            utm,
            audience,
            timing: timing(),
            ..SmsDraft::default()
        };
        survives(SavedDraft {
            key: "k".into(),
            updated_at: 1_763_880_000_000,
            draft,
        });
    }
    survives(Audience::Contacts {
        ids: vec!["1".into(), "2".into()],
    });
    survives(DraftSummary {
        key: "k".into(),
        updated_at: 1,
        campaign_name: String::new(),
        excerpt: "Olá".into(),
    });
}

#[wasm_bindgen_test]
fn an_import_survives() {
    let column = |name: &str, label: &str| ImportColumn {
        name: name.into(),
        label: label.into(),
        samples: vec!["912 000 001".into(), "\"x\"".into()],
    };
    survives(Import {
        id: "f".into(),
        name: "clientes.csv".into(),
        rows: 1_000_000,
        bad: 3,
        columns: vec![column("telemovel", "Telemóvel"), column("nome", "")],
        phone: Some("telemovel".into()),
        person: Some("nome".into()),
        prefix: None,
        encoding: "windows-1252".into(),
        delimiter: '\t',
    });
    survives(search());
    survives(Audience::Import {
        id: "f".into(),
        phone: "telemovel".into(),
        person: None,
        prefix: Some("prefixo".into()),
    });
}

#[wasm_bindgen_test]
fn a_check_survives() {
    survives(CheckReport {
        recipients: 2,
        parts: 3,
        spread: vec![
            PartsCount {
                parts: 1,
                messages: 1,
            },
            PartsCount {
                parts: 2,
                messages: 1,
            },
        ],
        exclusions: vec![Exclusion {
            reason: NotSentReason::NoNumber,
            count: 1,
            examples: vec!["Conceição".into()],
        }],
        missing: vec![MissingValue {
            property: "city".into(),
            count: 1,
        }],
        sampled_of: Some(1_000_000),
    });
}

#[wasm_bindgen_test]
fn campaigns_survive_in_every_state() {
    let paused = [
        PauseReason::ByUser,
        PauseReason::CredentialsRefused,
        PauseReason::NoCredit,
        PauseReason::ProviderUnreachable,
        PauseReason::ProviderRefused,
        PauseReason::AudienceUnreadable,
        PauseReason::Disconnected,
    ];
    let mut states = paused
        .map(|reason| CampaignState::Paused { reason })
        .to_vec();
    states.extend([
        CampaignState::Preparing {
            done: 1_200,
            total: 10_000,
            stalled: true,
        },
        CampaignState::Sending,
        CampaignState::Finished,
        CampaignState::Cancelled,
    ]);
    let campaigns = states.into_iter().map(|state| CampaignSummary {
        id: "17".into(),
        name: "HUBSPOT_SMS_2026_11".into(),
        sender: "Septet".into(),
        text: "Olá".into(),
        workflow: true,
        ignores_opt_outs: true,
        state,
        created_at: 1_763_880_000_000,
        timing: timing(),
        next_at: Some(7),
        counts: Counts {
            total: 3,
            delivered: 2,
            not_sent: 1,
            ..Counts::default()
        },
    });
    survives(CampaignPage {
        campaigns: campaigns.collect(),
        after: None,
    });
}

#[wasm_bindgen_test]
fn recipients_survive_in_every_state() {
    use MessageState::{
        Accepted, Attempting, Claimed, Delivered, InDoubt, NotSent, Pending, Undelivered,
    };
    let states = [
        Pending,
        Claimed,
        Attempting,
        Accepted,
        Delivered,
        Undelivered,
        NotSent,
        InDoubt,
    ];
    let recipients = states.map(|state| RecipientRow {
        id: "r".into(),
        contact_id: "51".into(),
        name: "Inês".into(),
        phone: Some("+351912000000".into()),
        state,
        reason: (state == NotSent).then_some(NotSentReason::TooManyParts),
        parts: Some(2),
        updated_at: 1,
        clicked_at: Some(2),
        unsubscribed_at: None,
        replied_at: Some(6),
        decided: (state == InDoubt).then(|| Decided {
            decision: Decision::CountAsSent,
            by: "ana@shop.example".into(),
            at: 3,
        }),
    });
    survives(RecipientPage {
        recipients: recipients.into(),
        after: Some("r".into()),
    });
}

fn timing() -> Timing {
    Timing {
        start_at: Some(1_763_880_000_000),
        spread_until: None,
        expires_at: Some(1_763_890_000_000),
        hours: Some(Hours {
            from: 540,
            until: 1200,
        }),
        days_apart: 7,
    }
}

#[wasm_bindgen_test]
fn every_problem_of_a_draft_survives() {
    let kinds = [
        ProblemKind::Empty,
        ProblemKind::TooLong { max: 11 },
        ProblemKind::BadCharacter { character: 'ü' },
        ProblemKind::UnknownCountry,
        ProblemKind::UnclosedToken { position: 3 },
        ProblemKind::BadToken { position: 4 },
        ProblemKind::UnknownToken {
            name: "nosuchthing".into(),
        },
        ProblemKind::TooManyParts { max: 5 },
        ProblemKind::NotEncodable { character: '😀' },
        ProblemKind::SpreadEndsFirst,
        ProblemKind::ExpiresFirst,
        ProblemKind::NoHours,
        ProblemKind::TooManyDays { max: 365 },
        ProblemKind::Past,
        ProblemKind::TooManyFilters { max: 5 },
    ];
    let problems = kinds.map(|kind| Problem {
        field: Field::Text,
        kind,
    });
    survives(ProblemDetails {
        kind: "urn:septet:problem:invalid_draft".into(),
        title: "Invalid draft".into(),
        status: 422,
        code: ErrorCode::InvalidDraft,
        problems: problems.into(),
        exclusions: vec![Exclusion {
            reason: NotSentReason::OptedOut,
            count: 2,
            examples: vec!["Inês".into()],
        }],
    });
}

#[wasm_bindgen_test]
fn a_problem_without_details_and_a_field_of_a_later_version_are_read() {
    let read: Option<ProblemDetails> = parse(
        r#"{"type":"urn:septet:problem:internal","title":"","status":500,"code":"internal","trace":[]}"#,
    );
    assert_eq!(read.map(|problem| problem.code), Some(ErrorCode::Internal));
}

#[wasm_bindgen_test]
fn what_is_not_of_the_shape_is_refused() {
    for text in [
        "",
        "null",
        "[]",
        "7",
        r#"{"state":"elsewhere"}"#,
        r#"{"state":1}"#,
    ] {
        assert_eq!(parse::<CampaignState>(text), None, "{text}");
    }
}
