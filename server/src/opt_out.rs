//! Opting out, on our own page or through 360nrs: both do the same.

use crate::app::App;
use crate::store::{StoreError, Unsubscriber};
use crate::{clock, hubspot};

/// From the moment this returns, no message begins to leave for this person.
pub(crate) async fn confirm(app: &App, mut person: Unsubscriber) -> Result<(), StoreError> {
    let is_contact = hubspot::is_contact(&person.contact_id);
    if !is_contact {
        // The same row of another file is somebody else: only the number counts.
        person.contact_id.clear();
    }
    // Of an erased number there is no hash; the contact is opted out all the same.
    let phone = person.phone.as_deref();
    let number_hash = phone.map(|phone| app.keys.number_hash(person.portal, phone).to_vec());
    let number_hash = number_hash.unwrap_or_default();
    app.store
        .suppress(&person, &number_hash, clock::now())
        .await?;
    if let Some((campaign, _)) = app.store.recipient(person.recipient).await? {
        app.events.recipient(&campaign, person.recipient);
    }
    if !person.done && is_contact {
        let hubspot = app.hubspot.clone();
        tokio::spawn(async move {
            // Our own record is what is enforced; HubSpot's is for people to see.
            if let Err(error) = hubspot
                .mark_opted_out(person.portal, &person.contact_id)
                .await
            {
                tracing::warn!(%error, "an opt-out could not be written to HubSpot");
            }
        });
    }
    Ok(())
}
