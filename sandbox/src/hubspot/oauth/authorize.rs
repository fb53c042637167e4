//! What the authorize page accepts, and where it sends people afterwards.

use serde::Deserialize;
use url::Url;

use super::grants::{Grant, Grants};
use crate::HUBSPOT_CLIENT_ID;
use crate::guard::is_loopback_host;
use crate::hubspot::account::Profile;

/// The permissions that the sandbox knows.
pub(crate) const SCOPES: [&str; 12] = [
    "oauth",
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.schemas.contacts.read",
    "crm.schemas.contacts.write",
    "crm.lists.read",
    "crm.objects.companies.read",
    "crm.objects.deals.read",
    "timeline-write",
    "crm.objects.owners.read",
    "automation",
    "communication_preferences.read_write",
];

/// The query of the authorize page, carried through its form unchanged.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AuthorizeRequest {
    /// The app.
    pub(crate) client_id: String,
    /// Where to go back to.
    pub(crate) redirect_uri: String,
    /// Permissions asked for, separated by spaces.
    pub(crate) scope: String,
    /// Those that it can do without.
    pub(crate) optional_scope: String,
    /// Handed back unchanged.
    pub(crate) state: Option<String>,
    /// PKCE challenge.
    pub(crate) code_challenge: Option<String>,
    /// Must be `S256` where there is a challenge.
    pub(crate) code_challenge_method: Option<String>,
}

/// Why the page refuses to go on; these are never sent back by redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AuthorizeRefusal {
    /// No app of this id.
    UnknownApp,
    /// Not an http address of this computer.
    BadRedirect,
    /// No permission of this name, or none asked for.
    BadScope(String),
    /// PKCE with another method than S256.
    BadChallenge,
}

impl AuthorizeRequest {
    /// The address to go back to, if everything is in order.
    pub(crate) fn check(&self) -> Result<Url, AuthorizeRefusal> {
        if self.client_id != HUBSPOT_CLIENT_ID {
            return Err(AuthorizeRefusal::UnknownApp);
        }
        let redirect = Url::parse(&self.redirect_uri)
            .ok()
            .filter(|url| {
                url.scheme() == "http" && is_loopback_host(url) && url.fragment().is_none()
            })
            .ok_or(AuthorizeRefusal::BadRedirect)?;
        if self.scope.trim().is_empty() {
            return Err(AuthorizeRefusal::BadScope(String::new()));
        }
        if let Some(unknown) = self
            .scopes()
            .iter()
            .find(|scope| !SCOPES.contains(&scope.as_str()))
        {
            return Err(AuthorizeRefusal::BadScope(unknown.clone()));
        }
        match (&self.code_challenge, self.code_challenge_method.as_deref()) {
            (None, None) | (Some(_), Some("S256")) => Ok(redirect),
            _ => Err(AuthorizeRefusal::BadChallenge),
        }
    }

    /// The permissions asked for.
    pub(crate) fn scopes(&self) -> Vec<String> {
        let required = self.scope.split_whitespace();
        let scopes = required.chain(self.optional_scope.split_whitespace());
        scopes.map(str::to_owned).collect()
    }
}

/// Where the person goes: back with a code when they accepted for an account, with an error when not.
pub(crate) fn decide(
    request: &AuthorizeRequest,
    mut redirect: Url,
    accepted: Option<&Profile>,
    grants: &mut Grants,
) -> Result<Url, getrandom::Error> {
    if let Some(profile) = accepted {
        let grant = Grant {
            portal: profile.id,
            user_id: profile.user_id,
            user_email: profile.user_email.clone(),
            domain: profile.domain.clone(),
            scopes: request.scopes(),
        };
        let code = grants.new_code(
            grant,
            request.redirect_uri.clone(),
            request.code_challenge.clone(),
        )?;
        redirect.query_pairs_mut().append_pair("code", &code);
    } else {
        redirect
            .query_pairs_mut()
            .append_pair("error", "access_denied")
            .append_pair("error_description", "The user refused the permissions");
    }
    if let Some(state) = &request.state {
        redirect.query_pairs_mut().append_pair("state", state);
    }
    Ok(redirect)
}
