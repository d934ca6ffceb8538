use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{output, run};

/// The page's bundler.
const TRUNK: &str = "0.21.14";
/// Must be the version of the crate `wasm-bindgen` in the lockfile.
const WASM_BINDGEN: &str = "0.2.130";
const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Sets up what building the page needs: the wasm target, Trunk and wasm-bindgen.
pub fn for_site() -> Result<()> {
    let installed = output(Command::new("rustup").args(["target", "list", "--installed"]));
    match installed {
        Some(targets) if targets.lines().any(|target| target == WASM_TARGET) => {}
        Some(_) => {
            println!("Installing Rust's target {WASM_TARGET}.");
            run(Command::new("rustup").args(["target", "add", WASM_TARGET]))?;
        }
        // Rust without rustup: the build says so if the target is not there.
        None => {}
    }
    cargo_tool("wasm-bindgen", "wasm-bindgen-cli", WASM_BINDGEN, false)?;
    cargo_tool("trunk", "trunk", TRUNK, true)
}

/// Sets up what the tests need besides: node, Chromium, a software Vulkan driver, the tests' npm packages.
pub fn for_tests(root: &Path) -> Result<()> {
    let mut wanted = Vec::new();
    for (program, package) in [("node", "nodejs"), ("npm", "npm"), ("chromium", "chromium")] {
        if output(Command::new(program).arg("--version")).is_none() {
            wanted.push(package);
        }
    }
    if !vulkan_driver() {
        wanted.push("mesa-vulkan-drivers");
    }
    if !wanted.is_empty() {
        println!("Installing {} with apt.", wanted.join(", "));
        apt(&["update"])?;
        let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
        arguments.extend(&wanted);
        apt(&arguments)?;
    }
    let tests = root.join("tests/e2e");
    let modules = ["playwright-core", "axe-core"].map(|name| tests.join("node_modules").join(name));
    if !modules.iter().all(|module| module.is_dir()) {
        println!("Installing the browser tests' npm packages into tests/e2e/node_modules.");
        run(Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(&tests))?;
    }
    Ok(())
}

fn cargo_tool(program: &str, package: &str, version: &str, locked: bool) -> Result<()> {
    let found = output(Command::new(program).arg("--version")).unwrap_or_default();
    if found.split_whitespace().any(|word| word.trim_start_matches('v') == version) {
        return Ok(());
    }
    println!("Installing {package} {version} with cargo; this takes some minutes.");
    let mut command = Command::new("cargo");
    command.args(["install", package, "--version", version, "--force"]);
    if locked {
        command.arg("--locked");
    }
    run(&mut command)?;
    if output(Command::new(program).arg("--version")).is_none() {
        bail!("{program} was installed but is not on the PATH: add cargo's bin folder (~/.cargo/bin) to it");
    }
    Ok(())
}

/// Whether a Vulkan driver is described where the loader looks.
fn vulkan_driver() -> bool {
    std::fs::read_dir("/usr/share/vulkan/icd.d").is_ok_and(|mut folder| folder.next().is_some())
}

fn apt(arguments: &[&str]) -> Result<()> {
    let root = output(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    let mut command = if root {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.arg("apt-get");
        sudo
    };
    run(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
        .context("the tests need Debian's packages; install them by hand where there is no apt")
}
