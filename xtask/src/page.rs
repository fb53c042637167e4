//! The page: `web/` through trunk into `dist/`, then made small.
//!
//! It has two modules: the composer, in `index.html`, and the campaigns, in
//! `campaigns.html`, which is the same but for the module, its texts and its styles
//! (docs/adr/0009).
//!
//! A page that is newer than its sources is left alone, so that a second start
//! takes seconds.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use crate::command::{Result, root, run, tool};
use crate::{tools, wasm_names};

/// What the browser understands; Debian's wasm-opt refuses what it is not told of.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-multivalue",
];

/// Whether a page without wasm-opt will do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Optimizer {
    /// Used where it is installed; the page works the same without.
    Wanted,
    /// The page's weight is about to be measured.
    Needed,
}

/// Builds the page into `dist/`, if its sources have changed.
pub(crate) fn build(optimizer: Optimizer) -> Result<()> {
    let wasm_opt = match (tools::wasm_opt(), optimizer) {
        (Ok(found), _) => Some(found),
        (Err(missing), Optimizer::Needed) => return Err(missing),
        (Err(missing), Optimizer::Wanted) => {
            eprintln!("{missing} (going on without: the page will be larger)");
            None
        }
    };
    let stamp = root().join("target/page.stamp");
    let sources = fingerprint(wasm_opt.is_some())?;
    let dist = root().join("dist");
    if dist.join("index.html").is_file()
        && fs::read_to_string(&stamp).is_ok_and(|built| built == sources)
    {
        return Ok(());
    }
    tools::page_builders()?;
    let texts = root().join("target/texts");
    fs::create_dir_all(&texts).map_err(|error| failed("make", &texts, &error))?;
    let trunk = |html: &Path, dist: &Path| {
        run(tool("trunk")
            .args(["build", "--release", "--offline", "--skip-version-check"])
            .arg("--dist")
            .args([dist, html])
            .env("SEPTET_TEXTS", &texts)
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                short_paths(),
            ))
    };
    let index = root().join("index.html");
    trunk(&index, &dist)?;
    let composer = Module::of(&dist, "composer")?;
    let second = root().join("target/campaigns");
    trunk(&second_page(&index)?, &second)?;
    let campaigns = Module::of(&second, "campaigns")?;
    campaigns.copy(&second, &dist)?;
    if let Some(wasm_opt) = wasm_opt {
        for file in files(&dist)? {
            if has_extension(&file, &["wasm"]) {
                optimize(&wasm_opt, &file)?;
            }
        }
    }
    split(&dist, &texts, &composer, &campaigns)?;
    for file in files(&dist)? {
        if has_extension(&file, &["wasm", "js", "css", "html", "svg", "txt"]) {
            compress(&file)?;
        }
    }
    write(&stamp, sources.as_bytes())
}

/// `index.html` with the other module, in a folder of its own.
fn second_page(index: &Path) -> Result<PathBuf> {
    let folder = root().join("target/second");
    fs::create_dir_all(&folder).map_err(|error| failed("make", &folder, &error))?;
    let html = String::from_utf8_lossy(&read(index)?).into_owned();
    let html = html
        .replace("=\"web/", "=\"../../web/")
        .replace("data-bin=\"compose\"", "data-bin=\"campaigns\"");
    let page = folder.join("index.html");
    write(&page, html.as_bytes())?;
    Ok(page)
}

/// A module's own name, by which its texts and its stylesheet are known, and its two
/// files, as trunk has named them.
struct Module {
    name: &'static str,
    script: String,
    wasm: String,
}

impl Module {
    /// The one in a folder.
    fn of(dist: &Path, name: &'static str) -> Result<Self> {
        let names = files(dist)?.into_iter().filter_map(|file| {
            let name = file.file_name()?.to_string_lossy().into_owned();
            Some(name)
        });
        let wasm = names.into_iter().find(|name| name.ends_with("_bg.wasm"));
        let wasm = wasm.ok_or_else(|| format!("trunk left no module in {}", dist.display()))?;
        Ok(Self {
            name,
            script: wasm.replace("_bg.wasm", ".js"),
            wasm,
        })
    }

    fn copy(&self, from: &Path, to: &Path) -> Result<()> {
        for name in [&self.script, &self.wasm] {
            let copied = fs::copy(from.join(name), to.join(name));
            copied.map_err(|error| failed("copy", &from.join(name), &error))?;
        }
        Ok(())
    }
}

/// Makes the second page of the first; each has its own module, texts and styles, and is
/// told of the other's module.
fn split(dist: &Path, texts: &Path, composer: &Module, campaigns: &Module) -> Result<()> {
    let index = dist.join("index.html");
    let html = String::from_utf8_lossy(&read(&index)?).into_owned();
    let (html, place, stylesheets) = without_stylesheets(&html)?;
    for (page, own, other) in [
        ("index.html", composer, campaigns),
        ("campaigns.html", campaigns, composer),
    ] {
        let of_other = format!("{}-", other.name);
        let own_styles = stylesheets.iter();
        let own_styles = own_styles.filter(|name| !name.starts_with(&of_other));
        let mut html = html.clone();
        html.insert_str(place, &joined(dist, own.name, own_styles)?);
        let Module { script, wasm, .. } = other;
        let head = format!(
            "<meta name=texts content='{{{}}}'><meta name=next content=\"/{script} /{wasm}\"><title>",
            listed_texts(texts, dist, own.name)?,
        );
        let html = html
            .replace(&composer.script, &own.script)
            .replace(&composer.wasm, &own.wasm)
            .replacen("<title>", &head, 1);
        write(&dist.join(page), html.as_bytes())?;
    }
    for name in stylesheets {
        let file = dist.join(name);
        fs::remove_file(&file).map_err(|error| failed("remove", &file, &error))?;
    }
    Ok(())
}

/// Panics name the file they come from. Without the folder of this machine's user the
/// page tells less, weighs less, and weighs the same wherever it is built.
pub(crate) fn short_paths() -> String {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let sources = home.unwrap_or_default().join("registry/src");
    let sources = fs::read_dir(sources).into_iter().flatten().flatten();
    let flags = sources.map(|source| format!("--remap-path-prefix={}=", source.path().display()));
    flags.collect::<Vec<_>>().join(" ")
}

/// Makes the module and its JavaScript as small as they can be once they are packed:
/// `-Oz` is shorter, but what it merges packs worse.
fn optimize(wasm_opt: &Path, file: &Path) -> Result<()> {
    let torn = || format!("{} is no WebAssembly module", file.display());
    let light = wasm_names::lighten(&read(file)?).ok_or_else(torn)?;
    write(file, &light.module)?;
    rename(file, &light.names)?;
    run(Command::new(wasm_opt)
        // Nothing lies in the first kilobyte: it is the far end of the stack.
        .args(["-Os", "--low-memory-unused"])
        .args(WASM_FEATURES)
        .arg(file)
        .arg("-o")
        .arg(file))?;
    let mut module = read(file)?;
    wasm_names::mend(&mut module).ok_or_else(torn)?;
    write(file, &module)
}

/// Gives the module's imports their new names in the JavaScript that has them, and
/// leaves out what only people read. (Trunk's own minifier cannot read this file.)
fn rename(module: &Path, names: &[(String, String)]) -> Result<()> {
    let glue = module.to_string_lossy().replace("_bg.wasm", ".js");
    let glue = Path::new(&glue);
    let mut text = String::from_utf8_lossy(&read(glue)?).into_owned();
    for (long, short) in names {
        let entry = format!(" {long}: ");
        if !text.contains(&entry) {
            return Err(format!("{} lacks the import {long}", glue.display()));
        }
        text = text.replace(&entry, &format!(" {short}: "));
    }
    write(glue, without_comments(&text).as_bytes())
}

/// JavaScript without what only people read. Comments must stand in lines of their own,
/// and no line of code may begin like one.
pub(crate) fn without_comments(script: &str) -> String {
    let lines = script.lines().map(str::trim_start);
    let code: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !line.starts_with(['/', '*']))
        .collect();
    code.join("\n") + "\n"
}

/// The page without its stylesheets, the place where they were, and their files.
fn without_stylesheets(html: &str) -> Result<(String, usize, Vec<String>)> {
    let (mut kept, mut place, mut names) = (String::new(), None, Vec::new());
    for tag in html.split_inclusive('>') {
        if !(tag.starts_with("<link ") && tag.contains("stylesheet")) {
            kept.push_str(tag);
            continue;
        }
        place.get_or_insert(kept.len());
        let name = tag
            .split(|end: char| "\"/ >".contains(end))
            .find(|word| word.ends_with(".css"));
        names.push(
            name.ok_or("trunk wrote a link to no stylesheet")?
                .to_owned(),
        );
    }
    let place = place.ok_or("index.html has no stylesheet")?;
    Ok((kept, place, names))
}

/// Makes one file of stylesheets, which is one request and packs better; the link to it.
fn joined<'a>(
    dist: &Path,
    module: &str,
    names: impl Iterator<Item = &'a String>,
) -> Result<String> {
    let mut styles = Vec::new();
    for name in names {
        styles.extend(read(&dist.join(name))?);
    }
    let name = format!("page-{}.{module}.css", hash(&styles));
    write(&dist.join(&name), &styles)?;
    Ok(format!("<link rel=\"stylesheet\" href=\"/{name}\">"))
}

/// Puts a module's texts beside the page, a file for each language; the list of them.
fn listed_texts(texts: &Path, dist: &Path, module: &str) -> Result<String> {
    let mut list = Vec::new();
    for file in files(texts)? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let Some((of, language)) = name.split_once('.') else {
            continue;
        };
        if of == module {
            let text = read(&file)?;
            let name = format!("texts-{}.{language}.{module}.txt", hash(&text));
            write(&dist.join(&name), &text)?;
            list.push(format!("\"{language}\":\"/{name}\""));
        }
    }
    list.sort();
    Ok(list.join(","))
}

fn hash(content: &[u8]) -> String {
    let mut hash = DefaultHasher::new();
    content.hash(&mut hash);
    format!("{:016x}", hash.finish())
}

/// Writes `file.br` beside a file; the server sends it to whoever accepts brotli.
fn compress(file: &Path) -> Result<()> {
    let least = packed(&read(file)?).map_err(|error| failed("compress", file, &error))?;
    let mut target = file.as_os_str().to_owned();
    target.push(".br");
    write(Path::new(&target), &least)
}

/// As brotli packs it at its best.
pub(crate) fn packed(mut text: &[u8]) -> std::io::Result<Vec<u8>> {
    let whole = text;
    let mut least: Option<Vec<u8>> = None;
    // Which window packs best is seen only by trying.
    for lgwin in 16..=22 {
        let mut packed = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams {
            quality: 11,
            lgwin,
            ..Default::default()
        };
        text = whole;
        brotli::BrotliCompress(&mut text, &mut packed, &parameters)?;
        if least
            .as_ref()
            .is_none_or(|least| packed.len() < least.len())
        {
            least = Some(packed);
        }
    }
    Ok(least.unwrap_or_default())
}

/// Names, times and sizes of everything that the page is made of.
fn fingerprint(optimized: bool) -> Result<String> {
    let mut sources = Vec::new();
    for folder in ["core", "web", "xtask"] {
        sources.extend(files(&root().join(folder))?);
    }
    for file in [
        "index.html",
        "Trunk.toml",
        "Cargo.toml",
        "Cargo.lock",
        "rust-toolchain.toml",
    ] {
        sources.push(root().join(file));
    }
    sources.sort();
    let mut hash = DefaultHasher::new();
    optimized.hash(&mut hash);
    for file in sources {
        let metadata = fs::metadata(&file).map_err(|error| failed("read", &file, &error))?;
        let modified = metadata.modified().ok();
        let modified = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        (file, modified, metadata.len()).hash(&mut hash);
    }
    Ok(format!("{:016x}", hash.finish()))
}

/// Every file under a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| failed("read", folder, &error))?;
    for entry in entries {
        let path = entry
            .map_err(|error| failed("read", folder, &error))?
            .path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

fn has_extension(file: &Path, wanted: &[&str]) -> bool {
    let extension = file.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| wanted.contains(&extension))
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).map_err(|error| failed("read", file, &error))
}

fn write(file: &Path, content: &[u8]) -> Result<()> {
    fs::write(file, content).map_err(|error| failed("write", file, &error))
}

fn failed(what: &str, file: &Path, error: &std::io::Error) -> String {
    format!("cannot {what} {}: {error}", file.display())
}
