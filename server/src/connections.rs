//! Notices accounts from which the app was uninstalled at HubSpot, which tells nobody.
//!
//! Whoever sends or writes there notices by itself; this is for accounts where nothing
//! happens. Each is asked for four times an hour.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;
use crate::store::StoreError;

/// Between two looks.
const BETWEEN: Duration = Duration::from_secs(15 * 60);

/// Looks again and again, until it is dropped.
pub(crate) async fn run(app: App) {
    let mut looks = interval(BETWEEN);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        if let Err(error) = look(&app).await {
            tracing::error!(%error, "connections could not be looked at");
        }
    }
}

async fn look(app: &App) -> Result<(), StoreError> {
    for portal in app.store.connected().await? {
        match app.hubspot.is_installed(portal).await {
            Ok(true) => {}
            Ok(false) => {
                for campaign in app.store.paused_by_disconnection(portal).await? {
                    app.events.campaign(&campaign);
                }
            }
            // Trouble on the way says nothing about the account.
            Err(error) => tracing::warn!(%error, portal, "HubSpot could not be asked"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{BOOKSHOP, World, draft};

    #[tokio::test]
    async fn an_account_without_the_app_pauses_and_goes_on_when_it_is_connected_again() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        // It waits for a time, so that it is under way when the account is gone.
        let mut later = draft("Olá");
        later.timing.start_at = Some(crate::clock::now() + 3_600_000);
        let id = browser.created("key", &later).await;

        world.set_faults(json!({ "crm": "down" })).await;
        look(&world.app).await.unwrap();
        assert_eq!(world.app.store.connected().await.unwrap(), [BOOKSHOP]);
        world.set_faults(json!({})).await;
        look(&world.app).await.unwrap();
        assert_eq!(world.app.store.connected().await.unwrap(), [BOOKSHOP]);

        world.tell_sandbox("/sandbox/disconnect").await;
        look(&world.app).await.unwrap();
        assert!(world.app.store.connected().await.unwrap().is_empty());
        let (_, campaign) = browser.get(&format!("/api/campaigns/{id}")).await;
        let paused = json!({ "state": "paused", "reason": "disconnected" });
        assert_eq!(campaign["state"], paused);

        let mut again = world.browser();
        let back = again.authorize(BOOKSHOP).await;
        assert_eq!(again.come_back(&back).await, "/connected");
        let sending = |campaign: &Value| campaign["state"]["state"] == "sending";
        world.campaign_when(&again, &id, sending).await;
    }
}
