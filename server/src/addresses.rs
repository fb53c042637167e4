//! `septet hooks`: the addresses to register at 360nrs, one for each HubSpot account.
//!
//! They hold secrets; nothing else prints them.

use crate::app::callback_url;
use crate::config::{ConfigError, Secret, ServeArgs};
use crate::database::DatabaseError;
use crate::secrets::{Keyring, SecretError};
use crate::store::StoreError;

/// Why the addresses cannot be told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AddressError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(crate) async fn run(args: ServeArgs) -> Result<(), AddressError> {
    let public_url = args.public_url(args.listen)?;
    let key = args.key.as_ref().map(Secret::expose);
    let keys = Keyring::parse(key.ok_or(ConfigError::Missing("SEPTET_KEY"))?)?;
    let store = args.database.open().await?;
    for portal in store.portals().await? {
        println!("{portal} {}", callback_url(&public_url, &keys, portal));
    }
    Ok(())
}
