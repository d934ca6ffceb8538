//! The project's own commands: `cargo xtask serve`, `build`, `test`, `parity`, `demo-eval`,
//! `compare`, `shots`, `size`.
//!
//! Each sets up what it needs on a bare machine (Rust with rustup there, and Debian's apt for the tests' browser), and
//! says what it installs.

mod checks;
mod measure;
mod offline;
mod parity;
mod policy;
mod run;
mod site;
mod size;
mod tally;
mod tools;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Spotcheck's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the page with the demo pack and serves it on this machine.
    Serve {
        /// The port to serve on.
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
    /// Builds the page with the demo pack into dist/.
    Build,
    /// Runs all checks and tests, those in Chromium included.
    Test,
    /// Holds the networks against transformers and PyTorch, with --full at their official sizes, or with --pipeline the
    /// whole method.
    Parity(parity::Arguments),
    /// Measures the demo pack on kinds of part that its training never saw, prints the tables and writes them into its card.
    DemoEval {
        /// Go to `crate/cli/examples/demo_eval.rs`: another --pack, --count or --seed leave the card alone.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measures all methods on kinds of part that the demo pack's training never saw, with and without each of their parts, prints the
    /// tables and writes them into `models/demo/METHODS.md`.
    Compare {
        /// Go to `crate/cli/examples/compare`: another --pack, --count or --seed leave the page alone.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Builds the page and takes pictures of its main states in Chromium, light and dark, at three widths; prints each one's name.
    Shots {
        /// Where they go.
        #[arg(default_value = "target/shots")]
        folder: PathBuf,
    },
    /// Prints the sizes of the built site's files, as they are and with brotli.
    Size,
    /// Lists the built site's files with their hashes in its service worker, and names the page's own script in its policy. Trunk calls
    /// it at the end of each build.
    Offline,
}

fn main() -> Result<()> {
    let root = root()?;
    match Arguments::parse().command {
        Command::Serve { port } => {
            tools::for_site()?;
            site::serve(&root, port)
        }
        Command::Build => {
            tools::for_site()?;
            site::build(&root)
        }
        Command::Test => {
            tools::for_site()?;
            tools::for_tests(&root)?;
            checks::all(&root)
        }
        Command::Parity(arguments) => parity::check(&root, &arguments),
        Command::DemoEval { arguments } => measure::card(&root, &arguments),
        Command::Compare { arguments } => measure::methods(&root, &arguments),
        Command::Shots { folder } => {
            tools::for_site()?;
            tools::for_tests(&root)?;
            site::build(&root)?;
            let mut shots = std::process::Command::new("node");
            run::run(shots.arg(root.join("tests/e2e/shots.mjs")).arg(root.join(folder)))
        }
        Command::Size => size::print(&root),
        Command::Offline => {
            let site = offline::site(&root);
            policy::fill(&site, offline::reloads_itself(&site)?)?;
            offline::list(&site)
        }
    }
}

/// The repository's root: two folders above this crate.
fn root() -> Result<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    Ok(here.ancestors().nth(2).context("crate/xtask is not inside a repository")?.to_owned())
}
