//! Beside the handset: the switches for faults, the credit, the requests seen.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Serialize;

use super::texts::Panel;
use crate::faults::{CrmFault, Faults, ReportFault, SmsFault};
use crate::nrs::{Answering, Settings, arm_all};
use crate::shared::{News, Shared, lock};

/// The panel.
pub(super) fn panel(texts: &Panel, shared: &Shared) -> Markup {
    let faults = shared.faults();
    let balance = lock(&shared.ledger).balance();
    let settings = lock(&shared.switchboard).settings();
    html! {
        aside.panel {
            form.card.switches #switches method="post" action="/handset/switches"
                data-applied=(texts.applied) {
                h2 { (texts.title) }
                p.soft { (texts.lead) }
                (select("sms", &texts.sms, &sms_options(texts), &faults.sms))
                (select("report", &texts.report, &report_options(texts), &faults.report))
                (select("crm", &texts.crm, &crm_options(texts), &faults.crm))
                @if faults != Faults::default() { p.warning { (texts.active) } }
                button.button.small type="submit" { (texts.apply) }
            }
            form.card.switches #calling method="post" action="/handset/calling"
                data-applied=(texts.applied) {
                h2 { (texts.calls) }
                p.soft { (texts.calls_lead) }
                (select("voice", &texts.voice, &given(texts), &settings.voice))
                (select("ivr", &texts.ivr, &given(texts), &settings.ivr))
                (select("answering", &texts.answering, &answering(texts), &settings.answering))
                button.button.small type="submit" { (texts.apply) }
            }
            section.card #figures {
                h2 { (texts.account) }
                dl.figures { dt { (texts.credit) } dd #balance { (balance) } }
                h2 { (texts.requests) }
                (counters(texts, shared))
            }
            form.card method="post" action="/handset/afresh" {
                p.soft { (texts.afresh_note) }
                button.button.quiet.small type="submit" { (texts.afresh) }
            }
        }
    }
}

/// Every choice of a switch with its text.
type Choices<'a, T> = Vec<(T, &'a str)>;

fn given(texts: &Panel) -> Choices<'_, bool> {
    vec![(false, &texts.off), (true, &texts.on)]
}

fn answering(texts: &Panel) -> Choices<'_, Answering> {
    let options = &texts.answering_options;
    vec![
        (Answering::Auto, &options.auto),
        (Answering::Manual, &options.manual),
    ]
}

fn sms_options(texts: &Panel) -> Choices<'_, SmsFault> {
    let options = &texts.sms_options;
    vec![
        (SmsFault::None, &options.none),
        (SmsFault::RefusedCredentials, &options.refused_credentials),
        (SmsFault::NoCredit, &options.no_credit),
        (SmsFault::Down, &options.down),
        (SmsFault::InternalError, &options.internal_error),
        (SmsFault::LostAnswer, &options.lost_answer),
        (SmsFault::TooMany, &options.too_many),
    ]
}

fn report_options(texts: &Panel) -> Choices<'_, ReportFault> {
    let options = &texts.report_options;
    vec![
        (ReportFault::Deliver, &options.deliver),
        (ReportFault::Undeliverable, &options.undeliverable),
        (ReportFault::Never, &options.never),
    ]
}

fn crm_options(texts: &Panel) -> Choices<'_, CrmFault> {
    let options = &texts.crm_options;
    vec![
        (CrmFault::None, &options.none),
        (CrmFault::Down, &options.down),
        (CrmFault::RateLimited, &options.rate_limited),
        (CrmFault::Refused, &options.refused),
        (CrmFault::Locked, &options.locked),
        (CrmFault::Migrating, &options.migrating),
        (CrmFault::LostAnswer, &options.lost_answer),
        (CrmFault::Unauthorized, &options.unauthorized),
        (CrmFault::Slow, &options.slow),
        (CrmFault::Cut, &options.cut),
        (CrmFault::Partly, &options.partly),
    ]
}

/// A list to choose from, the values written as in the JSON of the switches.
fn select<T: Serialize + PartialEq>(
    name: &str,
    label: &str,
    choices: &[(T, &str)],
    chosen: &T,
) -> Markup {
    html! {
        label.field for={ "switch-" (name) } { (label) }
        select id={ "switch-" (name) } name=(name) {
            @for (value, text) in choices {
                option value=(wire_name(value)) selected[value == chosen] { (text) }
            }
        }
    }
}

/// The name of a switch's position.
fn wire_name(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(serde_json::Value::Bool(on)) => on.to_string(),
        _ => String::new(),
    }
}

/// Only the platforms' routes; the pages themselves are of no interest here.
fn counters(texts: &Panel, shared: &Shared) -> Markup {
    let seen: Vec<(String, u64)> = shared
        .counters
        .snapshot()
        .into_iter()
        .filter(|(route, _)| route.contains(" /nrs/") || route.contains(" /hubspot/"))
        .collect();
    html! {
        @if seen.is_empty() {
            p.soft { (texts.no_requests) }
        } @else {
            dl.figures.requests {
                @for (route, times) in seen {
                    @let (method, path) = route.split_once(' ').unwrap_or_default();
                    dt { b { (method) } " " (path) }
                    dd { (times) }
                }
            }
        }
    }
}

/// `POST /handset/switches`
pub(super) async fn switch(
    State(shared): State<Arc<Shared>>,
    Form(faults): Form<Faults>,
) -> Redirect {
    *lock(&shared.faults) = faults;
    shared.publish(&News::Change);
    Redirect::to("/handset")
}

/// `POST /handset/calling`
pub(super) async fn calling(
    State(shared): State<Arc<Shared>>,
    Form(wanted): Form<Settings>,
) -> Redirect {
    {
        let mut switchboard = lock(&shared.switchboard);
        let second_ms = switchboard.settings().second_ms;
        switchboard.set(Settings {
            second_ms,
            ..wanted
        });
    }
    arm_all(&shared);
    shared.publish(&News::Change);
    Redirect::to("/handset")
}

/// `POST /handset/afresh`
pub(super) async fn afresh(State(shared): State<Arc<Shared>>) -> Redirect {
    shared.reset();
    Redirect::to("/handset")
}
