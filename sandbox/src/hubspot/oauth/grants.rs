//! Codes and tokens given out, and how long they are good.

use std::collections::HashMap;

use crate::shared::now;

/// Life of a code. HubSpot's own figure is not public; a minute is the usual one.
const CODE_LIFE: i64 = 60_000;
/// Life of an access token, in seconds.
pub(crate) const ACCESS_LIFE: i64 = 1800;
/// Random bytes of a code or a refresh token.
const SHORT: usize = 24;
/// Random bytes of an access token: HubSpot's are long, so these are too.
const LONG: usize = 256;

/// What a person agreed to.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    /// The account.
    pub(crate) portal: u64,
    /// The person.
    pub(crate) user_id: u64,
    /// Their address.
    pub(crate) user_email: String,
    /// The account's domain.
    pub(crate) domain: String,
    /// The permissions.
    pub(crate) scopes: Vec<String>,
}

/// A code on its way to the token endpoint.
#[derive(Debug)]
pub(crate) struct Code {
    /// What it stands for.
    pub(crate) grant: Grant,
    /// Where it was sent; must be named again.
    pub(crate) redirect_uri: String,
    /// PKCE S256 challenge, where one was given.
    pub(crate) challenge: Option<String>,
    expires_at: i64,
}

/// What is known about an access token.
#[derive(Debug)]
pub(crate) enum Lookup<'a> {
    /// It is good.
    Good {
        /// What it stands for.
        grant: &'a Grant,
        /// Seconds left.
        seconds: i64,
    },
    /// It was good once.
    Expired,
    /// Nobody gave it out.
    Unknown,
}

/// All codes and tokens.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    codes: HashMap<String, Code>,
    access: HashMap<String, (Grant, i64)>,
    refresh: HashMap<String, Grant>,
}

impl Grants {
    /// A code for `redirect_uri`, good once and for a minute.
    pub(crate) fn new_code(
        &mut self,
        grant: Grant,
        redirect_uri: String,
        challenge: Option<String>,
    ) -> Result<String, getrandom::Error> {
        let code = random(SHORT)?;
        let expires_at = now() + CODE_LIFE;
        let entry = Code {
            grant,
            redirect_uri,
            challenge,
            expires_at,
        };
        self.codes.insert(code.clone(), entry);
        Ok(code)
    }

    /// Takes the code out: whatever comes of it, it is used.
    pub(crate) fn take_code(&mut self, code: &str) -> Option<Code> {
        self.codes
            .remove(code)
            .filter(|entry| entry.expires_at > now())
    }

    /// A fresh access token.
    pub(crate) fn new_access(&mut self, grant: Grant) -> Result<String, getrandom::Error> {
        let token = random(LONG)?;
        let expires_at = now() + ACCESS_LIFE * 1000;
        self.access.insert(token.clone(), (grant, expires_at));
        Ok(token)
    }

    /// A fresh refresh token.
    pub(crate) fn new_refresh(&mut self, grant: Grant) -> Result<String, getrandom::Error> {
        let token = random(SHORT)?;
        self.refresh.insert(token.clone(), grant);
        Ok(token)
    }

    /// What an access token stands for.
    pub(crate) fn access(&self, token: &str) -> Lookup<'_> {
        match self.access.get(token) {
            None => Lookup::Unknown,
            Some((_, expires_at)) if *expires_at <= now() => Lookup::Expired,
            Some((grant, expires_at)) => Lookup::Good {
                grant,
                seconds: (expires_at - now()) / 1000,
            },
        }
    }

    /// What a refresh token stands for, unless it was revoked.
    pub(crate) fn refresh(&self, token: &str) -> Option<&Grant> {
        self.refresh.get(token)
    }

    /// The refresh token is good no longer; access tokens live on until they expire.
    pub(crate) fn revoke(&mut self, token: &str) {
        self.refresh.remove(token);
    }

    /// Everything that was given out for an account is good no longer.
    pub(crate) fn forget(&mut self, portal: u64) {
        self.codes.retain(|_, code| code.grant.portal != portal);
        self.access.retain(|_, (grant, _)| grant.portal != portal);
        self.refresh.retain(|_, grant| grant.portal != portal);
    }

    /// As if an hour had passed: no code and no access token is good, refresh tokens are.
    pub(crate) fn expire_all(&mut self) {
        for code in self.codes.values_mut() {
            code.expires_at = 0;
        }
        for (_, expires_at) in self.access.values_mut() {
            *expires_at = 0;
        }
    }
}

/// Random bytes in hexadecimal.
fn random(bytes: usize) -> Result<String, getrandom::Error> {
    let mut buffer = vec![0; bytes];
    getrandom::fill(&mut buffer)?;
    Ok(buffer.iter().map(|byte| format!("{byte:02x}")).collect())
}
