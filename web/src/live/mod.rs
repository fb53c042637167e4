//! One campaign as it happens: its summary and its recipients, kept up to date
//! by the server's events.

mod campaign;
mod history;
mod preparing;
mod recipients;
mod rows;
mod stream;
mod tally;

pub(crate) use campaign::{Doubtful, LiveCampaign, Newest};
pub(crate) use preparing::{Preparing, progress};
pub(crate) use recipients::Recipients;
use tally::tally;
pub(crate) use tally::{Announcer, Bar};
