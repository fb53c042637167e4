//! The database's clock, which all processes share. A file has none but this machine's.

use septet_core::wire::Millis;

use super::Result;
use super::db::{On, sql};
use crate::clock::now;

pub(super) async fn clock<'a>(on: impl Into<On<'a>>) -> Result<Millis> {
    let on = on.into();
    if !on.is_shared() {
        return Ok(now());
    }
    sql("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)")
        .scalar(on)
        .await
}
