//! The small set of parts that all pages are made of: native elements, our CSS.

mod button;
mod campaign_state;
mod dialog;
mod empty;
mod error_notice;
mod field;
mod icon;
mod message_state;
mod moment;
mod notice;
mod skeleton;
mod toast;

pub(crate) use button::{Button, IconButton, Look};
pub(crate) use campaign_state::CampaignStateLabel;
pub(crate) use dialog::Dialog;
pub(crate) use empty::EmptyState;
pub(crate) use error_notice::ErrorNotice;
pub(crate) use field::Field;
pub(crate) use icon::{Icon, Shape};
pub(crate) use message_state::MessageStateLabel;
pub(crate) use moment::Moment;
pub(crate) use notice::{Notice, Tone};
pub(crate) use skeleton::{Skeleton, Spinner};
pub(crate) use toast::{Toaster, Toasts};
