mod flops;
mod measured;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use spotcheck_method::{CancellationToken, Inspector};

use crate::picture;
use crate::setup::{self, Setup};
use measured::{Measured, Watch, Work};

#[derive(clap::Args)]
pub struct Arguments {
    /// What the thing in the picture is.
    #[arg(long, value_name = "NAME", default_value = "object")]
    object: String,
    #[command(flatten)]
    setup: setup::Arguments,
    /// Inspections; texts are encoded in the first one alone.
    #[arg(long, default_value_t = 2)]
    runs: u32,
    /// Prints floating-point operations, too, and those of the naive way.
    #[arg(long)]
    flops: bool,
    /// The picture.
    #[arg(value_name = "IMAGE")]
    image: PathBuf,
}

/// Inspects a picture some times and prints where the seconds go.
pub async fn run(arguments: &Arguments) -> Result<()> {
    let start = Instant::now();
    let Setup { pack, engine, settings, options } = Setup::open(&arguments.setup).await?;
    let picture = picture::read(&arguments.image).with_context(|| arguments.image.display().to_string())?;
    let models = pack.models(&engine).await.context("the pack's models cannot be loaded")?;
    let mut inspector = Inspector::new(Measured::new(models), settings)?;
    println!("{} · {} · {} × {}", pack.name(), engine.reason(), picture.width(), picture.height());
    println!("loading {:.2} s", start.elapsed().as_secs_f64());

    for run in 1..=arguments.runs {
        inspector.networks().reset();
        let watch = Watch::start();
        let inspection = inspector
            .inspect(&picture, &arguments.object, &options, &mut |_| {}, &CancellationToken::default(), None)
            .await?;
        let [total, cpu] = watch.read();
        println!("\nrun {run}: {total:.2} s ({cpu:.2} s of processors), {} tiles", inspection.tiles.len());
        println!("{:<24} {:>6} {:>7} {:>8} {:>8}", "", "calls", "items", "seconds", "cpu");
        let stages = inspection.seconds;
        let line = |name: &str, seconds: f64| println!("{name:<24} {:>6} {:>7} {seconds:>8.3}", "", "");
        let works = |works: &[Work]| {
            for &work in works {
                let meter = inspector.networks().meter(work);
                if meter.calls > 0 {
                    let (name, calls, items) = (work.name(), meter.calls, meter.items);
                    println!(
                        "  {name:<22} {calls:>6} {items:>7} {:>8.3} {:>8.2}",
                        meter.seconds, meter.cpu_seconds
                    );
                }
            }
        };
        line("prompts", stages.prompts);
        works(&[Work::Texts]);
        line("foreground", stages.foreground);
        works(&[Work::Saliency, Work::Encode, Work::Masks, Work::Upsample]);
        line("tiles", stages.tiles);
        line("score", stages.score);
        works(&[Work::Image]);
        line("segment", stages.segment);
        works(&[Work::Localise]);
        line("aggregate", stages.aggregate);
        if arguments.flops {
            flops::print(pack.manifest(), engine.kind(), inspector.settings(), inspector.networks());
        }
    }
    if let Some(mebibytes) = peak_memory() {
        println!("\npeak memory {mebibytes} MiB");
    }
    Ok(())
}

/// The most memory that this process has held, in MiB, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}
