//! The core as a package for JavaScript, in `core/pkg`: one API for browsers and Node. The
//! modules for texts and for forecasts are there with vector instructions and without, the
//! one for senders and phone numbers once.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{Result, cargo, root, run, tool};
use crate::{page, tools};

/// Most bytes, packed, of what a browser loads to count, cut, explain and render.
const LIMIT: usize = 45_000;

/// What `core/npm` has of JavaScript.
const SCRIPTS: [&str; 10] = [
    "api.js",
    "count.js",
    "forecast.browser.js",
    "forecast.js",
    "forecast.node.js",
    "index.browser.js",
    "index.node.js",
    "sending.browser.js",
    "sending.node.js",
    "texts.js",
];

/// What a browser loads of scripts to count, cut, explain and render; and to forecast.
const LOADED: [&str; 5] = [
    "api.js",
    "count.js",
    "index.browser.js",
    "septet_core.js",
    "texts.js",
];
const LOADED_FOR_FORECASTS: [&str; 4] = [
    "forecast.js",
    "forecast.browser.js",
    "septet_forecast.js",
    "texts.js",
];

/// What goes into the package as it is.
const COPIES: [(&str, &str); 7] = [
    ("core/npm/package.json", "package.json"),
    ("core/src/js/types.d.ts", "index.d.ts"),
    ("core/src/js/forecast.d.ts", "forecast.d.ts"),
    ("core/src/js/sending.d.ts", "sending.d.ts"),
    ("core/README.md", "README.md"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
];

/// Builds the package, says what it weighs, and refuses one that weighs too much.
pub(crate) fn build() -> Result<()> {
    tools::wasm_binder()?;
    let package = root().join("core/pkg");
    if package.exists() {
        fs::remove_dir_all(&package).map_err(|error| failed("empty", &package, &error))?;
    }
    fs::create_dir_all(&package).map_err(|error| failed("make", &package, &error))?;
    for (from, to) in COPIES {
        copy(&root().join(from), &package.join(to))?;
    }
    for script in SCRIPTS {
        script_to(&root().join("core/npm").join(script), &package.join(script))?;
    }
    for (feature, name) in [("text", "septet_core"), ("forecast", "septet_forecast")] {
        let vectors = "-Ctarget-feature=+simd128";
        let plain = module(feature, "", &package.join(format!("{name}.wasm")))?;
        let simd = module(feature, vectors, &package.join(format!("{name}_simd.wasm")))?;
        if read(&plain)? != read(&simd)? {
            return Err("the two modules do not go with the same JavaScript".into());
        }
        script_to(&plain, &package.join(format!("{name}.js")))?;
    }
    let sending = module("sending", "", &package.join("septet_sending.wasm"))?;
    script_to(&sending, &package.join("septet_sending.js"))?;
    let forecasts = weigh(&package, "septet_forecast", &LOADED_FOR_FORECASTS)?;
    println!("forecasts: {forecasts} bytes of brotli");
    let texts = weigh(&package, "septet_core", &LOADED)?;
    println!("texts: {texts} bytes of brotli, of {LIMIT} at most");
    if texts > LIMIT {
        return Err("the package weighs too much".into());
    }
    Ok(())
}

/// Compiles a module with these flags, and returns the JavaScript that goes with it.
///
/// wasm-opt is left out: what it saves of the packed module is less than a twentieth.
fn module(feature: &str, flags: &str, to: &Path) -> Result<PathBuf> {
    let name = if flags.is_empty() { "plain" } else { "simd" };
    let target = root().join("target/package").join(name);
    let flags = format!("{flags} {}", page::short_paths());
    run(cargo()
        .args(["build", "--package", "septet-npm", "--features", feature])
        .args(["--profile", "npm", "--target", "wasm32-unknown-unknown"])
        .env("CARGO_PROFILE_NPM_OPT_LEVEL", level(feature))
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags))?;
    let compiled = target.join("wasm32-unknown-unknown/npm/septet_npm.wasm");
    let bound = target.join("bound").join(feature);
    run(tool("wasm-bindgen")
        .args(["--target", "web", "--no-typescript"])
        .args(["--remove-name-section", "--remove-producers-section"])
        .arg("--out-dir")
        .args([&bound, &compiled]))?;
    copy(&bound.join("septet_npm_bg.wasm"), to)?;
    Ok(bound.join("septet_npm.js"))
}

/// Only a forecast is a lot of work: there speed goes before weight.
fn level(feature: &str) -> &'static str {
    if feature == "forecast" { "3" } else { "z" }
}

/// The larger of the two variants of a module, with the scripts that it is loaded by.
fn weigh(package: &Path, name: &str, scripts: &[&str]) -> Result<usize> {
    let packed = |name: &str| {
        let file = package.join(name);
        let whole = fs::read(&file).map_err(|error| failed("read", &file, &error))?;
        let packed = page::packed(&whole).map_err(|error| failed("pack", &file, &error))?;
        Ok::<usize, String>(packed.len())
    };
    let [plain, simd] = ["", "_simd"].map(|variant| packed(&format!("{name}{variant}.wasm")));
    let scripts = scripts.iter().map(|script| packed(script));
    Ok(plain?.max(simd?) + scripts.sum::<Result<usize>>()?)
}

fn script_to(from: &Path, to: &Path) -> Result<()> {
    let script = page::without_comments(&read(from)?);
    fs::write(to, script).map_err(|error| failed("write", to, &error))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let copied = fs::copy(from, to).map(drop);
    copied.map_err(|error| failed("copy", from, &error))
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).map_err(|error| failed("read", file, &error))
}

fn failed(what: &str, file: &Path, error: &std::io::Error) -> String {
    format!("cannot {what} {}: {error}", file.display())
}
