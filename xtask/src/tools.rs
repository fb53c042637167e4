//! Tools that the page and the tests need: found, else installed, else named
//! with the command that installs them.

use std::path::PathBuf;
use std::process::Command;

use crate::command::{Result, cargo, find, output, root, run, tool, tools_folder};

const TRUNK: &str = "0.21.14";
const WASM_PACK: &str = "0.15.1";
const CARGO_FUZZ: &str = "0.13.2";

/// The target that Rust compiles the page for.
pub(crate) fn wasm_target() -> Result<()> {
    let installed =
        output(
            Command::new("rustup")
                .current_dir(root())
                .args(["target", "list", "--installed"]),
        );
    match installed {
        Some(targets) if targets.contains("wasm32-unknown-unknown") => Ok(()),
        Some(_) => run(Command::new("rustup").current_dir(root()).args([
            "target",
            "add",
            "wasm32-unknown-unknown",
        ])),
        None => Err("rustup is missing: install it from https://rustup.rs".into()),
    }
}

/// What turns `web/` into `dist/`.
pub(crate) fn page_builders() -> Result<()> {
    wasm_target()?;
    ensure("wasm-bindgen", "wasm-bindgen-cli", &locked_wasm_bindgen()?)?;
    ensure("trunk", "trunk", TRUNK)
}

/// What runs the WASM tests.
pub(crate) fn wasm_testers() -> Result<()> {
    page_builders()?;
    wasm_packers()
}

/// What builds the core for Node, and runs it there.
pub(crate) fn wasm_packers() -> Result<()> {
    wasm_binder()?;
    ensure("wasm-pack", "wasm-pack", WASM_PACK)?;
    node()
}

/// What runs the package.
pub(crate) fn node() -> Result<()> {
    need(&["node"], "Node 20 or later", "apt-get install nodejs").map(drop)
}

/// What makes JavaScript for a compiled module.
pub(crate) fn wasm_binder() -> Result<()> {
    wasm_target()?;
    ensure("wasm-bindgen", "wasm-bindgen-cli", &locked_wasm_bindgen()?)
}

/// What fetches the JavaScript packages that the core is compared with.
pub(crate) fn npm() -> Result<()> {
    need(&["npm"], "npm", "apt-get install npm").map(drop)
}

/// What runs the fuzz targets, and the compiler of the library that they link.
pub(crate) fn fuzzer() -> Result<()> {
    need(
        &["c++"],
        "A C++ compiler",
        "apt-get install build-essential",
    )?;
    ensure("cargo-fuzz", "cargo-fuzz", CARGO_FUZZ)
}

/// Makes the WASM smaller; the page also works without.
pub(crate) fn wasm_opt() -> Result<PathBuf> {
    need(&["wasm-opt"], "wasm-opt", "apt-get install binaryen")
}

/// A database server that tests start.
pub(crate) fn postgres() -> Result<()> {
    septet_postgres::programs()
        .map(drop)
        .ok_or_else(|| septet_postgres::MISSING.into())
}

/// A browser and its driver.
pub(crate) struct Browser {
    pub(crate) chrome: PathBuf,
    pub(crate) driver: PathBuf,
}

pub(crate) fn browser() -> Result<Browser> {
    let chrome = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    Ok(Browser {
        chrome: need(&chrome, "Chromium", "apt-get install chromium")?,
        driver: need(
            &["chromedriver"],
            "chromedriver",
            "apt-get install chromium-driver",
        )?,
    })
}

fn need(names: &[&str], what: &str, install: &str) -> Result<PathBuf> {
    find(names).ok_or_else(|| format!("{what} is missing. On Debian: `{install}`"))
}

/// The command-line half of wasm-bindgen must be of the very version of the crate.
fn locked_wasm_bindgen() -> Result<String> {
    locked("wasm-bindgen")?.ok_or_else(|| "Cargo.lock names no wasm-bindgen".into())
}

/// The version of a crate that Cargo.lock names.
pub(crate) fn locked(name: &str) -> Result<Option<String>> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock"))
        .map_err(|error| format!("Cargo.lock cannot be read: {error}"))?;
    let named = format!("\nname = \"{name}\"\n");
    let package = lock
        .split("[[package]]")
        .find(|package| package.contains(&named));
    let version =
        package.and_then(|package| package.split("version = \"").nth(1)?.split('"').next());
    Ok(version.map(str::to_owned))
}

fn ensure(program: &str, package: &str, version: &str) -> Result<()> {
    let present = output(tool(program).arg("--version"));
    if present.is_some_and(|text| text.split_whitespace().any(|word| word == version)) {
        return Ok(());
    }
    eprintln!("{program} {version} is missing; installing it into .tools/");
    let exact = format!("{package}@{version}");
    let folder = tools_folder();
    if find(&["cargo-binstall"]).is_some() {
        let mut prebuilt = cargo();
        prebuilt
            .args([
                "binstall",
                "--no-confirm",
                "--strategies",
                "crate-meta-data",
            ])
            .arg("--root")
            .arg(&folder)
            .arg(&exact);
        if run(&mut prebuilt).is_ok() {
            return Ok(());
        }
    }
    // A registry mirror may lag behind a tool's own lock file, hence the second try.
    run(install(&exact).arg("--locked")).or_else(|_| run(&mut install(&exact)))
}

/// `cargo install`, tuned for the time until it is there: these tools run for
/// seconds and are built for minutes.
fn install(exact: &str) -> Command {
    let mut command = cargo();
    command
        .args(["install", exact, "--no-default-features", "--root"])
        .arg(tools_folder())
        .env("CARGO_TARGET_DIR", root().join("target/tools"))
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    command
}
