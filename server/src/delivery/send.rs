//! One message: rendered, attempted, settled.

use septet_core::campaign::{Limits, Rules, SmsCampaign};
use septet_core::delivery::NotSentReason;
use septet_core::provider;
use septet_core::wire::{Millis, PauseReason};

use super::breaker::Breaker;
use super::links::Codes;
use crate::app::App;
use crate::clock;
use crate::hubspot::Sms;
use crate::nrs::{Refusal, Send, Sent};
use crate::secrets::{self, SecretError};
use crate::store::{Claimed, Link, Outcome, StoreError};

/// First pause of a message that reached nobody, in milliseconds; it doubles each time.
const FIRST_PAUSE: f64 = 500.0;
/// So often.
const DOUBLINGS: u32 = 5;

/// A message that could not be handled is looked at again after so many milliseconds.
const SECOND_LOOK: Millis = 5_000;

/// Why a message could not be handled; nothing is known of the provider then.
#[derive(Debug, thiserror::Error)]
enum SendError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// Sends one claimed message, or settles why not.
pub(super) async fn one(app: &App, breaker: &Breaker, message: Claimed) {
    let (id, campaign) = (message.id, &message.campaign);
    if let Err(error) = attempt(app, breaker, &message).await {
        tracing::error!(%error, message = id, "a message could not be handled");
        let now = clock::now();
        if let Err(error) = app.store.set_back(&message, now + SECOND_LOOK, now).await {
            tracing::error!(%error, message = id, "it stays where it is while this process lives");
        }
    }
    app.events.recipient(campaign, id);
    match app.store.finish_if_done(campaign).await {
        Ok(true) => app.events.campaign(campaign),
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "a campaign could not be finished"),
    }
}

async fn attempt(app: &App, breaker: &Breaker, message: &Claimed) -> Result<(), SendError> {
    let prepared = match prepare(app, message)? {
        Ok(prepared) => prepared,
        Err(reason) => return Ok(app.store.exclude(message, reason, clock::now()).await?),
    };
    let number_hash = app.keys.number_hash(message.portal, &message.phone);
    let begun = app
        .store
        .begin_attempt(
            message,
            &number_hash,
            prepared.parts,
            &prepared.links,
            clock::now(),
        )
        .await?;
    let Some(attempt) = begun else { return Ok(()) };
    app.events.recipient(&message.campaign, message.id);

    let notification_url = format!(
        "{}/hooks/360nrs/{}/{}/{}?state=%d&time=%t",
        app.config.public_url,
        message.portal,
        app.keys.report_secret(message.portal),
        message.id
    );
    let sent = app
        .nrs
        .send(&Send {
            to: [&message.phone],
            from: &prepared.sender,
            message: &prepared.text,
            encoding: prepared.encoding,
            parts: prepared.parts,
            campaign_name: &message.campaign_name,
            notification_url,
        })
        .await;
    let now = clock::now();
    let trouble = trouble(breaker, &sent, now);
    let (outcome, refused) = settle(sent, message.tries, now);
    // Paused first: once the attempt has ended, the message could be claimed again.
    if let Some(reason) = trouble.or(refused)
        && app
            .store
            .pause(message.portal, &message.campaign, reason)
            .await?
    {
        tracing::warn!(?reason, campaign = message.campaign, "campaign paused");
        app.events.campaign(&message.campaign);
    }
    app.store
        .end_attempt(message, attempt, &outcome, now)
        .await?;
    if matches!(outcome, Outcome::Accepted { .. }) {
        app.timeline.sent(Sms {
            portal: message.portal,
            contact_id: message.contact_id.clone(),
            text: prepared.text,
            sent_at: now,
        });
    }
    Ok(())
}

/// A message ready to be handed over.
struct Prepared {
    sender: String,
    text: String,
    encoding: &'static str,
    parts: u8,
    links: Vec<Link>,
}

/// Renders the message exactly as the composer's preview did, with real codes in its links.
fn prepare(app: &App, message: &Claimed) -> Result<Result<Prepared, NotSentReason>, SendError> {
    let shape = app.links();
    let rules = Rules {
        limits: Limits {
            max_parts: message.max_parts,
        },
        properties: None,
        links: &shape,
        default_name: &message.campaign_name,
    };
    // The draft was parsed before it was stored; a rule that has become
    // stricter since then must not send what it now forbids.
    let Ok(campaign) = SmsCampaign::parse(&message.draft, &rules) else {
        return Ok(Err(NotSentReason::NotEncodable));
    };
    let mut codes = Codes::new(shape.clone());
    let ready = match campaign.message(&message.values, &mut codes) {
        Ok(ready) => ready,
        Err(reason) => return Ok(Err(reason)),
    };
    let links = codes.into_links()?;
    Ok(Ok(Prepared {
        sender: campaign.sender.as_str().to_owned(),
        encoding: provider::wire_encoding(ready.encoding),
        text: ready.text,
        parts: ready.parts,
        links,
    }))
}

/// What a call tells of the provider's health; a reason to pause when it is too bad.
fn trouble(breaker: &Breaker, sent: &Sent, now: Millis) -> Option<PauseReason> {
    match sent {
        Sent::Accepted { .. } | Sent::RecipientRefused => {
            breaker.answered();
            None
        }
        Sent::Unknown | Sent::NotReached { .. } => breaker
            .missed(now)
            .then_some(PauseReason::ProviderUnreachable),
        // It answers, but not about messages: as ill or as well as before.
        Sent::Refused(_) => None,
    }
}

/// What a call means for the message; a reason to pause when no other would fare better.
fn settle(sent: Sent, tries: u32, now: Millis) -> (Outcome, Option<PauseReason>) {
    let again = |pause: f64| Outcome::NotReached {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a pause of seconds, in milliseconds"
        )]
        not_before: now + pause as Millis,
    };
    match sent {
        Sent::Accepted { id, .. } => (Outcome::Accepted { provider_id: id }, None),
        Sent::RecipientRefused => (Outcome::Refused, None),
        Sent::Unknown => (Outcome::Unknown, None),
        Sent::Refused(refusal) => {
            let reason = match refusal {
                Refusal::Credentials => PauseReason::CredentialsRefused,
                Refusal::NoCredit => PauseReason::NoCredit,
                Refusal::Other(code) => {
                    tracing::warn!(code, "360nrs refused a request");
                    PauseReason::ProviderRefused
                }
            };
            (again(0.0), Some(reason))
        }
        Sent::NotReached { later } => {
            let exponent = i32::try_from(tries.min(DOUBLINGS)).unwrap_or_default();
            let least = later.map_or(0.0, |later| later.as_secs_f64() * 1000.0);
            let pause = (FIRST_PAUSE * 2_f64.powi(exponent)).max(least);
            (again(pause * (1.0 + secrets::jitter())), None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_provably_reached_nobody_is_tried_again() {
        let outcome = |sent| settle(sent, 0, 0).0;
        assert!(matches!(
            outcome(Sent::NotReached { later: None }),
            Outcome::NotReached { .. }
        ));
        assert!(matches!(
            outcome(Sent::Refused(Refusal::NoCredit)),
            Outcome::NotReached { .. }
        ));
        assert_eq!(outcome(Sent::Unknown), Outcome::Unknown);
        assert_eq!(outcome(Sent::RecipientRefused), Outcome::Refused);
    }

    #[test]
    fn whoever_reached_nobody_waits_longer_each_time() {
        for tries in 0..DOUBLINGS {
            let (outcome, reason) = settle(Sent::NotReached { later: None }, tries, 0);
            let least = 500 * i64::from(2_u32.pow(tries));
            let Outcome::NotReached { not_before } = outcome else {
                panic!("{outcome:?}")
            };
            assert!(
                (least..=2 * least).contains(&not_before),
                "{tries}: {not_before}"
            );
            assert_eq!(reason, None);
        }
    }
}
