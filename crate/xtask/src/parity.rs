use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::run::{output, run};

#[derive(clap::Args)]
pub struct Arguments {
    /// The networks at their official sizes. Without it the small ones, which `cargo xtask test` runs, too.
    #[arg(long)]
    full: bool,
    /// The whole method: what `spotcheck inspect` finds, stage by stage, against a pipeline of transformers' modules.
    #[arg(long, conflicts_with_all = ["full", "engine", "networks"])]
    pipeline: bool,
    /// Checkpoints for --pipeline, laid out as for `spotcheck pack build`; by default those of --full.
    #[arg(long, value_name = "DIR", requires = "pipeline")]
    from: Option<PathBuf>,
    /// A photograph for --pipeline and what is on it, as `gear=photo.jpg`; by default a drawn part.
    #[arg(long, value_name = "NAME=FILE", requires = "pipeline", value_parser = named)]
    picture: Vec<(String, PathBuf)>,
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
/// What the pipeline imports besides.
const PIPELINE_IMPORTS: &str = "import scipy, skimage";

fn named(text: &str) -> Result<(String, PathBuf), String> {
    let (name, file) = text.split_once('=').ok_or("it must be NAME=FILE")?;
    Ok((name.to_owned(), file.into()))
}

/// Holds the networks, or the whole method, against transformers and PyTorch.
pub fn check(root: &Path, arguments: &Arguments) -> Result<()> {
    let folder = arguments.dir.clone().unwrap_or_else(|| root.join("target/parity"));
    let folder = std::path::absolute(folder)?;
    if arguments.pipeline {
        return pipeline(root, arguments, &folder);
    }
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root);
    if !arguments.full {
        return run(cargo.args(["test", "--locked", "-p", "spotcheck-networks"]));
    }
    make_checkpoints(root, &arguments.python, &folder)?;
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

/// Builds a pack from the checkpoints and inspects photographs with it and with the pipeline.
fn pipeline(root: &Path, arguments: &Arguments, folder: &Path) -> Result<()> {
    check_python(&arguments.python, &format!("{IMPORTS}; {PIPELINE_IMPORTS}"))?;
    if let Some(from) = &arguments.from {
        run_pipeline(root, arguments, from, &folder.join("pipeline-from"))
    } else {
        make_checkpoints(root, &arguments.python, folder)?;
        run_pipeline(root, arguments, folder, &folder.join("pipeline"))
    }
}

fn run_pipeline(root: &Path, arguments: &Arguments, checkpoints: &Path, work: &Path) -> Result<()> {
    let mut cargo = Command::new("cargo");
    run(cargo.current_dir(root).args(["build", "--release", "--locked", "-p", "spotcheck"]))?;
    // Beside this program: target/debug/xtask, target/release/spotcheck.
    let here = std::env::current_exe()?;
    let target = here.ancestors().nth(2).context("xtask is not in a target folder")?;
    let binary = target.join("release").join("spotcheck").with_extension(std::env::consts::EXE_EXTENSION);
    let pack = work.join("pack");
    // Its weights as they are: what rounding them costs is another question.
    let mut build = Command::new(&binary);
    build.args(["pack", "build", "--precision", "f32", "--from"]).arg(checkpoints);
    run(build.arg("--out").arg(&pack))?;
    let mut compare = Command::new(&arguments.python);
    compare.arg(root.join("tests/parity/full/compare.py")).args([&binary, &pack]).args([checkpoints, work]);
    for (name, file) in &arguments.picture {
        compare.arg("--object").arg(name).arg("--picture").arg(file);
    }
    run(&mut compare)
}

/// Makes the checkpoints that are not there.
fn make_checkpoints(root: &Path, python: &Path, folder: &Path) -> Result<()> {
    let made = ["clipseg", "sam", "isnet", "quality/sam"]
        .iter()
        .all(|network| folder.join(network).join("expected.safetensors").exists());
    if made {
        return Ok(());
    }
    check_python(python, IMPORTS)?;
    println!("Making random checkpoints of the official shapes in {}: 1.3 GB.", folder.display());
    run(Command::new(python).arg(root.join("tests/parity/full/make_checkpoints.py")).arg(folder))
}

fn check_python(python: &Path, imports: &str) -> Result<()> {
    if output(Command::new(python).args(["-c", imports])).is_none() {
        bail!(
            "{} lacks what the references need: pip install torch torchvision 'transformers>=5' numpy safetensors \
             pillow scipy scikit-image; or name another interpreter with --python",
            python.display()
        );
    }
    Ok(())
}
