//! From a draft to a campaign: checked, weighed, asked for, stored; or nothing at all.

use std::collections::BTreeSet;

use septet_core::campaign::{
    Channel, Field, Limits, Problem, ProblemKind, Rules, SmsCampaign, default_campaign_name,
};
use septet_core::wire::{
    Audience, CheckReport, CreateCampaign, Exclusion, Import, Millis, SmsDraft,
};

use crate::app::App;
use crate::audience::{self, Weighed};
use crate::clock;
use crate::hubspot::CrmError;
use crate::nrs::AccountState;
use crate::secrets::{self, SecretError};
use crate::store::{Created, NewCampaign, Source, StoreError};

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
    #[error("360nrs refused the credentials")]
    CredentialsRefused,
    #[error("no credit is left at 360nrs")]
    NoCredit,
    #[error("360nrs did not answer")]
    ProviderUnreachable,
    #[error(transparent)]
    Crm(#[from] CrmError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// A campaign's id, and whether this request made it.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) new: bool,
}

/// What sending a draft would do.
pub(crate) async fn check(
    app: &App,
    portal: u64,
    draft: &SmsDraft,
) -> Result<CheckReport, CreateError> {
    let checked = check_draft(app, portal, draft, clock::now()).await?;
    Ok(checked.weighed.report)
}

/// Creates a campaign, or finds the one that the same request has made before.
pub(crate) async fn create(
    app: &App,
    portal: u64,
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
    let Checked {
        campaign,
        weighed,
        import,
    } = check_draft(app, portal, &request.draft, now).await?;
    match app.nrs.account().await {
        AccountState::Ready {
            balance: Some(balance),
        } if balance <= 0.0 => return Err(CreateError::NoCredit),
        AccountState::Ready { .. } => {}
        AccountState::CredentialsRefused => return Err(CreateError::CredentialsRefused),
        AccountState::Unreachable => return Err(CreateError::ProviderUnreachable),
    }
    let new = NewCampaign {
        id: secrets::code(16)?,
        portal,
        key: request.key,
        draft: request.draft,
        name: campaign.name.as_str().to_owned(),
        max_parts: app.config.max_parts,
        recipients: weighed.recipients,
        source: import.map(|import| Source {
            import,
            planned: weighed.report.recipients,
        }),
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

/// A draft that may be sent to somebody.
struct Checked {
    campaign: SmsCampaign,
    /// Without recipients where they are taken from a file later.
    weighed: Weighed,
    /// The id of that file.
    import: Option<String>,
}

async fn check_draft(
    app: &App,
    portal: u64,
    draft: &SmsDraft,
    now: Millis,
) -> Result<Checked, CreateError> {
    // What is wrong with the draft itself is told without asking anybody.
    let campaign = parse(app, draft, None)?;
    let import = match &draft.audience {
        Audience::Import { id, .. } => {
            let import = app.store.find_import(portal, id).await?;
            Some(import.ok_or(CreateError::NoImport)?)
        }
        Audience::Contacts { .. } | Audience::List { .. } => None,
    };
    if let Some(known) = known_properties(app, portal, &campaign, import.as_ref()).await? {
        parse(app, draft, Some(&known))?;
    }
    if campaign.schedule.is_over(now) {
        return Err(CreateError::Invalid(vec![Problem {
            field: Field::Timing,
            kind: ProblemKind::Past,
        }]));
    }
    let weighed = match (&draft.audience, &import) {
        (audience, Some(import)) => Weighed {
            recipients: Vec::new(),
            report: audience::file::survey(app, portal, &campaign, import, audience).await?,
        },
        (Audience::List { id }, None) => {
            let ids = app.hubspot.members(portal, id).await?;
            audience::weigh(app, portal, &campaign, ids, now).await?
        }
        (Audience::Contacts { ids }, None) => {
            audience::weigh(app, portal, &campaign, ids.clone(), now).await?
        }
        (Audience::Import { .. }, None) => return Err(CreateError::NoImport),
    };
    if weighed.report.recipients == 0 {
        return Err(CreateError::NoRecipients(weighed.report.exclusions));
    }
    Ok(Checked {
        campaign,
        weighed,
        import: import.map(|import| import.id),
    })
}

/// What tokens may name; `None` where there are none.
async fn known_properties(
    app: &App,
    portal: u64,
    campaign: &SmsCampaign,
    import: Option<&Import>,
) -> Result<Option<BTreeSet<String>>, CrmError> {
    if let Some(import) = import {
        let names = import.columns.iter().map(|column| column.name.clone());
        return Ok(Some(names.collect()));
    }
    if campaign.composition.template.properties().next().is_none() {
        return Ok(None);
    }
    let known = app.hubspot.properties(portal).await?;
    Ok(Some(known.into_iter().map(|known| known.name).collect()))
}

fn parse(
    app: &App,
    draft: &SmsDraft,
    properties: Option<&BTreeSet<String>>,
) -> Result<SmsCampaign, CreateError> {
    let (year, month) = clock::year_and_month();
    let rules = Rules {
        limits: Limits {
            max_parts: app.config.max_parts,
        },
        properties,
        links: &app.links(),
        default_name: &default_campaign_name(Channel::Sms, year, month),
    };
    SmsCampaign::parse(draft, &rules).map_err(CreateError::Invalid)
}
