//! Where and when something was measured, for whoever compares it with another run.

use std::process::Command;

use crate::command::{output, root};

/// Date, processor, system and compiler, and what else is named, in a line.
pub(crate) fn described(others: &[&str]) -> String {
    let value = |file: &str, key: &str| {
        let text = std::fs::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(key))?;
        let value = line.split_once([':', '='])?.1;
        Some(value.trim().trim_matches('"').to_owned())
    };
    let says = |program: &str, arguments: &[&str]| {
        let said = output(Command::new(program).current_dir(root()).args(arguments));
        said.map(|text| text.trim().to_owned())
    };
    let unknown = || "unknown".to_owned();
    let cpu = value("/proc/cpuinfo", "model name")
        .or_else(|| says("sysctl", &["-n", "machdep.cpu.brand_string"]))
        .unwrap_or_else(unknown);
    let cores =
        std::thread::available_parallelism().map_or_else(|_| unknown(), |it| it.to_string());
    let system =
        value("/etc/os-release", "PRETTY_NAME").unwrap_or_else(|| std::env::consts::OS.into());
    let date = says("date", &["-u", "+%F"]).unwrap_or_else(unknown);
    let mut software = vec![says("rustc", &["--version"]).unwrap_or_else(unknown)];
    software.extend(others.iter().map(|other| (*other).to_owned()));
    format!(
        "{date}: {cpu}, {cores} cores, {system}; {}.\n",
        software.join(", ")
    )
}
