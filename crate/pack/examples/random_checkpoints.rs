//! Writes checkpoints of random weights in the official shapes, as they lie on Hugging Face: in a folder for each repository.
//!
//! ```text
//! random_checkpoints [--quality] FOLDER
//! ```
//!
//! 0.8 GB; with SAM ViT-B (`--quality`) 1.2 GB. The same every time. The networks compute finite nonsense with them: enough to
//! show that official checkpoints can be fetched, built and run where those themselves cannot be had.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use serde_json::json;
use spotcheck_networks::{Inline, IsNetConfig, Weights};

const CLIPSEG: &str = include_str!("../../../tests/parity/shapes/clipseg-rd64-refined.txt");
const SLIMSAM: &str = include_str!("../../../tests/parity/shapes/slimsam-77.txt");
const SAM: &str = include_str!("../../../tests/parity/shapes/sam-vit-base.txt");
const ISNET: &str = include_str!("../../../tests/parity/shapes/isnet.txt");
const MERGES: &[u8] = include_bytes!("../../../tests/parity/tokenizer/merges.txt.gz");

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (quality, folder) = match &arguments[..] {
        [folder] => (false, folder),
        [flag, folder] if flag == "--quality" => (true, folder),
        _ => return Err("usage: random_checkpoints [--quality] FOLDER".into()),
    };
    let folder = Path::new(folder);
    clipseg(&folder.join("CIDAS/clipseg-rd64-refined"))?;
    match quality {
        false => sam(&folder.join("Zigeng/SlimSAM-uniform-77"), SLIMSAM, 168, 696)?,
        true => sam(&folder.join("facebook/sam-vit-base"), SAM, 768, 3072)?,
    }
    isnet(&folder.join("onnx-community/ISNet-ONNX/onnx"))
}

fn clipseg(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let transformer = |width: usize, mlp: usize, heads: usize| {
        json!({
            "hidden_size": width, "intermediate_size": mlp, "num_hidden_layers": 12, "num_attention_heads": heads,
            "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5,
            "max_position_embeddings": 77, "vocab_size": 49408, "bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2,
            "image_size": 224, "patch_size": 16, "num_channels": 3
        })
    };
    let config = json!({
        "model_type": "clipseg", "projection_dim": 512, "reduce_dim": 64, "extract_layers": [3, 6, 9],
        "decoder_num_attention_heads": 4, "decoder_intermediate_size": 2048, "decoder_hidden_act": "quick_gelu",
        "conditional_layer": 0, "use_complex_transposed_convolution": true,
        "text_config": transformer(512, 2048, 8), "vision_config": transformer(768, 3072, 12)
    });
    write_json(folder, "config.json", &config)?;
    write_json(
        folder,
        "preprocessor_config.json",
        &preprocessor("ViTImageProcessor", &json!({ "height": 352, "width": 352 })),
    )?;
    // The older form, which says the same as a tokenizer.json.
    let mut merges = String::new();
    flate2::read::GzDecoder::new(MERGES).read_to_string(&mut merges)?;
    write_json(folder, "vocab.json", &vocabulary(&merges).into())?;
    std::fs::write(folder.join("merges.txt"), format!("#version: 0.2\n{merges}"))?;
    write_safetensors(&folder.join("model.safetensors"), CLIPSEG, 1)
}

fn preprocessor(kind: &str, size: &serde_json::Value) -> serde_json::Value {
    json!({
        "image_processor_type": kind, "do_normalize": true, "do_resize": true, "resample": 2, "size": size,
        "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]
    })
}

/// The words of byte-level BPE in CLIP's order: bytes, bytes at a word's end, merges, and the two marks.
fn vocabulary(merges: &str) -> serde_json::Map<String, serde_json::Value> {
    let printable = (33..127).chain(161..173).chain(174..256);
    let mut bytes: Vec<char> = printable.filter_map(char::from_u32).collect();
    let rest = 256 - bytes.len() as u32;
    bytes.extend((0..rest).filter_map(|i| char::from_u32(256 + i)));
    let bytes = bytes.into_iter().map(String::from);
    let ends = bytes.clone().map(|byte| byte + "</w>");
    let merged = merges.lines().filter(|line| !line.is_empty()).map(|line| line.replace(' ', ""));
    let marks = ["<|startoftext|>", "<|endoftext|>"].map(String::from);
    bytes.chain(ends).chain(merged).chain(marks).enumerate().map(|(i, word)| (word, i.into())).collect()
}

fn sam(folder: &Path, shapes: &str, width: usize, mlp: usize) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let config = json!({
        "model_type": "sam",
        "vision_config": {
            "hidden_size": width, "mlp_dim": mlp, "output_channels": 256, "num_hidden_layers": 12, "num_attention_heads": 12,
            "image_size": 1024, "patch_size": 16, "num_channels": 3, "window_size": 14, "global_attn_indexes": [2, 5, 8, 11],
            "hidden_act": "gelu", "layer_norm_eps": 1e-6, "qkv_bias": true, "use_abs_pos": true, "use_rel_pos": true,
            "num_pos_feats": 128
        },
        "prompt_encoder_config": {
            "hidden_size": 256, "image_embedding_size": 64, "image_size": 1024, "patch_size": 16, "mask_input_channels": 16,
            "num_point_embeddings": 4, "hidden_act": "gelu", "layer_norm_eps": 1e-6
        },
        "mask_decoder_config": {
            "hidden_size": 256, "mlp_dim": 2048, "num_hidden_layers": 2, "num_attention_heads": 8,
            "attention_downsample_rate": 2, "num_multimask_outputs": 3, "iou_head_depth": 3, "iou_head_hidden_dim": 256,
            "hidden_act": "relu", "layer_norm_eps": 1e-6
        }
    });
    write_json(folder, "config.json", &config)?;
    write_json(
        folder,
        "preprocessor_config.json",
        &preprocessor("SamImageProcessor", &json!({ "longest_edge": 1024 })),
    )?;
    write_safetensors(&folder.join("model.safetensors"), shapes, 2)
}

/// As the exports for browsers are: ONNX whose batch normalisations are folded into the convolutions.
fn isnet(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let scratch = folder.join("random.safetensors");
    write_safetensors(&scratch, ISNET, 3)?;
    let bytes = std::fs::read(&scratch)?;
    std::fs::remove_file(&scratch)?;
    let weights = Weights::from_safetensors(&bytes)?;
    std::fs::write(folder.join("model.onnx"), IsNetConfig::default().graph(&weights, &mut Inline)?)?;
    Ok(())
}

fn write_json(folder: &Path, name: &str, json: &serde_json::Value) -> Result<()> {
    Ok(std::fs::write(folder.join(name), serde_json::to_vec_pretty(json)?)?)
}

/// Writes the tensors of a table of names and shapes, one by one.
fn write_safetensors(path: &Path, table: &str, seed: u64) -> Result<()> {
    let mut tensors = Vec::new();
    let mut end = 0;
    let mut header = serde_json::Map::new();
    for line in table.lines() {
        let (name, shape) = line.split_once('\t').ok_or("a line of the table has no tab")?;
        // Counters are integers, and read by nobody.
        if name.ends_with("num_batches_tracked") || name.ends_with("position_ids") {
            continue;
        }
        let shape: Vec<usize> = serde_json::from_str(shape)?;
        let start = end;
        end += 4 * shape.iter().product::<usize>();
        header.insert(name.into(), json!({ "dtype": "F32", "shape": shape, "data_offsets": [start, end] }));
        tensors.push((name, shape));
    }
    let header = serde_json::to_vec(&header)?;
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(&header)?;
    let mut random = Random(seed);
    for (name, shape) in tensors {
        let (mean, deviation) = spread(name, &shape);
        for _ in 0..shape.iter().product::<usize>() {
            file.write_all(&(mean + deviation * random.next()).to_le_bytes())?;
        }
    }
    Ok(file.flush()?)
}

/// Mean and half width of a tensor's values, such that what a layer gives is about as large as what it gets.
fn spread(name: &str, shape: &[usize]) -> (f32, f32) {
    let one_of = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if one_of(&["conv_s1", "bn_s1", "conv_in", "side"]) {
        return spread_in_isnet(name, shape);
    }
    match shape {
        // The logarithm of CLIP's scale.
        [] => (2.66, 0.0),
        [_] if name.ends_with("weight") => (1.0, 0.1),
        [_] => (0.0, 0.05),
        _ if one_of(&["embedding", "pos_embed", "rel_pos", "token.weight"]) => (0.0, 0.1),
        // A kernel [O, I, k, l] or a matrix [O, I] adds up so many products; a uniform distribution is √3 as wide as it
        // deviates.
        [_, inner @ ..] => (0.0, (3.0 / inner.iter().product::<usize>() as f32).sqrt()),
    }
}

/// IS-Net's kernels become means of what they see: then what is brighter than the rest of a picture is its object, and not
/// anything or nothing.
fn spread_in_isnet(name: &str, shape: &[usize]) -> (f32, f32) {
    match shape {
        [_, inner @ ..] if !inner.is_empty() => {
            let share = 1.0 / inner.iter().product::<usize>() as f32;
            (share, share)
        }
        // A block adds up what comes in and what goes out.
        _ if name.ends_with("rebnconvin.bn_s1.weight") || name.ends_with("rebnconv1d.bn_s1.weight") => {
            (0.5, 0.0)
        }
        _ if name.ends_with("bn_s1.weight") || name.ends_with("running_var") => (1.0, 0.0),
        _ => (0.0, 0.0),
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    /// Evenly from -1 to 1.
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }
}
