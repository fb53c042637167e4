//! One message: rendered, attempted, settled.

use std::sync::Arc;
use std::time::Instant;

use septet_core::campaign::SmsCampaign;
use septet_core::delivery::NotSentReason;
use septet_core::provider;
use septet_core::wire::{Millis, PauseReason};

use super::breaker::Breaker;
use super::links::Codes;
use super::ready::Ready;
use super::{LONGEST, Road, Unwritten, hours};
use crate::clock;
use crate::failpoint::failpoint;
use crate::nrs::{ProviderError, Refusal, Send, Sent};
use crate::secrets::{self, SecretError};
use crate::store::{Begin, Claimed, Entry, Event, Link, Outcome, StoreError, Written};

/// First pause of a message that reached nobody, in milliseconds; it doubles each time.
const FIRST_PAUSE: f64 = 500.0;
/// So often.
const DOUBLINGS: u32 = 8;

/// A message that could not be handled is looked at again after so many milliseconds.
const SECOND_LOOK: Millis = 5_000;

/// Why a message could not be handled; nothing is known of the provider then.
#[derive(Debug, thiserror::Error)]
enum SendError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Unwritten(#[from] Unwritten),
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// Sends one claimed message, or settles why not.
pub(super) async fn one(road: &Road, message: &Claimed) {
    if let Err(error) = attempt(road, message).await {
        tracing::error!(%error, message = message.id, "a message could not be handled");
        let back = Event::SetBack(road.time.now() + SECOND_LOOK);
        if road
            .app
            .writer
            .write(Entry::of(message, back))
            .await
            .is_err()
        {
            tracing::error!(
                message = message.id,
                "it stays where it is while this process lives"
            );
        }
    }
}

async fn attempt(road: &Road, message: &Claimed) -> Result<(), SendError> {
    failpoint!("after_claim");
    let app = &road.app;
    let write = async |event| app.writer.write(Entry::of(message, event)).await;
    let Some(nrs) = app.providers.of(message.portal).await? else {
        pause(road, message, PauseReason::CredentialsRefused).await;
        write(Event::SetBack(road.time.now())).await?;
        return Ok(());
    };
    let prepared = match prepare(road, message, road.time.now())? {
        Ok(prepared) => prepared,
        Err(event) => {
            write(event).await?;
            return Ok(());
        }
    };
    let begin = Begin {
        portal: message.portal,
        number_hash: app
            .keys
            .number_hash(message.portal, &message.phone)
            .to_vec(),
        parts: prepared.parts,
        links: prepared.links,
        days_apart: prepared.campaign.schedule.days_apart,
        daily_parts: app.config.daily_parts,
        ignores_opt_outs: prepared.campaign.ignores_opt_outs,
    };
    failpoint!("before_attempt_commit");
    let attempt = match write(Event::Begin(begin)).await? {
        Written::Begun { attempt } => attempt,
        Written::OverLimit => {
            pause(road, message, PauseReason::DailyLimit).await;
            return Ok(());
        }
        Written::Changed | Written::Nothing => return Ok(()),
    };
    failpoint!("after_attempt_commit");
    let notification_url = format!(
        "{}/hooks/360nrs/{}/{}/{}?state=%d&time=%t",
        app.config.public_url,
        message.portal,
        app.keys.report_secret(message.portal),
        message.id
    );
    app.metrics.begun();
    let began = Instant::now();
    let send = Send {
        to: [&message.phone],
        from: prepared.campaign.sender.as_str(),
        message: &prepared.text,
        encoding: prepared.encoding,
        parts: prepared.parts,
        campaign_name: &message.campaign.name,
        expiration_date: prepared.campaign.schedule.expires,
        notification_url,
    };
    let sent = nrs.send(&send).await;
    app.metrics.called(&sent, began.elapsed());
    failpoint!("after_call_before_outcome");
    let now = road.time.now();
    let trouble = trouble(&road.breaker, &sent, clock::steady());
    app.metrics.breaker(road.breaker.rounds());
    let (outcome, refused) = settle(sent, message.tries, now);
    // Paused first: once the attempt has ended, the message could be claimed again.
    if let Some(reason) = trouble.or(refused) {
        pause(road, message, reason).await;
    }
    failpoint!("before_outcome_commit");
    write(Event::End { attempt, outcome }).await?;
    failpoint!("after_outcome_commit");
    Ok(())
}

/// What the call came to must be written down even when the campaign cannot be paused.
async fn pause(road: &Road, message: &Claimed, reason: PauseReason) {
    let campaign = &message.campaign.id;
    match road.app.store.pause(message.portal, campaign, reason).await {
        Ok(true) => {
            tracing::warn!(?reason, campaign, "campaign paused");
            road.app.events.campaign(campaign);
        }
        Ok(false) => {}
        Err(error) => tracing::error!(%error, campaign, "a campaign could not be paused"),
    }
}

/// A message ready to be handed over.
struct Prepared {
    campaign: Arc<SmsCampaign>,
    text: String,
    encoding: &'static str,
    parts: u8,
    links: Vec<Link>,
}

/// Renders the message exactly as the composer's preview did, with real codes in its
/// links; or what else is to be done with it.
fn prepare(
    road: &Road,
    message: &Claimed,
    now: Millis,
) -> Result<Result<Prepared, Event>, SendError> {
    let excluded = |reason| Ok(Err(Event::Exclude(reason)));
    let campaign = match &message.text {
        Some(text) => Ready::own(&message.campaign, text, &message.contact_id),
        None => road.ready.campaign(&message.campaign),
    };
    let Ok(campaign) = campaign else {
        return excluded(NotSentReason::NotEncodable);
    };
    if campaign.schedule.expires.is_some_and(|end| end <= now) {
        return excluded(NotSentReason::Expired);
    }
    let opens_at = |hours| hours::opens_at(&message.phone, hours, now);
    if let Some(later) = campaign.schedule.hours.and_then(opens_at) {
        return Ok(Err(Event::Defer(later)));
    }
    let mut codes = Codes::new(message.campaign.links.clone());
    let ready = match campaign.message(&message.values, &mut codes) {
        Ok(ready) => ready,
        Err(reason) => return excluded(reason),
    };
    Ok(Ok(Prepared {
        links: codes.into_links()?,
        encoding: provider::wire_encoding(ready.encoding),
        text: ready.text,
        parts: ready.parts,
        campaign,
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
        Sent::Accepted { id, sending } => (
            Outcome::Accepted {
                provider_id: id,
                sending_id: sending,
            },
            None,
        ),
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
            #[expect(clippy::cast_precision_loss, reason = "some minutes")]
            let longest = LONGEST as f64;
            (
                again((pause * (1.0 + secrets::jitter())).min(longest)),
                None,
            )
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
