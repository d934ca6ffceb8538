use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::ValueEnum;

#[derive(clap::Args)]
pub struct Arguments {
    /// Kinds of part that the demo pack was trained on, or those it has never seen.
    #[arg(long, value_enum)]
    split: Split,
    /// The same seed draws the same pictures.
    #[arg(long)]
    seed: u64,
    /// How many pictures; half of them are defective.
    #[arg(long)]
    count: u32,
    /// Side of the square pictures, in pixels.
    #[arg(long, default_value_t = 512)]
    size: u32,
    /// The folder to write into.
    #[arg(long)]
    out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Split {
    Seen,
    Unseen,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let split = match arguments.split {
        Split::Seen => spotcheck_parts::Split::Seen,
        Split::Unseen => spotcheck_parts::Split::Unseen,
    };
    let written = spotcheck_parts::write_dataset(
        &arguments.out,
        split,
        arguments.seed,
        arguments.count,
        arguments.size,
    )
    .with_context(|| format!("cannot draw parts into {}", arguments.out.display()))?;
    println!(
        "{} whole and {} defective pictures in {}",
        written.good,
        written.defective,
        arguments.out.display()
    );
    Ok(())
}
