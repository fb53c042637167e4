//! The database's clock, which all processes share.

use septet_core::wire::Millis;

use super::Result;
use super::db::{On, sql};

pub(super) async fn clock<'a>(on: impl Into<On<'a>>) -> Result<Millis> {
    sql("SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)")
        .on_postgres("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)")
        .scalar(on)
        .await
}
