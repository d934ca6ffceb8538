use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::run::run;

/// Measures the demo pack; the card gets the tables of the committed pack on the fixed pictures alone.
pub fn measure(root: &Path, arguments: &[String]) -> Result<()> {
    let mut command = Command::new("cargo");
    command.current_dir(root).args([
        "run",
        "--release",
        "--quiet",
        "-p",
        "spotcheck",
        "--example",
        "demo_eval",
        "--",
    ]);
    match arguments.is_empty() {
        true => command.arg("--card").arg("models/demo/README.md"),
        false => command.args(arguments),
    };
    run(&mut command)
}
