//! Opting out, on our own page, by an answer or through 360nrs: all do the same. And taking
//! it back.

use septet_core::opt_out::{OptOutScope, OptOutSource};
use septet_core::wire::Choices;

use crate::app::App;
use crate::secrets::SecretError;
use crate::store::{NewOptOut, StoreError, Unsubscriber};
use crate::{clock, hubspot};

/// What numbers of opt-outs are sealed for.
pub(crate) const SEALED: &str = "opt-out";

/// Why an opt-out could not be written down.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OptOutError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// Of what somebody opts out, and how that came about.
#[derive(Debug, Clone)]
pub(crate) struct How {
    pub(crate) scope: OptOutScope,
    pub(crate) source: OptOutSource,
    /// For people to read.
    pub(crate) reason: String,
}

/// From the moment this returns, no message begins to leave for this person.
pub(crate) async fn confirm(
    app: &App,
    mut person: Unsubscriber,
    how: How,
) -> Result<(), OptOutError> {
    forget_row(&mut person);
    let phone = person.phone.as_deref();
    let sealed = phone.map(|phone| app.keys.seal(person.portal, SEALED, phone));
    let opt_out = NewOptOut {
        number_hash: number_hash(app, &person),
        contact_id: person.contact_id.clone(),
        scope: how.scope,
        source: how.source,
        reason: how.reason,
        by: String::new(),
        phone: sealed.transpose()?,
    };
    app.store.suppress(&person, &opt_out, clock::now()).await?;
    announce(app, &person).await?;
    if !person.done {
        mark(app, person.portal, &person.contact_id, true);
    }
    Ok(())
}

/// Takes back what somebody has said on the page; whether they get messages again.
pub(crate) async fn take_back(app: &App, person: &Unsubscriber) -> Result<bool, OptOutError> {
    let mut person = person.clone();
    forget_row(&mut person);
    let free = app
        .store
        .take_back(&person, &number_hash(app, &person))
        .await?;
    announce(app, &person).await?;
    if free {
        mark(app, person.portal, &person.contact_id, false);
    }
    Ok(free)
}

/// Writes into HubSpot whether a contact has opted out, for people to see; our own record is
/// what is enforced, and the timeline writes it again (`timeline/`).
pub(crate) fn mark(app: &App, portal: u64, contact: &str, opted_out: bool) {
    if contact.is_empty() {
        return;
    }
    let (hubspot, store) = (app.hubspot.clone(), app.store.clone());
    let contact = contact.to_owned();
    tokio::spawn(async move {
        let marked = hubspot.mark_opted_out(portal, &contact, opted_out).await;
        if let Err(error) = marked {
            tracing::warn!(%error, "an opt-out could not be written to HubSpot");
        }
        let Ok(Choices {
            subscription: Some(subscription),
            ..
        }) = store.choices(portal).await
        else {
            return;
        };
        let written = hubspot.write_preference(portal, &contact, subscription, !opted_out);
        match written.await {
            Ok(true) => {}
            Ok(false) => tracing::warn!(portal, "HubSpot does not take a communication preference"),
            Err(error) => {
                tracing::warn!(%error, "a communication preference could not be written");
            }
        }
    });
}

/// The same row of another file is somebody else: only the number counts.
fn forget_row(person: &mut Unsubscriber) {
    if !hubspot::is_contact(&person.contact_id) {
        person.contact_id.clear();
    }
}

/// Of an erased number there is no hash; the contact is opted out all the same.
fn number_hash(app: &App, person: &Unsubscriber) -> Vec<u8> {
    let phone = person.phone.as_deref();
    let hash = phone.map(|phone| app.keys.number_hash(person.portal, phone));
    hash.unwrap_or_default()
}

async fn announce(app: &App, person: &Unsubscriber) -> Result<(), StoreError> {
    if let Some((campaign, _)) = app.store.recipient(person.recipient).await? {
        app.events.recipient(&campaign, person.recipient);
    }
    Ok(())
}
