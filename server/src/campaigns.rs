//! From a draft to a campaign: checked, weighed, asked for, stored; or nothing at all.

use std::collections::BTreeSet;

use septet_core::campaign::{
    Channel, Field, Limits, Problem, ProblemKind, Rules, SmsCampaign, default_campaign_name,
};
use septet_core::wire::{
    Audience, CheckReport, CreateCampaign, Exclusion, Import, LinkShape, Millis, SmsDraft,
};

use crate::app::App;
use crate::audience::{self, ReadError};
use crate::clock;
use crate::hubspot::CrmError;
use crate::nrs::{AccountState, ProviderError};
use crate::secrets::{self, SecretError};
use crate::store::{Created, NewCampaign, NewRecipient, StoreError};

/// HubSpot's contacts that a check weighs: enough to see what is wrong, and soon told.
const SAMPLE: u64 = 2_000;
/// Rows of a file that it weighs: they are here already, and a hundred thousand of them
/// are weighed in less time than those contacts are asked for.
const ROWS: u64 = 100_000;
/// An audience that is not much larger is stored with its campaign; a larger one is read
/// in the background.
const SMALL: u64 = 500;

/// Why there is no campaign. Nothing was stored, nothing will be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateError {
    #[error("the draft breaks rules")]
    Invalid(Vec<Problem>),
    #[error("nobody in the audience can be sent to")]
    NoRecipients(Vec<Exclusion>),
    #[error("the import is not there")]
    NoImport,
    #[error("this key was used with another draft")]
    KeyReused,
    #[error("nobody has given credentials of 360nrs")]
    NoProvider,
    #[error("360nrs refused the credentials")]
    CredentialsRefused,
    #[error("no credit is left at 360nrs")]
    NoCredit,
    #[error("360nrs did not answer")]
    ProviderUnreachable,
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Crm(#[from] CrmError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// A campaign's id, and whether this request made it.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) new: bool,
}

/// What sending a draft would do, judged by the beginning of a large audience.
pub(crate) async fn check(
    app: &App,
    portal: u64,
    draft: &SmsDraft,
) -> Result<CheckReport, CreateError> {
    let enough = match draft.audience {
        Audience::Import { .. } => ROWS,
        Audience::Contacts { .. } | Audience::List { .. } | Audience::Search { .. } => SAMPLE,
    };
    let checked = check_draft(app, portal, draft, clock::now(), enough, drop).await?;
    Ok(checked.report)
}

/// Creates a campaign, or finds the one that the same request has made before.
pub(crate) async fn create(
    app: &App,
    portal: u64,
    by: &str,
    request: CreateCampaign,
) -> Result<Made, CreateError> {
    // A repeated request finds its campaign even when 360nrs or HubSpot is down by now.
    if let Some((id, draft)) = app.store.campaign_of_key(portal, &request.key).await? {
        return if draft == request.draft {
            Ok(Made { id, new: false })
        } else {
            Err(CreateError::KeyReused)
        };
    }
    // By the clock that all servers share: another one sends it.
    let now = app.store.clock().await?;
    let mut recipients = Vec::new();
    let give = |recipient| recipients.push(recipient);
    let checked = check_draft(app, portal, &request.draft, now, SMALL, give).await?;
    let Checked {
        campaign,
        report,
        import,
    } = checked;
    let nrs = app.providers.of(portal).await?;
    match nrs.ok_or(CreateError::NoProvider)?.account().await {
        AccountState::Ready {
            balance: Some(balance),
        } if balance <= 0.0 => return Err(CreateError::NoCredit),
        AccountState::Ready { .. } => {}
        AccountState::CredentialsRefused => return Err(CreateError::CredentialsRefused),
        AccountState::Unreachable => return Err(CreateError::ProviderUnreachable),
    }
    match report.sampled_of {
        // They are read again, from the beginning.
        Some(_) => recipients.clear(),
        None => give_departures(&mut recipients, &campaign, report.recipients, now),
    }
    let new = NewCampaign {
        id: secrets::code(16)?,
        portal,
        by: by.to_owned(),
        key: request.key,
        draft: request.draft,
        name: campaign.name.as_str().to_owned(),
        max_parts: app.config.max_parts,
        links: campaign.links,
        recipients,
        import,
        unread: report.sampled_of,
    };
    match app.store.create_campaign(&new, now).await? {
        Created::New => {
            app.work.notify_one();
            app.unprepared.notify_one();
            Ok(Made {
                id: new.id,
                new: true,
            })
        }
        Created::Before(id) => Ok(Made { id, new: false }),
        Created::KeyReused => Err(CreateError::KeyReused),
        Created::NoSource => Err(CreateError::NoImport),
    }
}

/// Lets go on what has waited for an account to be connected again.
pub(crate) async fn connected_again(app: &App, portal: u64) -> Result<(), StoreError> {
    for id in app.store.paused_by_disconnection(portal).await? {
        app.store.resume(portal, &id).await?;
        app.events.campaign(&id);
    }
    app.work.notify_one();
    app.unprepared.notify_one();
    Ok(())
}

/// A draft that may be sent to somebody.
struct Checked {
    campaign: SmsCampaign,
    report: CheckReport,
    /// The file that it is for.
    import: Option<String>,
}

/// Says when each message may leave, in their order.
fn give_departures(
    recipients: &mut [NewRecipient],
    campaign: &SmsCampaign,
    of: u64,
    made_at: Millis,
) {
    let sent_to = recipients.iter_mut();
    let sent_to = sent_to.filter(|recipient| recipient.excluded.is_none());
    for (recipient, place) in sent_to.zip(0..) {
        recipient.not_before = campaign.schedule.leaves_at(place, of, made_at);
    }
}

async fn check_draft(
    app: &App,
    portal: u64,
    draft: &SmsDraft,
    now: Millis,
    enough: u64,
    give: impl FnMut(NewRecipient),
) -> Result<Checked, CreateError> {
    // What is wrong with the draft itself is told without asking anybody.
    let links = app.links(portal).await?;
    let campaign = parse(app, draft, None, &links)?;
    let import = match &draft.audience {
        Audience::Import { id, .. } => {
            let import = app.store.find_import(portal, id).await?;
            Some(import.ok_or(CreateError::NoImport)?)
        }
        Audience::Contacts { .. } | Audience::List { .. } | Audience::Search { .. } => None,
    };
    if let Some(known) = known_properties(app, portal, draft, &campaign, import.as_ref()).await? {
        parse(app, draft, Some(&known), &links)?;
    }
    if campaign.schedule.is_over(now) {
        return Err(CreateError::Invalid(vec![Problem {
            field: Field::Timing,
            kind: ProblemKind::Past,
        }]));
    }
    let (audience, file) = (&draft.audience, import.as_ref());
    let report = audience::weigh(app, portal, &campaign, audience, file, enough, give).await?;
    // Behind the beginning there may be somebody.
    if report.recipients == 0 && report.sampled_of.is_none() {
        return Err(CreateError::NoRecipients(report.exclusions));
    }
    Ok(Checked {
        campaign,
        report,
        import: import.map(|import| import.id),
    })
}

/// What tokens and filters may name; `None` where there are none.
async fn known_properties(
    app: &App,
    portal: u64,
    draft: &SmsDraft,
    campaign: &SmsCampaign,
    import: Option<&Import>,
) -> Result<Option<BTreeSet<String>>, CrmError> {
    if let Some(import) = import {
        let names = import.columns.iter().map(|column| column.name.clone());
        return Ok(Some(names.collect()));
    }
    let tokens = campaign.composition.template.properties().next().is_some();
    let filters =
        matches!(&draft.audience, Audience::Search { filters, .. } if !filters.is_empty());
    if !tokens && !filters {
        return Ok(None);
    }
    let known = app.hubspot.properties(portal).await?;
    Ok(Some(known.into_iter().map(|known| known.name).collect()))
}

fn parse(
    app: &App,
    draft: &SmsDraft,
    properties: Option<&BTreeSet<String>>,
    links: &LinkShape,
) -> Result<SmsCampaign, CreateError> {
    let (year, month) = clock::year_and_month();
    let rules = Rules {
        limits: Limits {
            max_parts: app.config.max_parts,
        },
        properties,
        links,
        default_name: &default_campaign_name(Channel::Sms, year, month),
    };
    SmsCampaign::parse(draft, &rules).map_err(CreateError::Invalid)
}
