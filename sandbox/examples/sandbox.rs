//! Runs the sandbox by itself: `cargo run -p septet-sandbox --example sandbox`.
//!
//! An argument changes the address, which is 127.0.0.1:8361 otherwise.

use std::time::Duration;

use septet_sandbox::{Options, Sandbox};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1);
    let sandbox = Sandbox::start(Options {
        listen: address.as_deref().unwrap_or("127.0.0.1:8361").parse()?,
        report_delay: Duration::from_secs(3),
    })
    .await?;
    println!("{}", sandbox.url());
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await;
    Ok(())
}
