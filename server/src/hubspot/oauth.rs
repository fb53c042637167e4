//! Connecting a portal: authorize, exchange, introspect, refresh.

use septet_core::wire::User;
use serde::Deserialize;

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

/// What Septet asks for; must match the app's configuration.
const SCOPES: [&str; 6] = [
    "oauth",
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.schemas.contacts.read",
    "crm.schemas.contacts.write",
    "crm.lists.read",
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
            ("state", state),
            ("code_challenge", &secrets::challenge(verifier)),
            ("code_challenge_method", "S256"),
        ]
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .join("&");
        url.set_query(Some(&query));
        url.into()
    }

    /// Swaps the code for tokens, stores the account, and tells who signed in.
    /// Of an account that may not, nothing is stored.
    pub(crate) async fn sign_in(
        &self,
        redirect: &str,
        code: &str,
        verifier: &str,
    ) -> Result<(u64, User), SignInError> {
        let grant = self.exchange(redirect, code, verifier).await?;
        let who = self.introspect(&grant).await?;
        let portal = who.hub_id;
        if !self.config.portals.allow(portal) {
            return Err(SignInError::NotAllowed(portal));
        }
        self.connect(&grant, who.hub_domain, portal).await?;
        let user = User {
            id: who.user_id.to_string(),
            email: who.user,
        };
        Ok((portal, user))
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

    /// Stores the account with its tokens, then what HubSpot says of it.
    async fn connect(&self, grant: &Grant, name: String, portal: u64) -> Result<(), CrmError> {
        // What an earlier sign-in has learned holds until HubSpot says otherwise.
        let known = self.store.account(portal).await?;
        let mut account = Account {
            portal,
            name,
            ui_domain: known.map(|known| known.ui_domain).unwrap_or_default(),
            tokens: self.seal(portal, grant)?,
        };
        self.store.save_account(&account).await?;
        let details: Details = self
            .get(portal, &format!("/account-info/{VERSION}/details"), &[])
            .await?;
        account.ui_domain = details.ui_domain;
        Ok(self.store.save_account(&account).await?)
    }

    /// A new access token for an account.
    pub(super) async fn refresh(
        &self,
        account: &Account,
        refreshing: Refreshing,
    ) -> Result<String, CrmError> {
        let portal = account.portal;
        let refresh = self.keys.open(portal, "refresh", &account.tokens.refresh)?;
        let grant: Grant = self
            .form(
                &format!("/oauth/{VERSION}/token"),
                &[
                    ("grant_type", "refresh_token"),
                    ("client_id", &self.config.client_id),
                    ("client_secret", self.config.client_secret.expose()),
                    ("refresh_token", &refresh),
                ],
            )
            .await?;
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
