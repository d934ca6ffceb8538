//! Measures all methods, with and without each of their parts, on kinds of part that the demo pack's training never saw, and writes
//! the tables into a page. `cargo xtask compare` runs it.
//!
//! ```text
//! cargo run -p spotcheck --example compare -- [--pack DIR] [--page FILE] [--count N] [--seed N]
//! ```
//!
//! Two sets of pictures by `crate/parts`, each with a batch of every kind, every second one defective, and ten whole ones beside
//! it. In the one all of a kind are of one series (one product at one place), as an inspector's are; in the other each shows
//! another product of the kind in another light. Every method gets the same pictures. Metrics are taken kind by kind, then
//! averaged, as in `demo_eval`.

mod bench;
mod drawn;
#[path = "../shared/kinds.rs"]
mod kinds;
mod measured;
#[path = "../shared/page.rs"]
mod page;
#[path = "../shared/table.rs"]
mod table;
mod tables;
mod ways;

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Parser;
use spotcheck_consensus::LEAST_SCORES;
use spotcheck_parts::UNSEEN_KINDS;

use bench::Bench;
use drawn::Set;

#[derive(Parser)]
struct Arguments {
    /// The pack's folder.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/demo/pack"))]
    pack: PathBuf,
    /// Writes the tables between the marks of this file.
    #[arg(long)]
    page: Option<PathBuf>,
    /// Pictures of each kind in each set.
    #[arg(long, default_value_t = 20)]
    count: usize,
    #[arg(long, default_value_t = 8001)]
    seed: u64,
    /// The pictures' side, in pixels.
    #[arg(long, default_value_t = 512)]
    size: u32,
}

/// Where the tables go.
const MARKS: [&str; 2] = ["<!-- comparison: begin -->", "<!-- comparison: end -->"];

fn main() -> Result<()> {
    let Arguments { pack, page, count, seed, size } = Arguments::parse();
    ensure!(count >= LEAST_SCORES, "a batch of less than {LEAST_SCORES} pictures has no scale");
    let open = || pollster::block_on(Bench::open(&pack));
    let mut text = String::new();
    for series in [true, false] {
        let set = Set { series, count, seed, size };
        let kinds = kinds::each(UNSEEN_KINDS.len(), open, |bench, kind| bench.kind(&set, kind))?;
        text += &tables::of_set(&set, &kinds)?;
    }
    text += &tables::published();
    println!("{text}");
    match page {
        Some(page) => page::fill(&page, MARKS, &text),
        None => Ok(()),
    }
}
