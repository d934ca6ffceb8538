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
    /// How the folders are laid out.
    #[arg(long, value_enum, default_value_t = Layout::Mvtec)]
    layout: Layout,
    /// The folder to write into.
    #[arg(long)]
    out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Split {
    Seen,
    Unseen,
}

#[derive(Clone, Copy, ValueEnum)]
enum Layout {
    /// MVTec AD's: test/good, test/DEFECT, ground_truth.
    Mvtec,
    /// VisA's: Data/Images, Data/Masks with class ids, split_csv/1cls.csv.
    Visa,
    /// Plain folders: good, bad, masks.
    Folder,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let split = match arguments.split {
        Split::Seen => spotcheck_parts::Split::Seen,
        Split::Unseen => spotcheck_parts::Split::Unseen,
    };
    let layout = match arguments.layout {
        Layout::Mvtec => spotcheck_parts::Layout::MvtecAd,
        Layout::Visa => spotcheck_parts::Layout::Visa,
        Layout::Folder => spotcheck_parts::Layout::Folders,
    };
    let written = spotcheck_parts::write_dataset(
        &arguments.out,
        layout,
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
