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
    /// Whole pictures of each kind beside these: for training, where the layout knows of it.
    #[arg(long, value_name = "N", default_value_t = 0)]
    train: u32,
    /// All pictures of a kind show one product at one place, as an inspector's do; otherwise each shows another.
    #[arg(long)]
    series: bool,
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
    let request = spotcheck_parts::DatasetRequest {
        layout,
        split,
        seed: arguments.seed,
        count: arguments.count,
        train: arguments.train,
        series: arguments.series,
        size: arguments.size,
    };
    let written = spotcheck_parts::write_dataset(&arguments.out, &request)
        .with_context(|| format!("cannot draw parts into {}", arguments.out.display()))?;
    let train = match written.train {
        0 => String::new(),
        count => format!(", and {count} whole ones for training"),
    };
    println!(
        "{} whole and {} defective pictures{train} in {}",
        written.good,
        written.defective,
        arguments.out.display()
    );
    Ok(())
}
