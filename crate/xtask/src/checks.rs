use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::run::{run_watched, timed};
use crate::tally::Tally;
use crate::{site, size};

/// The operators' cases, for a browser only.
const OPERATORS: &str = "spotcheck-ops-web";
/// Packages that are built for a browser.
const WEB: [&str; 3] = ["spotcheck-www", "spotcheck-worker", OPERATORS];
const WASM: &str = "wasm32-unknown-unknown";

/// Formatting, lints, unit and parity tests, the site, and the tests in Chromium. All of them run, also after one has
/// failed; the closing line counts them.
pub fn all(root: &Path) -> Result<()> {
    let mut tally = Tally::default();

    let mut format = cargo(root);
    format.args(["fmt", "--all", "--check"]);
    check("formatting", &mut format, &mut tally)?;

    let mut lint = cargo(root);
    lint.args(["clippy", "--workspace", "--all-targets", "--locked"]);
    exclude_web(&mut lint);
    lint.args(["--", "-D", "warnings"]);
    check("lints, native", &mut lint, &mut tally)?;

    let mut lint = cargo(root);
    lint.args(["clippy", "--locked", "--target", WASM]);
    for package in WEB {
        lint.args(["-p", package]);
    }
    lint.args(["--", "-D", "warnings"]);
    check("lints, wasm", &mut lint, &mut tally)?;

    let mut tests = cargo(root);
    tests.args(["test", "--workspace", "--locked", "--no-fail-fast", "--exclude", OPERATORS]);
    suite("tests, native", &mut tests, &mut tally)?;

    let built = timed("the site", || site::build(root)).is_ok();
    tally.check(built);

    operators_in_chromium(root, &mut tally)?;
    if built {
        let mut browser = Command::new("node");
        // The command line and the examples were built with the tests; one file at a time, as they measure times.
        let built = root.join("target/debug");
        browser
            .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
            .current_dir(root.join("tests/e2e"))
            .env("SPOTCHECK_CLI", built.join("spotcheck"))
            .env("SPOTCHECK_CHECKPOINTS", built.join("examples/random_checkpoints"))
            .env("SPOTCHECK_JOIN", built.join("examples/join"));
        suite("the page in Chromium", &mut browser, &mut tally)?;
        timed("sizes", || size::print(root))?;
    }

    println!("\n{} passed, {} failed", tally.passed, tally.failed);
    if tally.failed > 0 {
        bail!("{} of {} tests and checks failed", tally.failed, tally.passed + tally.failed);
    }
    Ok(())
}

/// The GPU kernels, in a real browser with its software adapter.
fn operators_in_chromium(root: &Path, tally: &mut Tally) -> Result<()> {
    let mut build = cargo(root);
    build.args(["build", "--locked", "--target", WASM, "--profile", "web", "-p", OPERATORS]);
    check("operators for Chromium", &mut build, tally)?;
    let out = root.join("target/ops-web");
    let mut bind = Command::new("wasm-bindgen");
    bind.args(["--target", "web", "--no-typescript", "--out-dir"])
        .arg(&out)
        .arg(root.join("target").join(WASM).join("web/spotcheck_ops_web.wasm"));
    check("operators for Chromium, bindings", &mut bind, tally)?;
    let mut browser = Command::new("node");
    browser.arg(root.join("tests/ops-web/run.mjs")).arg(&out).current_dir(root);
    suite("operators in Chromium", &mut browser, tally)
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root);
    command
}

fn exclude_web(command: &mut Command) {
    for package in WEB {
        command.args(["--exclude", package]);
    }
}

/// A command that passes or fails as a whole.
fn check(name: &str, command: &mut Command, tally: &mut Tally) -> Result<()> {
    let passed = timed(name, || run_watched(command, |_| {}))?;
    tally.check(passed);
    if !passed {
        println!("{name} failed");
    }
    Ok(())
}

/// A test runner, which counts its own tests.
fn suite(name: &str, command: &mut Command, tally: &mut Tally) -> Result<()> {
    let before = *tally;
    let passed = timed(name, || run_watched(command, |line| tally.read(line)))?;
    // A runner that died has failed, whatever it printed; one that ran nothing has failed, too.
    if (!passed && tally.failed == before.failed) || tally.passed == before.passed {
        tally.check(false);
        println!("{name} failed");
    }
    Ok(())
}
