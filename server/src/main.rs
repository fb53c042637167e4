//! `septet`: the server, and the core on the command line.

mod abroad;
mod addresses;
mod app;
mod audience;
mod backup;
mod callbacks;
mod campaigns;
mod clicks;
mod clock;
mod config;
mod connections;
mod count;
mod database;
mod delivery;
mod doctor;
mod events;
mod failpoint;
mod http;
mod hubspot;
mod imports;
mod metrics;
mod nrs;
mod opt_out;
mod outage;
mod preparing;
mod receiving;
mod relay;
mod retention;
mod secrets;
mod serve;
mod store;
#[cfg(test)]
mod testing;
mod texts;
mod timeline;
mod watched;
mod workflows;

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// What is logged unless `RUST_LOG` says otherwise. PostgreSQL notes at every start that
/// there is nothing to do.
const LOGGED: &str = "info,sqlx::postgres::notice=warn";

/// SMS from HubSpot through 360nrs.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the page, send campaigns, listen to both platforms.
    Serve(Box<config::ServeArgs>),
    /// Make the database, or bring it up to date; `serve` does so too.
    Migrate(database::DatabaseArgs),
    /// Write all that the database holds into a file, as lines of JSON.
    Export(database::TransferArgs),
    /// Read such a file into an empty database, SQLite or PostgreSQL.
    Import(database::TransferArgs),
    /// Copy the SQLite database into a file while the server runs.
    Backup(backup::BackupArgs),
    /// Look at everything that the server needs, and say what to do.
    Doctor(Box<doctor::DoctorArgs>),
    /// Print the addresses to register at 360nrs for its call-backs; they hold secrets.
    Hooks(Box<config::ServeArgs>),
    Count(count::CountArgs),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(args) => serve(*args),
        Command::Migrate(database) => run(async { database.open().await.map(drop) }),
        Command::Export(args) => run(database::export(args)),
        Command::Import(args) => run(database::import(args)),
        Command::Backup(args) => run(backup::run(args)),
        Command::Doctor(args) => run(doctor::run(*args)),
        Command::Hooks(args) => run(addresses::run(*args)),
        Command::Count(args) => count::run(args, io::stdin().lock(), io::stdout().lock())
            .map_err(|error| error.to_string()),
    };
    done.unwrap_or_else(|message| {
        eprintln!("septet: {message}");
        ExitCode::FAILURE
    })
}

fn serve(args: config::ServeArgs) -> Result<ExitCode, String> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOGGED));
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
    run(serve::run(args))
}

fn run(task: impl Future<Output = Result<(), impl Display>>) -> Result<ExitCode, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let done = runtime.block_on(task);
    done.map(|()| ExitCode::SUCCESS)
        .map_err(|error| error.to_string())
}
