//! `cargo xtask`: the two commands that a newcomer needs, and the parts they are made of.
//!
//! It holds no product logic. It finds or installs tools, builds the page
//! before the server that embeds it, and starts things in the right order.

mod bench;
mod checks;
mod command;
mod crash;
mod delivery;
mod fuzz;
mod links;
mod machine;
mod package;
mod page;
mod tools;
mod wasm_names;

use std::process::ExitCode;

use command::{Result, run};

const USAGE: &str = "\
cargo xtask COMMAND

  run [ARGS…]    build everything and start the server with SQLite and the sandbox;
                 ARGS go to `septet serve`
  test           all tests: native, WASM on Node and in Chromium, end to end in Chromium
  test crash     kill servers again and again, a minute or two; `--long`: more than a thousand
                 times, and write docs/RELIABILITY.md; `--seed N`, `--kills N`
  bench core     time the core beside others and write docs/BENCHMARKS.md; minutes
  bench delivery time delivery on SQLite and PostgreSQL and write docs/BENCHMARKS-DELIVERY.md;
                 `--million` for a million recipients as well, `--recipients N` for N alone
  bench links    time following short links and write docs/BENCHMARKS-LINKS.md
  fuzz [SECONDS] look for texts that break the core, 60 seconds for each target
  page           build the page into dist/
  package        build the core's package for JavaScript into core/pkg/
  screenshots    make the pictures in docs/screenshots/ anew;
                 `screenshots all FOLDER`: every page in every look";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let result = match arguments.next().as_deref() {
        Some("run") => start(&arguments.collect::<Vec<_>>()),
        Some("test") => {
            let arguments = arguments.collect::<Vec<_>>();
            match arguments.first().map(String::as_str) {
                None => checks::all(),
                Some("crash") => crash::crash(&arguments[1..]),
                Some(_) => Err(USAGE.into()),
            }
        }
        Some("bench") => match arguments.next().as_deref() {
            Some("core") => bench::core(),
            Some("links") => links::bench(),
            Some("delivery") => delivery::bench(&arguments.collect::<Vec<_>>()),
            _ => Err(USAGE.into()),
        },
        Some("fuzz") => fuzz::all(arguments.next().as_deref()),
        Some("page") => page::build(page::Optimizer::Wanted),
        Some("package") => package::build(),
        Some("screenshots") => checks::screenshots(&arguments.collect::<Vec<_>>()),
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: &[String]) -> Result<()> {
    page::build(page::Optimizer::Wanted)?;
    run(command::cargo().args(["build", "--release", "--package", "septet-server"]))?;
    run(
        std::process::Command::new(command::root().join("target/release/septet"))
            .current_dir(command::root())
            .args(["serve", "--sandbox"])
            .args(arguments),
    )
}
