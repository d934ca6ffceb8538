use std::path::Path;

use anyhow::{Context, Result};
use spotcheck_method::Settings;

#[derive(clap::Args)]
pub struct Arguments {
    /// Prints the defaults as JSON alone, ready to be edited and given to `inspect --settings`.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&Settings::default())?);
        return Ok(());
    }
    for setting in spotcheck_method::describe_settings() {
        println!("{} = {}", setting.key, setting.default);
        println!("    {}", setting.sentence);
    }
    Ok(())
}

/// Reads a settings file; `base` gives what it does not name.
pub fn read(path: &Path, base: Settings) -> Result<Settings> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read settings {}", path.display()))?;
    base.with_json(&text).with_context(|| format!("settings {} are not usable", path.display()))
}
