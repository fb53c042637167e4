//! Who gets a campaign's message and who does not, and why: the same weighing
//! for the confirmation and for the campaign itself.

mod places;
mod reader;
mod scale;

use septet_core::campaign::SmsCampaign;
use septet_core::wire::{Audience, CheckReport, Import};

use self::reader::Page;
pub(crate) use self::reader::{Entry, ReadError, Reader};
pub(crate) use self::scale::Scale;
use self::scale::Tally;
use crate::app::App;
use crate::store::{Mark, NewRecipient};

/// Weighs an audience from its beginning until there are enough, page by page, and
/// gives away what came of everybody; what the confirmation says of them.
pub(crate) async fn weigh(
    app: &App,
    portal: u64,
    campaign: &SmsCampaign,
    audience: &Audience,
    import: Option<&Import>,
    enough: u64,
    mut give: impl FnMut(NewRecipient),
) -> Result<CheckReport, ReadError> {
    let mut scale = Scale::new(app, portal, campaign).await?;
    let reader = Reader::open(app, portal, audience, import, scale.properties())?;
    let mut tally = Tally::default();
    let (mut mark, mut weighed) = (Mark::default(), 0);
    let (mut known, mut sampled_of) = (0, None);
    while let Mark::At(place) = mark {
        let Page {
            entries,
            next,
            size,
        } = reader.page(&place).await?;
        known = size.unwrap_or(known);
        weighed += entries.len() as u64;
        for entry in entries {
            let recipient = scale.recipient(entry);
            tally.count(&recipient);
            give(recipient);
        }
        mark = next;
        if weighed >= enough && mark != Mark::End {
            // There is somebody else, whatever HubSpot says of the size.
            sampled_of = Some(known.max(weighed + 1));
            break;
        }
    }
    Ok(CheckReport {
        sampled_of,
        ..tally.report(scale.missing())
    })
}
