//! Calls to HubSpot with a portal's token, refreshed when it runs out.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, redirect};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::room::Room;
use crate::clock;
use crate::config::HubspotConfig;
use crate::secrets::{self, Keyring, SecretError};
use crate::store::{Account, Store, StoreError};

/// A token is renewed this long before HubSpot would refuse it.
const MARGIN: i64 = 60_000;
/// How often a read is tried.
const TRIES: u32 = 4;

/// Why HubSpot could not be asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CrmError {
    /// Nothing, or nothing understandable, came back.
    #[error("HubSpot did not answer: {0}")]
    Unreachable(String),
    /// The app has been uninstalled or its access revoked.
    #[error("HubSpot no longer lets this account's app in")]
    Disconnected,
    /// HubSpot has no such thing.
    #[error("HubSpot knows no such record")]
    NotFound,
    /// Asking again would come to the same: a permission is missing, or HubSpot does not
    /// take what it was asked.
    #[error("HubSpot refused: {0}")]
    Refused(StatusCode),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl From<reqwest::Error> for CrmError {
    fn from(error: reqwest::Error) -> Self {
        // Addresses may hold search words, which may be names or numbers.
        Self::Unreachable(error.without_url().to_string())
    }
}

/// What became of something that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrote {
    Taken,
    /// It is to be written again.
    Later,
    /// Not all of it can be written, and nothing is.
    Refused,
    /// Nobody knows.
    Unknown,
}

/// HubSpot, for all portals.
#[derive(Debug, Clone)]
pub(crate) struct Hubspot {
    pub(super) client: Client,
    pub(super) config: HubspotConfig,
    pub(super) store: Store,
    pub(super) keys: Keyring,
    /// One refresh at a time for each portal, however many tasks need the token; between
    /// servers the database sees to that.
    refreshing: Arc<Mutex<HashMap<u64, Arc<Mutex<()>>>>>,
    room: Room,
}

impl Hubspot {
    pub(crate) fn new(
        config: HubspotConfig,
        store: Store,
        keys: Keyring,
    ) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(20))
            .redirect(redirect::Policy::none())
            .build()?;
        Ok(Self {
            client,
            config,
            store,
            keys,
            refreshing: Arc::default(),
            room: Room::default(),
        })
    }

    /// Waits while HubSpot takes few more calls for an account, so that whoever reads much
    /// does not take the last of them.
    pub(crate) async fn wait_for_room(&self, portal: u64) {
        let wait = self.room.wait(portal, Instant::now());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        portal: u64,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, CrmError> {
        self.read(portal, |client, url| client.get(url).query(query), path)
            .await
    }

    /// A POST that only asks.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        portal: u64,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, CrmError> {
        self.read(portal, |client, url| client.post(url).json(body), path)
            .await
    }

    /// A call that changes something, executed once at most; the status of the answer.
    pub(super) async fn change(
        &self,
        portal: u64,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<StatusCode, CrmError> {
        let mut refused = None;
        loop {
            let token = self.token(portal, refused.as_deref()).await?;
            let request = self.client.request(method.clone(), self.url(path));
            let response = request.json(body).bearer_auth(&token).send().await?;
            match response.status() {
                // Whoever was not let in has changed nothing.
                StatusCode::UNAUTHORIZED if refused.is_none() => refused = Some(token),
                StatusCode::UNAUTHORIZED => return Err(CrmError::Disconnected),
                status => return Ok(status),
            }
        }
    }

    /// A call that writes many things and cannot safely be repeated.
    pub(super) async fn write(
        &self,
        portal: u64,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Wrote, CrmError> {
        let (wrote, _) = self.write_telling(portal, path, body).await?;
        Ok(wrote)
    }

    /// The same, with the answer.
    pub(super) async fn write_telling(
        &self,
        portal: u64,
        path: &str,
        body: &impl Serialize,
    ) -> Result<(Wrote, Option<Response>), CrmError> {
        let mut refused = None;
        loop {
            let token = self.token(portal, refused.as_deref()).await?;
            let request = self.client.post(self.url(path)).json(body);
            let response = match request.bearer_auth(&token).send().await {
                Ok(response) => response,
                Err(error) if error.is_connect() => return Ok((Wrote::Later, None)),
                Err(_) => return Ok((Wrote::Unknown, None)),
            };
            self.room.note(portal, response.headers(), Instant::now());
            let status = response.status();
            let wrote = match status {
                StatusCode::UNAUTHORIZED if refused.is_none() => {
                    refused = Some(token);
                    continue;
                }
                // A permission may be given, a lock be lifted, an overload pass; 477 is an
                // account on its way to another data centre.
                StatusCode::UNAUTHORIZED
                | StatusCode::FORBIDDEN
                | StatusCode::TOO_MANY_REQUESTS
                | StatusCode::LOCKED => Wrote::Later,
                status if status.as_u16() == 477 || status.is_server_error() => Wrote::Later,
                status if status.is_success() => Wrote::Taken,
                _ => Wrote::Refused,
            };
            return Ok((wrote, Some(response)));
        }
    }

    async fn read<T: DeserializeOwned>(
        &self,
        portal: u64,
        request: impl Fn(&Client, String) -> RequestBuilder,
        path: &str,
    ) -> Result<T, CrmError> {
        let mut refused = None;
        for attempt in 1.. {
            let token = self.token(portal, refused.as_deref()).await?;
            let request = request(&self.client, self.url(path)).bearer_auth(&token);
            let answer = request.send().await;
            if let Ok(response) = &answer {
                self.room.note(portal, response.headers(), Instant::now());
            }
            let again = match answer {
                Ok(response) => match response.status() {
                    StatusCode::UNAUTHORIZED if refused.is_none() => {
                        refused = Some(token);
                        continue;
                    }
                    StatusCode::UNAUTHORIZED => return Err(CrmError::Disconnected),
                    StatusCode::NOT_FOUND => return Err(CrmError::NotFound),
                    status if status.is_success() => return Ok(response.json().await?),
                    status @ (StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN) => {
                        return Err(CrmError::Refused(status));
                    }
                    status => CrmError::Unreachable(format!("status {status}")),
                },
                Err(error) => error.into(),
            };
            if attempt >= TRIES {
                return Err(again);
            }
            let pause = f64::from(attempt) * (0.2 + 0.3 * secrets::jitter());
            tokio::time::sleep(Duration::from_secs_f64(pause)).await;
        }
        unreachable!("the loop ends by returning")
    }

    /// A token that should still work; `refused` is one that does not.
    async fn token(&self, portal: u64, refused: Option<&str>) -> Result<String, CrmError> {
        let account = self.store.account(portal).await?;
        let account = account.filter(|account| !account.disconnected);
        let account = account.ok_or(CrmError::Disconnected)?;
        if let Some(token) = self.usable(&account, refused)? {
            return Ok(token);
        }
        let turn = self
            .refreshing
            .lock()
            .await
            .entry(portal)
            .or_default()
            .clone();
        let _turn = turn.lock().await;
        let account = self.store.account_to_refresh(portal).await?;
        let (account, refreshing) = account.ok_or(CrmError::Disconnected)?;
        // Whoever had the turn before, here or on another server, may have refreshed it.
        if let Some(token) = self.usable(&account, refused)? {
            return Ok(token);
        }
        self.refresh(&account, refreshing).await
    }

    fn usable(&self, account: &Account, refused: Option<&str>) -> Result<Option<String>, CrmError> {
        let tokens = &account.tokens;
        if tokens.expires_at - MARGIN <= clock::now() {
            return Ok(None);
        }
        let token = self.keys.open(account.portal, "access", &tokens.access)?;
        Ok((Some(token.as_str()) != refused).then_some(token))
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.config.api_url)
    }

    pub(super) async fn form<T: DeserializeOwned>(
        &self,
        path: &str,
        form: &[(&str, &str)],
    ) -> Result<T, CrmError> {
        let response = self.client.post(self.url(path)).form(form).send().await?;
        read_grant(response).await
    }
}

/// What OAuth says no with (RFC 6749, 5.2), and HubSpot's own word for it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: String,
    status: String,
}

/// OAuth's own errors: a refused grant is a disconnected account; that the app itself is
/// refused is the operator's to mend, and all else is trouble on the way.
async fn read_grant<T: DeserializeOwned>(response: Response) -> Result<T, CrmError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response.json().await?);
    }
    if !status.is_client_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(CrmError::Unreachable(format!("status {status}")));
    }
    let refusal: Refusal = response.json().await.unwrap_or_default();
    let gone = ["BAD_REFRESH_TOKEN", "BAD_AUTH_CODE", "BAD_HUB"];
    let app = ["BAD_CLIENT_ID", "BAD_CLIENT_SECRET", "BAD_REDIRECT_URI"];
    if app.contains(&refusal.status.as_str()) || refusal.error == "invalid_client" {
        tracing::error!(
            why = refusal.status,
            "HubSpot refuses the app: see its id, secret and redirect URL"
        );
        return Err(CrmError::Refused(status));
    }
    if gone.contains(&refusal.status.as_str()) || refusal.error == "invalid_grant" {
        return Err(CrmError::Disconnected);
    }
    Err(CrmError::Refused(status))
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinSet;

    use super::*;
    use crate::testing::{BOOKSHOP, Database, World};

    const GRANTS: &str = "POST /hubspot/oauth/2026-09/token";

    async fn grants(world: &World) -> u64 {
        let requests = world.ask_sandbox("/sandbox/requests").await;
        requests[GRANTS].as_u64().unwrap_or_default()
    }

    #[tokio::test]
    async fn many_tasks_with_an_expired_token_refresh_it_once() {
        let world = World::start().await;
        world.signed_in().await;
        let before = grants(&world).await;
        world.tell_sandbox("/sandbox/expire").await;
        let tasks = (0..8).map(|_| {
            let hubspot = world.app.hubspot.clone();
            tokio::spawn(async move { hubspot.properties(BOOKSHOP).await.unwrap().len() })
        });
        for task in tasks.collect::<Vec<_>>() {
            assert!(task.await.unwrap() > 0);
        }
        assert_eq!(grants(&world).await, before + 1);
    }

    #[tokio::test]
    async fn many_servers_with_an_expired_token_refresh_it_once() {
        let store = Database::Postgres.empty().await;
        let world = World::with_store(store.clone()).await;
        world.signed_in().await;
        let second = world.beside(store.again().await).await;
        let before = grants(&world).await;
        world.tell_sandbox("/sandbox/expire").await;
        let mut tasks = JoinSet::new();
        for app in [&world.app, &second.app, &world.app, &second.app] {
            let hubspot = app.hubspot.clone();
            tasks.spawn(async move { hubspot.properties(BOOKSHOP).await.unwrap().len() });
        }
        assert!(tasks.join_all().await.iter().all(|found| *found > 0));
        assert_eq!(grants(&world).await, before + 1);
    }

    #[tokio::test]
    async fn a_change_that_was_not_let_in_is_made_with_a_new_token() {
        let world = World::start().await;
        world.signed_in().await;
        world.tell_sandbox("/sandbox/expire").await;
        let hubspot = &world.app.hubspot;
        hubspot.mark_opted_out(BOOKSHOP, "101", true).await.unwrap();
        let contacts = hubspot.contacts(BOOKSHOP, &["101".to_owned()], &[]).await;
        assert!(contacts.unwrap()[0].opted_out);
    }

    #[tokio::test]
    async fn an_account_that_uninstalled_the_app_is_told_apart_from_trouble() {
        let world = World::start().await;
        world.signed_in().await;
        world.set_faults(serde_json::json!({ "crm": "down" })).await;
        let read = world.app.hubspot.properties(BOOKSHOP).await;
        assert!(matches!(read, Err(CrmError::Unreachable(_))), "{read:?}");
        world.set_faults(serde_json::json!({})).await;
        world.tell_sandbox("/sandbox/disconnect").await;
        let read = world.app.hubspot.properties(BOOKSHOP).await;
        assert!(matches!(read, Err(CrmError::Disconnected)), "{read:?}");
        let changed = world
            .app
            .hubspot
            .mark_opted_out(BOOKSHOP, "101", true)
            .await;
        assert!(matches!(changed, Err(CrmError::Disconnected)));
    }
}
