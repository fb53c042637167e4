//! What an account has set: its credentials at 360nrs, and how Septet works for it.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::ProviderStatus;

/// Answer of `GET /api/settings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The account at 360nrs.
    pub provider: Provider,
    /// What was chosen.
    pub choices: Choices,
}

/// The account at 360nrs whose credit is spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Its user, where this HubSpot account has given one; the operator's is nobody's business.
    pub username: Option<String>,
    /// What 360nrs says of the credentials.
    pub status: ProviderStatus,
}

/// Body of `PUT /api/provider`: credentials of the 360nrs API, which are checked before they
/// are kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// User of the API.
    pub username: String,
    /// Its API password, which is not the one that people sign in with.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Credentials")
    }
}

/// Body of `PUT /api/settings`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// 360nrs has configured a voice route for this account.
    pub voice: bool,
    /// And one for interactive voice.
    pub ivr: bool,
    /// Whether only HubSpot's marketing contacts may be sent to.
    pub marketing_only: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            voice: false,
            ivr: false,
            marketing_only: true,
        }
    }
}
