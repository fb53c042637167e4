//! What HubSpot tells of contacts: deleted, erased for good, merged.
//!
//! Told several times and in any order, each comes to the same.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use serde_json::Value;

use crate::app::App;
use crate::http::problem::ApiResult;
use crate::store::StoreError;

/// `POST /hubspot/webhooks`
pub(super) async fn receive(
    State(app): State<App>,
    events: Result<Json<Vec<Value>>, JsonRejection>,
) -> ApiResult<StatusCode> {
    let Json(events) = events?;
    for event in &events {
        take(&app, event).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// One event; what nobody knows is ignored.
async fn take(app: &App, event: &Value) -> Result<(), StoreError> {
    let kind = event
        .get("subscriptionType")
        .or_else(|| event.get("eventType"));
    let kind = kind.and_then(Value::as_str).unwrap_or_default();
    let Some(portal) = event.get("portalId").and_then(Value::as_u64) else {
        return Ok(());
    };
    // Other kinds of records have ids of their own.
    let object = event.get("objectTypeId").and_then(Value::as_str);
    if !kind.starts_with("contact.") && object != Some("0-1") {
        return Ok(());
    }
    let contact = event.get("objectId").and_then(id);
    let store = &app.store;
    let now = store.clock().await?;
    let changed = match (kind.rsplit('.').next().unwrap_or_default(), contact) {
        ("privacyDeletion", Some(contact)) => store.erase_contact(portal, &contact, now).await?,
        ("deletion", Some(contact)) => store.contact_is_gone(portal, &contact, now).await?,
        ("merge", contact) => {
            let into = ["newObjectId", "primaryObjectId"];
            let into = into.iter().find_map(|name| event.get(*name).and_then(id));
            let merged = event.get("mergedObjectIds").and_then(Value::as_array);
            let mut merged: Vec<String> = merged.into_iter().flatten().filter_map(id).collect();
            merged.extend(event.get("primaryObjectId").and_then(id));
            if let Some(into) = into.or(contact) {
                store.merge_contacts(portal, &merged, &into).await?;
            }
            Vec::new()
        }
        _ => Vec::new(),
    };
    for campaign in changed {
        app.events.campaign(&campaign);
        store.finish_if_done(&campaign).await?;
    }
    Ok(())
}

/// HubSpot writes ids as numbers, and elsewhere as text.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::Number(id) => id.as_u64().map(|id| id.to_string()),
        Value::String(id) => Some(id.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{BOOKSHOP, World, draft};

    #[tokio::test]
    async fn a_contact_that_is_erased_at_hubspot_is_forgotten_here() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let id = browser.created("key", &draft("Olá")).await;
        let delivered = |campaign: &Value| campaign["counts"]["delivered"] == 2;
        world.campaign_when(&browser, &id, delivered).await;
        let tell = async |signature: &str, kind: &str, portal: u64| {
            let event = json!({ "subscriptionType": kind, "portalId": portal, "objectId": 101 });
            let body = json!({
                "url": format!("{}/hubspot/webhooks", world.url),
                "signature": signature,
                "events": [event, { "subscriptionType": "unheard.of" }],
            });
            world.hubspot("webhooks", &body).await["status"].clone()
        };
        let name = async || {
            let path = format!("/api/campaigns/{id}/recipients");
            browser.get(&path).await.1["recipients"][0]["name"].clone()
        };
        for signature in ["none", "v2"] {
            assert_eq!(
                tell(signature, "contact.privacyDeletion", BOOKSHOP).await,
                401
            );
        }
        assert_eq!(tell("webhook", "contact.deletion", BOOKSHOP).await, 204);
        assert_eq!(tell("webhook", "contact.privacyDeletion", 1).await, 204);
        assert_eq!(name().await, "Inês Gonçalves");
        for signature in ["v1", "webhook"] {
            assert_eq!(
                tell(signature, "contact.privacyDeletion", BOOKSHOP).await,
                204
            );
            assert_eq!(name().await, "");
        }
    }
}
