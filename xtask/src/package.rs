//! The core as a package for JavaScript, in `core/pkg`: one API for browsers and Node,
//! and two modules, with vector instructions and without.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{Result, cargo, root, run, tool};
use crate::tools;

/// What `core/npm` and `core/src/js` contribute as they are.
const SOURCES: [(&str, &str); 7] = [
    ("npm/api.js", "api.js"),
    ("npm/count.js", "count.js"),
    ("npm/index.browser.js", "index.browser.js"),
    ("npm/index.node.js", "index.node.js"),
    ("npm/package.json", "package.json"),
    ("src/js/types.d.ts", "index.d.ts"),
    ("README.md", "README.md"),
];

/// Builds the package.
pub(crate) fn build() -> Result<()> {
    tools::wasm_binder()?;
    let core = root().join("core");
    let package = core.join("pkg");
    if package.exists() {
        fs::remove_dir_all(&package).map_err(|error| failed("empty", &package, &error))?;
    }
    fs::create_dir_all(&package).map_err(|error| failed("make", &package, &error))?;
    let glue = module(&package.join("septet_core.wasm"), "plain", "")?;
    let simd = package.join("septet_core_simd.wasm");
    let same = module(&simd, "simd", "-Ctarget-feature=+simd128")?;
    if read(&glue)? != read(&same)? {
        return Err("the two modules do not go with the same JavaScript".into());
    }
    copy(&glue, &package.join("septet_core.js"))?;
    for (from, to) in SOURCES {
        copy(&core.join(from), &package.join(to))?;
    }
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&root().join(licence), &package.join(licence))?;
    }
    Ok(())
}

/// Compiles the core with these flags, and returns the JavaScript that goes with it.
///
/// wasm-opt is left out: Debian's (binaryen 108) does not know `table.fill`, which
/// wasm-bindgen uses for lists of JavaScript values.
fn module(to: &Path, name: &str, flags: &str) -> Result<PathBuf> {
    let target = root().join("target/package").join(name);
    run(cargo()
        .args([
            "build",
            "--package",
            "septet-core",
            "--lib",
            "--features",
            "wasm",
        ])
        .args(["--profile", "npm", "--target", "wasm32-unknown-unknown"])
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags))?;
    let compiled = target.join("wasm32-unknown-unknown/npm/septet_core.wasm");
    let bound = target.join("bound");
    run(tool("wasm-bindgen")
        .args([
            "--target",
            "web",
            "--no-typescript",
            "--remove-name-section",
        ])
        .arg("--out-dir")
        .args([&bound, &compiled]))?;
    copy(&bound.join("septet_core_bg.wasm"), to)?;
    Ok(bound.join("septet_core.js"))
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
