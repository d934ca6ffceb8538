//! Builds the graphs of the small networks in `tests/parity` into a folder, for `tests/parity/check_onnx.py`:
//! `cargo run -p spotcheck-networks --example build_graphs -- FOLDER`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use spotcheck_networks::{ClipConfig, ClipSegConfig, Inline, IsNetConfig, SamConfig, Weights};

/// Points that SAM's decoder takes at a time: as many as the fixtures have.
const POINTS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: build_graphs FOLDER")?);
    fs::create_dir_all(&out)?;
    let parity = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity");
    let write = |network: &str, case: &str, graph: &str, onnx: Vec<u8>| {
        let name = format!("{network}.{case}.{graph}.onnx");
        println!("{name}: {} bytes", onnx.len());
        fs::write(out.join(name), onnx)
    };
    for case in ["odd", "even"] {
        let folder = parity.join("isnet").join(case);
        let checkpoint = fs::read(folder.join("model.safetensors"))?;
        let weights = Weights::from_safetensors(&checkpoint)?;
        let config = IsNetConfig::from_json(&fs::read(folder.join("config.json"))?)?;
        write("isnet", case, "isnet", config.graph(&weights, &mut Inline)?)?;
    }
    for case in ["padded", "odd"] {
        let folder = parity.join("sam").join(case);
        let checkpoint = fs::read(folder.join("model.safetensors"))?;
        let weights = Weights::from_safetensors(&checkpoint)?;
        let config = SamConfig::from_json(&fs::read(folder.join("config.json"))?)?;
        write("sam", case, "sam_encoder", config.encoder_graph(&weights, &mut Inline)?)?;
        write("sam", case, "sam_decoder", config.decoder_graph(&weights, &mut Inline, POINTS)?)?;
        write("sam", case, "sam_points", config.points_graph(&weights, &mut Inline, POINTS)?)?;
    }
    // Texts at a time and tokens in each, as the fixtures have them.
    for (case, texts, tokens) in [("quick_gelu", 4, 19), ("gelu", 3, 11)] {
        let folder = parity.join("clip").join(case);
        let checkpoint = fs::read(folder.join("model.safetensors"))?;
        let weights = Weights::from_safetensors(&checkpoint)?;
        let config = ClipConfig::from_json(&fs::read(folder.join("config.json"))?)?;
        write("clip", case, "clip_vision", config.vision_graph(&weights, &mut Inline)?)?;
        write("clip", case, "clip_text", config.text_graph(&weights, &mut Inline, texts, tokens)?)?;
    }
    // The side of the tile and the prompts at a time.
    for (case, side, prompts) in [("refined", 80, 4), ("simple", 30, 3)] {
        let folder = parity.join("clipseg").join(case);
        let checkpoint = fs::read(folder.join("model.safetensors"))?;
        let weights = Weights::from_safetensors(&checkpoint)?;
        let config = ClipSegConfig::from_json(&fs::read(folder.join("config.json"))?)?;
        write("clipseg", case, "clipseg_vision", config.vision_graph(&weights, &mut Inline, side)?)?;
        write(
            "clipseg",
            case,
            "clipseg_decoder",
            config.decoder_graph(&weights, &mut Inline, side, prompts)?,
        )?;
    }
    Ok(())
}
