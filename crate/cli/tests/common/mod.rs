//! The binary, as a person calls it, and what tests of `spotcheck evaluate` share.
#![allow(dead_code, reason = "no test file uses all of them")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

pub fn command(arguments: &[&str]) -> Command {
    // What texts cost is paid once for all tests, and not kept in the cache of whoever runs them.
    command_with_cache(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"), arguments)
}

pub fn command_with_cache(cache: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spotcheck"));
    command.args(arguments).env("XDG_CACHE_HOME", cache);
    command
}

pub fn spotcheck(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// All files that are computed, by name.
pub fn computed(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let fixed = ["metrics.csv", "metrics.json", "metrics.md", "report.html"].map(|name| out.join(name));
    let curves = std::fs::read_dir(out.join("curves")).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    fixed.into_iter().chain(curves).map(|path| (name(&path), std::fs::read(path).unwrap())).collect()
}

/// `results.csv` without the times.
pub fn results(out: &Path) -> Vec<String> {
    let log = std::fs::read_to_string(out.join("results.csv")).unwrap();
    let mut rows: Vec<String> = log.lines().map(|line| line.rsplit_once(',').unwrap().0.to_owned()).collect();
    rows.sort();
    rows
}

pub fn metrics(out: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(out.join("metrics.json")).unwrap()).unwrap()
}

/// Kills a run once it has written so many results.
pub fn kill_after(mut command: Command, out: &Path, results: usize) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let (log, start) = (out.join("results.csv"), Instant::now());
    let written = || std::fs::read(&log).map_or(0, |log| log.iter().filter(|&&byte| byte == b'\n').count());
    while written() < results + 1 && child.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < Duration::from_secs(300), "no results come");
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    child.wait().unwrap();
}

/// Two whole and two defective pictures of each of six kinds, in the folder `data`.
pub fn parts(layout: &str) -> TempDir {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    let out = data.to_str().unwrap();
    let drawn = spotcheck(&[
        "parts", "--layout", layout, "--split", "unseen", "--seed", "11", "--count", "24", "--size", "128",
        "--out", out,
    ]);
    assert!(drawn.status.success(), "{}", text(&drawn.stderr));
    dir
}
