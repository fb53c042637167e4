//! From a draft to a campaign: checked, weighed, asked for, stored; or nothing at all.

use std::collections::BTreeSet;

use septet_core::campaign::{
    Channel, Field, Limits, Problem, ProblemKind, Rules, SmsCampaign, default_campaign_name,
};
use septet_core::wire::{CheckReport, CreateCampaign, Exclusion, SmsDraft};

use crate::app::App;
use crate::audience::{self, Weighed};
use crate::clock;
use crate::hubspot::CrmError;
use crate::nrs::AccountState;
use crate::secrets::{self, SecretError};
use crate::store::{Created, NewCampaign, StoreError};

/// Why there is no campaign. Nothing was stored, nothing will be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateError {
    #[error("the draft breaks rules")]
    Invalid(Vec<Problem>),
    #[error("nobody in the audience can be sent to")]
    NoRecipients(Vec<Exclusion>),
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
    let (_, weighed) = weigh(app, portal, draft).await?;
    if weighed.report.recipients == 0 {
        return Err(CreateError::NoRecipients(weighed.report.exclusions));
    }
    Ok(weighed.report)
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
    let (campaign, mut weighed) = weigh(app, portal, &request.draft).await?;
    if weighed.report.recipients == 0 {
        return Err(CreateError::NoRecipients(weighed.report.exclusions));
    }
    match app.nrs.account().await {
        AccountState::Ready {
            balance: Some(balance),
        } if balance <= 0.0 => return Err(CreateError::NoCredit),
        AccountState::Ready { .. } => {}
        AccountState::CredentialsRefused => return Err(CreateError::CredentialsRefused),
        AccountState::Unreachable => return Err(CreateError::ProviderUnreachable),
    }
    let now = clock::now();
    let leaving = weighed.recipients.iter_mut();
    let leaving = leaving.filter(|recipient| recipient.excluded.is_none());
    for (place, recipient) in (0..).zip(leaving) {
        let of = weighed.report.recipients;
        recipient.not_before = campaign.schedule.leaves_at(place, of, now);
    }
    let new = NewCampaign {
        id: secrets::code(16)?,
        portal,
        key: request.key,
        draft: request.draft,
        name: campaign.name.as_str().to_owned(),
        max_parts: app.config.max_parts,
        recipients: weighed.recipients,
    };
    match app.store.create_campaign(&new, now).await? {
        Created::New => {
            app.work.notify_one();
            Ok(Made {
                id: new.id,
                new: true,
            })
        }
        Created::Before(id) => Ok(Made { id, new: false }),
        Created::KeyReused => Err(CreateError::KeyReused),
    }
}

async fn weigh(
    app: &App,
    portal: u64,
    draft: &SmsDraft,
) -> Result<(SmsCampaign, Weighed), CreateError> {
    let links = app.links();
    let (year, month) = clock::year_and_month();
    let default_name = default_campaign_name(Channel::Sms, year, month);
    let rules = |properties| Rules {
        limits: Limits {
            max_parts: app.config.max_parts,
        },
        properties,
        links: &links,
        default_name: &default_name,
    };
    // What is wrong with the draft itself is told without asking anybody.
    let campaign = SmsCampaign::parse(draft, &rules(None)).map_err(CreateError::Invalid)?;
    if campaign.composition.template.properties().next().is_some() {
        let known = app.hubspot.properties(portal).await?;
        let known: BTreeSet<String> = known.into_iter().map(|property| property.name).collect();
        SmsCampaign::parse(draft, &rules(Some(&known))).map_err(CreateError::Invalid)?;
    }
    if campaign.schedule.is_over(clock::now()) {
        return Err(CreateError::Invalid(vec![Problem {
            field: Field::Timing,
            kind: ProblemKind::Past,
        }]));
    }
    let weighed = audience::weigh(
        &app.hubspot,
        &app.store,
        &app.keys,
        &links,
        portal,
        &campaign,
        &draft.audience,
    )
    .await?;
    Ok((campaign, weighed))
}
