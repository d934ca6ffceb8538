use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::run::run;

/// Measures the demo pack; its card gets the tables of the committed pack on the fixed pictures alone.
pub fn card(root: &Path, arguments: &[String]) -> Result<()> {
    example(root, "demo_eval", ["--card", "models/demo/README.md"], arguments)
}

/// Measures all methods; the page of methods gets the tables of the committed pack on the fixed pictures alone.
pub fn methods(root: &Path, arguments: &[String]) -> Result<()> {
    example(root, "compare", ["--page", "models/demo/METHODS.md"], arguments)
}

/// Runs an example of the command line with a file that it writes into, or else with other arguments.
fn example(root: &Path, name: &str, file: [&str; 2], arguments: &[String]) -> Result<()> {
    let mut command = Command::new("cargo");
    // The profile that tests have: it is optimised, and what it needs has been built.
    let cargo = ["run", "--quiet", "-p", "spotcheck", "--example", name, "--"];
    command.current_dir(root).args(cargo);
    match arguments.is_empty() {
        true => command.args(file),
        false => command.args(arguments),
    };
    run(&mut command)
}
