//! Taking an execution: once, whoever asks and however often.
//!
//! A contact's message is rendered and weighed before HubSpot is answered, so that a wrong
//! number or a message that is too long is told at once. Of companies and deals, and
//! where HubSpot has not sent what a message needs, the contacts are read afterwards.

use septet_core::campaign::{Channel, Limits, Rules, SmsCampaign, default_campaign_name};
use septet_core::delivery::NotSentReason;
use septet_core::phone::{PHONE_PROPERTIES, PREFIX_PROPERTY, PhoneNumber};
use septet_core::wire::{Audience, Contact, Millis, SmsDraft};
use serde_json::Value;

use super::fields::{self, CompleteWhen};
use super::request::{Action, Execution};
use super::say;
use crate::app::App;
use crate::audience::{Entry, Scale};
use crate::clock;
use crate::hubspot::{CrmError, MARKETING, OPTED_OUT, ObjectKind, contact_of};
use crate::secrets::{self, SecretError};
use crate::store::{Asked, Enrolled, Enrolment, NewExecution, NewRecipient, StoreError, WORKFLOW};

/// How long HubSpot waits to hear what became of a message, in milliseconds.
const PATIENCE: Millis = 24 * 60 * 60 * 1000;
/// Contacts of a company or a deal that one action sends to.
const MOST_CONTACTS: usize = 100;

/// Why an execution was not taken; HubSpot asks again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TakeError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Crm(#[from] CrmError),
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// Takes an execution, or finds that it was taken; what HubSpot is answered, as JSON.
pub(crate) async fn take(
    app: &App,
    action: Action,
    execution: &Execution,
    body: &Value,
) -> Result<String, TakeError> {
    let portal = execution.portal;
    if let Some(answer) = app.store.answer_of(portal, &execution.callback_id).await? {
        return Ok(answer);
    }
    let account = app.store.account(portal).await?;
    if account.is_none_or(|account| account.disconnected) {
        // Nothing can be kept for it: whoever connects it finds no half of anything.
        return Ok(say::failure(
            "This HubSpot account is not connected to Septet.",
        ));
    }
    if action != Action::Sms {
        let why = "This version of Septet sends no voice messages yet.";
        return refuse(app, execution, why).await;
    }
    let planned = match plan(app, execution).await? {
        Ok(planned) => planned,
        Err(why) => return refuse(app, execution, &why).await,
    };
    let now = app.store.clock().await?;
    let when = CompleteWhen::from_name(execution.field("complete_when"));
    let waits = when != CompleteWhen::Queued;
    let answer = if waits { say::block() } else { say::success() };
    let mut new = NewExecution {
        portal,
        callback_id: execution.callback_id.clone(),
        answer,
        complete_when: when.name().to_owned(),
        deadline: now + PATIENCE,
        what: Asked::Expand(body.to_string()),
    };
    if let Some(contact) = told(execution, &planned.campaign) {
        let recipients = weigh(app, portal, &planned, execution, vec![contact]).await?;
        if let Some(reason) = recipients.first().and_then(|one| one.excluded) {
            new.answer = say::failure(say::reason(reason));
        }
        let waits = waits && recipients.iter().any(|one| one.excluded.is_none());
        let enrolment = enrolment(app, execution, planned, recipients, waits)?;
        new.what = Asked::Send(Box::new(enrolment));
    }
    match app.store.take_execution(&new).await? {
        Enrolled::New(campaign) => {
            if let Some(campaign) = campaign {
                app.events.campaign(&campaign);
            }
            app.work.notify_one();
            Ok(new.answer)
        }
        Enrolled::Before(answer) => Ok(answer),
        Enrolled::Cancelled => refuse(app, execution, say::reason(NotSentReason::Cancelled)).await,
    }
}

/// Reads whom an execution is for, and sends to them; what is wrong with it, if HubSpot is
/// to be told.
pub(super) async fn expand(
    app: &App,
    execution: &Execution,
    when: CompleteWhen,
) -> Result<Result<(), String>, TakeError> {
    let portal = execution.portal;
    let planned = match plan(app, execution).await? {
        Ok(planned) => planned,
        Err(why) => return Ok(Err(why)),
    };
    let object = &execution.object;
    let (ids, _) = app
        .hubspot
        .contacts_of(portal, object, MOST_CONTACTS)
        .await?;
    let mut wanted = needed(&planned.campaign);
    wanted.extend(phone_property(execution).map(str::to_owned));
    let mut contacts = app.hubspot.contacts(portal, &ids, &wanted).await?;
    contacts.sort_by_key(|contact| ids.iter().position(|id| *id == contact.id));
    if contacts.is_empty() {
        let why = match object.kind {
            ObjectKind::Contact => say::reason(NotSentReason::ContactGone),
            ObjectKind::Company | ObjectKind::Deal => "No contact belongs to this record.",
        };
        return Ok(Err(why.to_owned()));
    }
    let waits = when != CompleteWhen::Queued;
    let recipients = weigh(app, portal, &planned, execution, contacts).await?;
    let enrolment = enrolment(app, execution, planned, recipients, waits)?;
    let expanded = app
        .store
        .expand(portal, &execution.callback_id, &enrolment)
        .await?;
    match expanded {
        Enrolled::New(campaign) => {
            if let Some(campaign) = campaign {
                app.events.campaign(&campaign);
            }
            app.work.notify_one();
            Ok(Ok(()))
        }
        // Another server was quicker, and tells HubSpot.
        Enrolled::Before(_) => Ok(Ok(())),
        Enrolled::Cancelled => Ok(Err(say::reason(NotSentReason::Cancelled).to_owned())),
    }
}

/// Says no, for good.
async fn refuse(app: &App, execution: &Execution, why: &str) -> Result<String, TakeError> {
    let new = NewExecution {
        portal: execution.portal,
        callback_id: execution.callback_id.clone(),
        answer: say::failure(why),
        complete_when: String::new(),
        deadline: 0,
        what: Asked::Nothing,
    };
    match app.store.take_execution(&new).await? {
        Enrolled::Before(answer) => Ok(answer),
        Enrolled::New(_) | Enrolled::Cancelled => Ok(new.answer),
    }
}

/// What is to be sent, the same for all its recipients.
struct Planned {
    draft: SmsDraft,
    campaign: SmsCampaign,
}

async fn plan(app: &App, execution: &Execution) -> Result<Result<Planned, String>, StoreError> {
    let draft = fields::draft(execution, app.config.country);
    let (year, month) = clock::year_and_month();
    let rules = Rules {
        limits: Limits {
            max_parts: app.config.max_parts,
        },
        properties: None,
        links: &app.links(execution.portal).await?,
        default_name: &default_campaign_name(Channel::Sms, year, month),
    };
    Ok(match SmsCampaign::parse(&draft, &rules) {
        Ok(campaign) => Ok(Planned { draft, campaign }),
        Err(problems) => {
            let why: Vec<String> = problems.iter().map(fields::explain).collect();
            Err(format!("This message cannot be sent: {}.", why.join("; ")))
        }
    })
}

/// The contact, if HubSpot has told all of it that the message needs.
fn told(execution: &Execution, campaign: &SmsCampaign) -> Option<Contact> {
    if execution.object.kind != ObjectKind::Contact {
        return None;
    }
    let named = phone_property(execution);
    let phones = match &named {
        Some(named) => vec![*named],
        None => PHONE_PROPERTIES.to_vec(),
    };
    let needed = needed(campaign);
    let needed = needed.iter().map(String::as_str);
    let always = [PREFIX_PROPERTY, OPTED_OUT, MARKETING];
    let mut needed = needed.chain(phones).chain(always);
    let told = needed.all(|name| execution.properties.contains_key(name));
    told.then(|| contact_of(execution.object.id.clone(), execution.properties.clone()))
}

/// Properties that the message asks for besides what is always read.
fn needed(campaign: &SmsCampaign) -> Vec<String> {
    let names = campaign.composition.template.properties();
    names.map(str::to_owned).collect()
}

/// The property that holds the number, where the action names one.
fn phone_property(execution: &Execution) -> Option<&str> {
    Some(execution.field("phone_property")).filter(|name| !name.is_empty())
}

async fn weigh(
    app: &App,
    portal: u64,
    planned: &Planned,
    execution: &Execution,
    mut contacts: Vec<Contact>,
) -> Result<Vec<NewRecipient>, TakeError> {
    if let Some(named) = phone_property(execution) {
        for contact in &mut contacts {
            contact.phone = contact.values.get(named).cloned();
        }
    }
    let hash = |contact: &Contact| {
        let phone = contact.phone.as_deref()?;
        let number = PhoneNumber::parse(phone, contact.prefix.as_deref(), planned.campaign.country);
        Some(app.keys.number_hash(portal, number.ok()?.digits()))
    };
    let asked: Vec<(Vec<u8>, String)> = contacts
        .iter()
        .map(|contact| (hash(contact).unwrap_or_default(), contact.id.clone()))
        .collect();
    let opted_out = app.store.suppressed_among(portal, &asked).await?;
    let mut scale = Scale::knowing(app, portal, &planned.campaign, opted_out).await?;
    let recipients = contacts.into_iter();
    Ok(recipients
        .map(|contact| scale.recipient(Entry::Contact(contact)))
        .collect())
}

/// The campaign that these belong to is the one of all messages of a month that this
/// workflow sends in this way, whatever their texts.
fn enrolment(
    app: &App,
    execution: &Execution,
    planned: Planned,
    recipients: Vec<NewRecipient>,
    waits: bool,
) -> Result<Enrolment, TakeError> {
    let Planned { draft, campaign } = planned;
    let name = campaign.name.as_str().to_owned();
    let text = draft.text.clone();
    let draft = SmsDraft {
        text: String::new(),
        audience: Audience::default(),
        ..draft
    };
    let kind = serde_json::json!([execution.workflow, name, draft]).to_string();
    Ok(Enrolment {
        id: secrets::code(16)?,
        key: format!(
            "{WORKFLOW}{}",
            secrets::hex(&secrets::token_hash(&kind)[..16])
        ),
        draft,
        name,
        max_parts: app.config.max_parts,
        links: campaign.links,
        text,
        recipients,
        waits,
    })
}
