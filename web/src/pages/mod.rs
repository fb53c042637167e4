//! One file or folder per page, the composer apart.

mod campaign;
mod campaigns;
mod closed;
mod connected;
mod expired;
mod not_found;
mod opening;
mod opt_outs;
mod settings;
mod sign_in;
pub(crate) mod wanted;

pub(crate) use campaign::CampaignPage;
pub(crate) use campaigns::Campaigns;
pub(crate) use closed::Closed;
pub(crate) use connected::Connected;
pub(crate) use expired::Expired;
pub(crate) use not_found::NotFound;
pub(crate) use opening::{OpeningPage, StartFailed};
pub(crate) use opt_outs::OptOuts;
pub(crate) use settings::SettingsPage;
pub(crate) use sign_in::SignIn;
