//! Names of campaigns.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::ProblemKind;

/// Most characters of a campaign's name; 360nrs states no limit, a line of its statistics has one.
pub const MAX_NAME: usize = 100;

/// A campaign's name, which groups sends in 360nrs's statistics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignName(String);

impl CampaignName {
    /// Reads a name; nothing typed means the default.
    ///
    /// # Errors
    /// [`ProblemKind::TooLong`] above [`MAX_NAME`], [`ProblemKind::BadCharacter`] for control characters.
    pub fn parse(typed: &str, default: &str) -> Result<Self, ProblemKind> {
        let typed = typed.trim();
        let name = if typed.is_empty() { default } else { typed };
        if let Some(character) = name.chars().find(|character| character.is_control()) {
            return Err(ProblemKind::BadCharacter { character });
        }
        if name.chars().count() > MAX_NAME {
            return Err(ProblemKind::TooLong { max: MAX_NAME });
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A channel of 360nrs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Text messages.
    Sms,
    /// Calls that speak, interactive or not.
    Voice,
}

/// The name that a campaign without one gets: `HUBSPOT_SMS_2026_11`.
///
/// The format is the connector guide's `HUBSPOT_CHANNEL_YEAR_MONTH`, so that
/// campaigns of one month are grouped in 360nrs's statistics.
///
/// ```
/// use septet_core::campaign::{Channel, default_campaign_name};
/// assert_eq!(default_campaign_name(Channel::Sms, 2026, 11), "HUBSPOT_SMS_2026_11");
/// ```
#[must_use]
pub fn default_campaign_name(channel: Channel, year: i16, month: u8) -> String {
    let channel = match channel {
        Channel::Sms => "SMS",
        Channel::Voice => "VOICE",
    };
    format!("HUBSPOT_{channel}_{year:04}_{month:02}")
}
