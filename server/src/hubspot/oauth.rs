//! Connecting a portal: authorize, exchange, introspect, refresh.

use reqwest::{Method, StatusCode};
use septet_core::wire::User;
use serde::Deserialize;
use serde_json::json;

use super::{CrmError, Hubspot, VERSION};
use crate::clock;
use crate::secrets;
use crate::store::{Account, Refreshing, Tokens};

/// Why a sign-in came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignInError {
    /// The operator has not named this account.
    #[error("the HubSpot account {0} is not among those that may sign in")]
    NotAllowed(u64),
    #[error(transparent)]
    Crm(#[from] CrmError),
}

/// What Septet cannot do without; must match the app's configuration.
const SCOPES: [&str; 6] = [
    "oauth",
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.schemas.contacts.read",
    "crm.schemas.contacts.write",
    "crm.lists.read",
];
/// What it asks for besides: an account whose plan has none of it can connect all the same.
const OPTIONAL_SCOPES: [&str; 5] = [
    "automation",
    "communication_preferences.read_write",
    "crm.objects.companies.read",
    "crm.objects.deals.read",
    "timeline-write",
];

#[derive(Deserialize)]
struct Grant {
    access_token: String,
    refresh_token: String,
    expires_in: i64,
}

#[derive(Deserialize)]
struct Introspection {
    hub_id: u64,
    hub_domain: String,
    user: String,
    user_id: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    ui_domain: String,
}

impl Hubspot {
    /// Where to send a person who wants to sign in.
    pub(crate) fn authorize_url(&self, redirect: &str, state: &str, verifier: &str) -> String {
        let mut url = self.config.authorize_url.clone();
        // HubSpot wants %20 between scopes, not the `+` of form encoding.
        let query = [
            ("client_id", self.config.client_id.as_str()),
            ("redirect_uri", redirect),
            ("scope", &SCOPES.join(" ")),
            ("optional_scope", &OPTIONAL_SCOPES.join(" ")),
            ("state", state),
            ("code_challenge", &secrets::challenge(verifier)),
            ("code_challenge_method", "S256"),
        ]
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .join("&");
        url.set_query(Some(&query));
        url.into()
    }

    /// Swaps the code for tokens, stores the account, and tells who signed in, and whether
    /// the account was not connected before. Of an account that may not, nothing is stored.
    pub(crate) async fn sign_in(
        &self,
        redirect: &str,
        code: &str,
        verifier: &str,
    ) -> Result<(u64, User, bool), SignInError> {
        let grant = self.exchange(redirect, code, verifier).await?;
        let who = self.introspect(&grant).await?;
        let portal = who.hub_id;
        if !self.config.portals.allow(portal) {
            return Err(SignInError::NotAllowed(portal));
        }
        let new = self.connect(&grant, who.hub_domain, portal).await?;
        let user = User {
            id: who.user_id.to_string(),
            email: who.user,
        };
        Ok((portal, user, new))
    }

    async fn exchange(
        &self,
        redirect: &str,
        code: &str,
        verifier: &str,
    ) -> Result<Grant, CrmError> {
        self.form(
            &format!("/oauth/{VERSION}/token"),
            &[
                ("grant_type", "authorization_code"),
                ("client_id", &self.config.client_id),
                ("client_secret", self.config.client_secret.expose()),
                ("redirect_uri", redirect),
                ("code", code),
                ("code_verifier", verifier),
            ],
        )
        .await
    }

    async fn introspect(&self, grant: &Grant) -> Result<Introspection, CrmError> {
        self.form(
            &format!("/oauth/{VERSION}/token/introspect"),
            &[
                ("client_id", &self.config.client_id),
                ("client_secret", self.config.client_secret.expose()),
                ("token", &grant.access_token),
                ("token_type_hint", "access_token"),
            ],
        )
        .await
    }

    /// Stores the account with its tokens, then what HubSpot says of it; whether it was not
    /// connected before.
    async fn connect(&self, grant: &Grant, name: String, portal: u64) -> Result<bool, CrmError> {
        // What an earlier sign-in has learned holds until HubSpot says otherwise.
        let known = self.store.account(portal).await?;
        let new = known.as_ref().is_none_or(|known| known.disconnected);
        let mut account = Account {
            portal,
            name,
            disconnected: false,
            ui_domain: known.map(|known| known.ui_domain).unwrap_or_default(),
            tokens: self.seal(portal, grant)?,
        };
        self.store.save_account(&account).await?;
        let details: Details = self
            .get(portal, &format!("/account-info/{VERSION}/details"), &[])
            .await?;
        account.ui_domain = details.ui_domain;
        self.store.save_account(&account).await?;
        Ok(new)
    }

    /// Uninstalls the app from an account, as people do at HubSpot. That it is gone
    /// already is as good.
    pub(crate) async fn uninstall(&self, portal: u64) -> Result<(), CrmError> {
        let path = format!("/appinstalls/{VERSION}/external-install");
        match self.change(portal, Method::DELETE, &path, &json!({})).await {
            Ok(status) if status.is_success() || status == StatusCode::NOT_FOUND => {}
            Ok(status) => return Err(CrmError::Unreachable(format!("status {status}"))),
            Err(CrmError::Disconnected) => {}
            Err(error) => return Err(error),
        }
        self.store.disconnect(portal, clock::now()).await?;
        Ok(())
    }

    /// Whether HubSpot still has the app installed in an account; where it has not, that
    /// is noted.
    pub(crate) async fn is_installed(&self, portal: u64) -> Result<bool, CrmError> {
        let path = format!("/account-info/{VERSION}/details");
        match self.get::<Details>(portal, &path, &[]).await {
            Ok(_) => Ok(true),
            Err(CrmError::Disconnected) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A new access token for an account.
    pub(super) async fn refresh(
        &self,
        account: &Account,
        refreshing: Refreshing,
    ) -> Result<String, CrmError> {
        let portal = account.portal;
        let refresh = self.keys.open(portal, "refresh", &account.tokens.refresh)?;
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", &self.config.client_id),
            ("client_secret", self.config.client_secret.expose()),
            ("refresh_token", &refresh),
        ];
        let path = format!("/oauth/{VERSION}/token");
        let grant: Grant = match self.form(&path, &form).await {
            Err(CrmError::Disconnected) => {
                // Whoever waits for the account's row must not hold it.
                drop(refreshing);
                if self.store.disconnect(portal, clock::now()).await? {
                    tracing::warn!(
                        portal,
                        "HubSpot has let go of an account: its campaigns pause"
                    );
                }
                return Err(CrmError::Disconnected);
            }
            answer => answer?,
        };
        refreshing.save(portal, &self.seal(portal, &grant)?).await?;
        Ok(grant.access_token)
    }

    fn seal(&self, portal: u64, grant: &Grant) -> Result<Tokens, CrmError> {
        Ok(Tokens {
            access: self.keys.seal(portal, "access", &grant.access_token)?,
            refresh: self.keys.seal(portal, "refresh", &grant.refresh_token)?,
            expires_at: clock::now() + grant.expires_in * 1000,
        })
    }
}

/// Percent-encodes a query value (RFC 3986, 2.3).
fn encode(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BOOKSHOP, World};

    #[tokio::test]
    async fn a_sign_in_that_fails_halfway_keeps_what_an_earlier_one_has_learned() {
        let world = World::start().await;
        world.signed_in().await;
        let before = world.app.store.account(BOOKSHOP).await.unwrap().unwrap();
        let useless = Grant {
            access_token: "unknown".into(),
            refresh_token: "unknown".into(),
            expires_in: 1800,
        };
        let connected = world
            .app
            .hubspot
            .connect(&useless, before.name.clone(), BOOKSHOP);
        assert!(connected.await.is_err());
        let after = world.app.store.account(BOOKSHOP).await.unwrap().unwrap();
        assert_ne!(before.ui_domain, "");
        assert_eq!(after.ui_domain, before.ui_domain);
    }
}
