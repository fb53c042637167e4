//! All tests, in the order in which they fail fastest.

use std::process::Command;

use septet_postgres::Postgres;

use crate::command::{Result, cargo, path, root, run, tool};
use crate::crash;
use crate::package;
use crate::page::{self, Optimizer};
use crate::tools::{self, Browser};

pub(crate) fn all() -> Result<()> {
    // What is missing is said before anything is compiled for minutes.
    let browser = tools::browser()?;
    tools::postgres()?;
    tools::wasm_opt()?;
    tools::wasm_testers()?;
    tools::npm()?;

    hubspot()?;
    native()?;
    crash::crash(&[])?;
    wasm(&browser)?;
    javascript()?;
    end_to_end(&browser)
}

/// Makes the README's pictures with the browser and the real stack.
pub(crate) fn screenshots(arguments: &[String]) -> Result<()> {
    let browser = tools::browser()?;
    stack()?;
    run(with_stack(
        cargo()
            .args([
                "run",
                "--package",
                "septet-tests",
                "--features",
                "end-to-end",
                "--bin",
                "screenshots",
                "--",
            ])
            .args(arguments),
        &browser,
    ))
}

fn native() -> Result<()> {
    let postgres = Postgres::start()?;
    run(cargo()
        .args(["test", "--workspace", "--exclude", "septet-web"])
        .env("SEPTET_TEST_POSTGRES", postgres.url()))?;
    drop(postgres);
    // The core promises to need no standard library and no default feature.
    run(cargo().args([
        "check",
        "--package",
        "septet-core",
        "--target",
        "wasm32-unknown-unknown",
        "--no-default-features",
    ]))
}

/// The core and the page's own logic, compiled to WASM.
fn wasm(browser: &Browser) -> Result<()> {
    run(wasm_pack(browser).args(["--node", "core", "--features", "wasm"]))?;
    for folder in ["core", "web"] {
        let mut test = wasm_pack(browser);
        test.args(["--headless", "--chrome", folder]);
        if folder == "core" {
            test.args(["--features", "wasm"]);
        }
        run(&mut test)?;
    }
    Ok(())
}

/// The HubSpot project: its cards, its files, and its signatures beside the server's.
fn hubspot() -> Result<()> {
    let project = root().join("hubspot");
    run(tool("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&project))?;
    run(tool("npm").arg("test").current_dir(&project))
}

/// The package that JavaScript programs get, from JavaScript.
fn javascript() -> Result<()> {
    package::build()?;
    run(tool("node").args(["--test", "core/tests/package.test.mjs"]))
}

fn wasm_pack(browser: &Browser) -> Command {
    let mut command = tool("wasm-pack");
    command
        .args(["test", "--mode", "no-install"])
        .env("CHROMEDRIVER", &browser.driver)
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    command
}

/// A real server, the sandbox and a real browser; also the weight of the built page.
fn end_to_end(browser: &Browser) -> Result<()> {
    stack()?;
    run(with_stack(
        cargo().args([
            "test",
            "--package",
            "septet-tests",
            "--features",
            "end-to-end",
        ]),
        browser,
    ))
}

fn stack() -> Result<()> {
    page::build(Optimizer::Needed)?;
    run(cargo().args(["build", "--package", "septet-server"]))
}

fn with_stack<'a>(command: &'a mut Command, browser: &Browser) -> &'a mut Command {
    command
        .env("PATH", path())
        .env("SEPTET_BINARY", root().join("target/debug/septet"))
        .env("SEPTET_DIST", root().join("dist"))
        .env("CHROME", &browser.chrome)
        .env("CHROMEDRIVER", &browser.driver)
}
