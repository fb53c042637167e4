//! The whole product, started as its users start it, for tests to use.
//!
//! A [`Stack`] is the real `septet serve --sandbox` as a process of its own with
//! a data folder of its own; a [`Browser`] is a real Chromium. Nothing in here
//! reaches into the server: what a test cannot see in the browser or ask over
//! HTTP, a user could not either.

#[cfg(feature = "end-to-end")]
mod browser;
pub mod followers;
pub mod rig;
#[cfg(feature = "end-to-end")]
mod stack;
#[cfg(feature = "end-to-end")]
mod steps;

#[cfg(feature = "end-to-end")]
pub use browser::{Browser, Look};
#[cfg(feature = "end-to-end")]
pub use stack::Stack;
#[cfg(feature = "end-to-end")]
pub use steps::CONTACTS;

/// What stops a test: any failure of the machinery around it.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Result of a step of a test.
pub type Result<T> = std::result::Result<T, Error>;

/// A port that nobody listens on at this moment.
#[cfg(feature = "end-to-end")]
fn free_port() -> Result<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?.port())
}

/// A setting that `cargo xtask` makes.
fn setting(name: &str) -> Result<String> {
    std::env::var(name).map_err(|_| format!("{name} is not set: run `cargo xtask test`").into())
}

/// The folder of the built page.
///
/// # Errors
/// When the tests were not started by `cargo xtask test`.
pub fn dist() -> Result<std::path::PathBuf> {
    setting("SEPTET_DIST").map(Into::into)
}
