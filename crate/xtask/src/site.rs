use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::run::run;

/// Builds the page and its worker into dist/.
pub fn build(root: &Path) -> Result<()> {
    run(trunk(root).args(["build"]))
}

/// Builds and serves; ends with Ctrl-C.
pub fn serve(root: &Path, port: u16) -> Result<()> {
    println!("The page will be at http://127.0.0.1:{port}/ when it is built.");
    run(trunk(root).args(["serve", "--no-autoreload", "--port", &port.to_string()]))
}

/// Trunk takes `NO_COLOR=1` for a value of its own option, so the variable is not handed on.
fn trunk(root: &Path) -> Command {
    let mut command = Command::new("trunk");
    command.current_dir(root).env_remove("NO_COLOR");
    command
}
