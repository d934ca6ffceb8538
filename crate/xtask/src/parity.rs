use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::run::{output, run};

#[derive(clap::Args)]
pub struct Arguments {
    /// The networks at their official sizes. Without it the small ones, which `cargo xtask test` runs, too.
    #[arg(long)]
    full: bool,
    /// The engines to be tried.
    #[arg(long, value_enum, default_value_t = Engines::Both)]
    engine: Engines,
    /// The Python that has what makes the checkpoints.
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// The folder of the checkpoints, which are made when they are not there: 1.3 GB. By default target/parity.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Networks; all by default: clip (and CLIPSeg), slimsam, isnet, sam-vit-b.
    networks: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Engines {
    Rten,
    Wonnx,
    Both,
}

/// What the script that makes the checkpoints imports.
const IMPORTS: &str = "import numpy, PIL, safetensors, torch, torchvision, transformers; \
                       assert int(transformers.__version__.split('.')[0]) >= 5";

/// Holds the networks against transformers and PyTorch.
pub fn check(root: &Path, arguments: &Arguments) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root);
    if !arguments.full {
        return run(cargo.args(["test", "--locked", "-p", "spotcheck-networks"]));
    }
    let folder = arguments.dir.clone().unwrap_or_else(|| root.join("target/parity"));
    let folder = std::path::absolute(folder)?;
    let made = ["clipseg", "sam", "isnet", "quality/sam"]
        .iter()
        .all(|network| folder.join(network).join("expected.safetensors").exists());
    if !made {
        make_checkpoints(root, &arguments.python, &folder)?;
    }
    let engine = match arguments.engine {
        Engines::Rten => "rten",
        Engines::Wonnx => "wonnx",
        Engines::Both => "both",
    };
    cargo.args([
        "run",
        "--release",
        "--locked",
        "-p",
        "spotcheck-networks",
        "--example",
        "full_parity",
        "--",
    ]);
    run(cargo.arg(folder).arg(engine).args(&arguments.networks))
}

fn make_checkpoints(root: &Path, python: &Path, folder: &Path) -> Result<()> {
    if output(Command::new(python).args(["-c", IMPORTS])).is_none() {
        bail!(
            "the checkpoints are made by Python, and {} lacks what that needs: pip install torch torchvision \
             'transformers>=5' numpy safetensors pillow; or name another interpreter with --python",
            python.display()
        );
    }
    println!("Making random checkpoints of the official shapes in {}: 1.3 GB.", folder.display());
    run(Command::new(python).arg(root.join("tests/parity/full/make_checkpoints.py")).arg(folder))
}
