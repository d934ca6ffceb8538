use serde_json::Value;
use spotcheck_networks::{IsNetConfig, ReadAt, Weights};

/// A file's larger than this is no configuration.
const LARGEST_JSON: u64 = 64 << 20;

/// Why a file is not taken for one of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{reason}. Wanted are the files of CLIPSeg and SAM (config.json, model.safetensors, preprocessor_config.json, \
     tokenizer.json or vocab.json and merges.txt) and IS-Net as ONNX"
)]
pub struct Unrecognised {
    pub reason: Unfit,
}

/// What a file is, or is not, that is none of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    #[error("it is no file of a checkpoint that is read here")]
    Foreign,
    #[error("its tensors are those of another network")]
    OtherTensors,
    #[error("it configures another network, {0}")]
    OtherModel(String),
    #[error("it configures nothing that is known here")]
    UnknownConfiguration,
    #[error("it is too large for what its name says")]
    TooLarge,
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// What the reader of weights or of graphs says.
    #[error("{0}")]
    Content(String),
}

impl From<Unfit> for Unrecognised {
    fn from(reason: Unfit) -> Self {
        Self { reason }
    }
}

/// Which file of which checkpoint a file without a folder is: its place in what a pack is built from, such as
/// `sam/model.safetensors`. Its content counts; of its name only the ending, or, for the tokenizer's files, the beginning.
pub fn recognise(name: &str, file: &dyn ReadAt) -> Result<String, Unrecognised> {
    let lower = name.to_ascii_lowercase();
    let ends = |ending: &str| lower.ends_with(ending);
    if ends(".safetensors") {
        return weights(file).map(|role| format!("{role}/model.safetensors"));
    }
    if ends(".onnx") {
        let config = IsNetConfig::from_onnx(file).map_err(unrecognised)?;
        config.weights_from_onnx(file).map_err(unrecognised)?;
        return Ok("isnet/model.onnx".into());
    }
    if lower.starts_with("merges") && ends(".txt") {
        return Ok("clipseg/merges.txt".into());
    }
    if ends(".json") {
        return json(&lower, file);
    }
    Err(Unfit::Foreign.into())
}

fn unrecognised(error: impl ToString) -> Unrecognised {
    Unfit::Content(error.to_string()).into()
}

/// The network whose weights these are.
fn weights(file: &dyn ReadAt) -> Result<&'static str, Unrecognised> {
    let weights = Weights::open_safetensors(file).map_err(unrecognised)?;
    let has = |ending: &str| weights.names().iter().any(|name| name.ends_with(ending));
    if has("decoder.film_mul.weight") {
        Ok("clipseg")
    } else if has("mask_decoder.iou_token.weight") && has("vision_encoder.patch_embed.projection.weight") {
        Ok("sam")
    } else {
        Err(Unfit::OtherTensors.into())
    }
}

fn json(name: &str, file: &dyn ReadAt) -> Result<String, Unrecognised> {
    let unreadable = |e: &dyn ToString| Unfit::Unreadable(e.to_string());
    if file.size() > LARGEST_JSON {
        return Err(Unfit::TooLarge.into());
    }
    let mut bytes = vec![0; file.size() as usize];
    file.read_at(0, &mut bytes).map_err(|e| unreadable(&e))?;
    let json: Value = serde_json::from_slice(&bytes).map_err(|e| unreadable(&e))?;
    let text = |key: &str| json.get(key).and_then(Value::as_str);
    if let Some(kind) = text("image_processor_type").or_else(|| text("feature_extractor_type")) {
        let role = if kind.starts_with("Sam") { "sam" } else { "clipseg" };
        return Ok(format!("{role}/preprocessor_config.json"));
    }
    match text("model_type") {
        Some(role @ ("clipseg" | "sam")) => return Ok(format!("{role}/config.json")),
        Some(other) => return Err(Unfit::OtherModel(other.into()).into()),
        None => {}
    }
    let is_tokenizer = json.get("model").is_some_and(|model| model.get("vocab").is_some());
    match name {
        _ if is_tokenizer => Ok("clipseg/tokenizer.json".into()),
        name if name.starts_with("vocab") && json.is_object() => Ok("clipseg/vocab.json".into()),
        _ => Err(Unfit::UnknownConfiguration.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::path::Path;

    use super::*;

    fn fixture(name: &str) -> Vec<u8> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity").join(name);
        let bytes = std::fs::read(&path).unwrap();
        if !name.ends_with(".gz") {
            return bytes;
        }
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut unpacked).unwrap();
        unpacked
    }

    fn found(name: &str, bytes: &[u8]) -> String {
        recognise(name, &bytes).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn refused(name: &str, bytes: &[u8]) -> String {
        recognise(name, &bytes).unwrap_err().to_string()
    }

    #[test]
    fn files_are_known_by_what_is_in_them() {
        let clipseg = |name: &str| fixture(&format!("clipseg/refined/{name}"));
        let sam = |name: &str| fixture(&format!("sam/padded/{name}"));
        assert_eq!(
            found("model (1).safetensors", &clipseg("model.safetensors")),
            "clipseg/model.safetensors"
        );
        assert_eq!(found("MODEL.SAFETENSORS", &sam("model.safetensors")), "sam/model.safetensors");
        assert_eq!(found("config.json", &clipseg("config.json")), "clipseg/config.json");
        assert_eq!(found("config (2).json", &sam("config.json")), "sam/config.json");
        assert_eq!(
            found("a.json", br#"{"image_processor_type":"SamImageProcessor"}"#),
            "sam/preprocessor_config.json"
        );
        assert_eq!(
            found("a.json", br#"{"feature_extractor_type":"ViTFeatureExtractor"}"#),
            "clipseg/preprocessor_config.json"
        );
        assert_eq!(found("t.json", br#"{"model":{"vocab":{},"merges":[]}}"#), "clipseg/tokenizer.json");
        assert_eq!(found("vocab.json", br#"{"a":0}"#), "clipseg/vocab.json");
        assert_eq!(found("merges.txt", b"#version: 0.2\n"), "clipseg/merges.txt");
    }

    #[test]
    fn other_files_are_refused_with_the_reason() {
        // IS-Net's, but as safetensors and not of the official size.
        assert!(
            refused("m.safetensors", &fixture("isnet/even/model.safetensors")).contains("another network")
        );
        let small = refused("isnet.onnx", &fixture("isnet/odd/folded.onnx.gz"));
        assert!(small.contains("conv_in") && small.contains("Wanted are"), "{small}");
        assert!(refused("m.safetensors", b"PK\x03\x04").contains("header"));
        assert!(refused("config.json", br#"{"model_type":"bert"}"#).contains("bert"));
        assert!(refused("notes.json", br#"{"a":1}"#).contains("nothing that is known"));
        assert!(refused("notes.json", b"{").contains("cannot be read"));
        assert!(refused("notes.txt", b"").contains("no file of a checkpoint"));
    }
}
