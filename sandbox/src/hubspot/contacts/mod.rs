//! Contacts: read one by one, in pages, in batches and by search; changed.

mod batch;
mod filter;
mod read;
mod search;
mod write;

pub(crate) use batch::{batch_read, check_size};
pub(crate) use read::{list, one};
pub(crate) use search::search;
pub(crate) use write::{batch_update, update};

const READ: &str = "crm.objects.contacts.read";
const WRITE: &str = "crm.objects.contacts.write";

/// What HubSpot answers for ids that it does not have.
fn missing(ids: &[String]) -> serde_json::Value {
    serde_json::json!({
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": "Could not get some CONTACT objects, they may be deleted or not exist. \
                    Check that ids are valid.",
        "context": {"ids": ids},
    })
}
