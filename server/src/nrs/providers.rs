//! Whose account at 360nrs pays for what: a HubSpot account's own, or the operator's for
//! those that have given none.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use septet_core::wire::{Credentials, Provider, ProviderStatus};

use super::{AccountState, Nrs};
use crate::config::NrsConfig;
use crate::secrets::{Keyring, SecretError};
use crate::store::{OwnProvider, Store, StoreError};

/// What a password is sealed for.
const PURPOSE: &str = "360nrs";
/// Another server may have been given other credentials; after so long they are looked up
/// again.
const FRESH: Duration = Duration::from_secs(10);

/// Why nobody knows whose account it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// The accounts at 360nrs of all portals.
#[derive(Debug, Clone)]
pub(crate) struct Providers {
    /// Without credentials where the operator has given none.
    operators: Option<Nrs>,
    any: Nrs,
    store: Store,
    keys: Keyring,
    known: Arc<Mutex<HashMap<u64, Known>>>,
}

/// What was last looked up for a portal.
#[derive(Debug, Clone)]
struct Known {
    at: Instant,
    username: Option<String>,
    nrs: Option<Nrs>,
}

impl Providers {
    pub(crate) fn new(
        config: NrsConfig,
        store: Store,
        keys: Keyring,
    ) -> Result<Self, reqwest::Error> {
        let any = Nrs::new(config.url)?;
        let operators = config
            .credentials
            .map(|credentials| any.with(credentials.username, credentials.password));
        Ok(Self {
            operators,
            any,
            store,
            keys,
            known: Arc::default(),
        })
    }

    /// The account that pays for a portal; `None` when there is none.
    pub(crate) async fn of(&self, portal: u64) -> Result<Option<Nrs>, ProviderError> {
        Ok(self.look_up(portal).await?.nrs)
    }

    /// What 360nrs says of the account that pays for a portal.
    pub(crate) async fn status(&self, portal: u64) -> Result<ProviderStatus, ProviderError> {
        Ok(self.describe(portal).await?.status)
    }

    /// The same, and whose it is.
    pub(crate) async fn describe(&self, portal: u64) -> Result<Provider, ProviderError> {
        let known = self.look_up(portal).await?;
        let status = match known.nrs {
            Some(nrs) => status(nrs.account().await),
            None => ProviderStatus::Missing,
        };
        Ok(Provider {
            username: known.username,
            status,
        })
    }

    /// Keeps a portal's own credentials if 360nrs takes them; what it says of them.
    pub(crate) async fn give(
        &self,
        portal: u64,
        credentials: Credentials,
    ) -> Result<AccountState, ProviderError> {
        let Credentials { username, password } = credentials;
        let nrs = self.any.with(username.clone(), password.as_str().into());
        let state = nrs.account().await;
        if matches!(state, AccountState::Ready { .. }) {
            let own = OwnProvider {
                username,
                password: self.keys.seal(portal, PURPOSE, &password)?,
            };
            self.store.save_own_provider(portal, Some(&own)).await?;
            self.forget(portal);
        }
        Ok(state)
    }

    /// Forgets a portal's own credentials.
    pub(crate) async fn take_away(&self, portal: u64) -> Result<(), ProviderError> {
        self.store.save_own_provider(portal, None).await?;
        self.forget(portal);
        Ok(())
    }

    async fn look_up(&self, portal: u64) -> Result<Known, ProviderError> {
        let known = self.lock().get(&portal).cloned();
        if let Some(known) = known.filter(|known| known.at.elapsed() < FRESH) {
            return Ok(known);
        }
        let own = self.store.own_provider(portal).await?;
        let (username, nrs) = match own {
            Some(own) => {
                let password = self.keys.open(portal, PURPOSE, &own.password)?;
                let nrs = self.any.with(own.username.clone(), password.into());
                (Some(own.username), Some(nrs))
            }
            None => (None, self.operators.clone()),
        };
        let known = Known {
            at: Instant::now(),
            username,
            nrs,
        };
        self.lock().insert(portal, known.clone());
        Ok(known)
    }

    fn forget(&self, portal: u64) {
        self.lock().remove(&portal);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn status(state: AccountState) -> ProviderStatus {
    match state {
        AccountState::Ready { balance } => ProviderStatus::Ready {
            balance: balance.map(|balance| balance.to_string()),
        },
        AccountState::CredentialsRefused => ProviderStatus::CredentialsRefused,
        AccountState::Unreachable => ProviderStatus::Unreachable,
    }
}
