//! The binary, as a person calls it.

#![allow(dead_code, reason = "no test file uses all of them")]

use std::path::Path;
use std::process::{Command, Output};

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
