use serde::Deserialize;
use serde_json::Value;
use spotcheck_networks::Normalisation;

use crate::Error;
use crate::checkpoints::{Checkpoints, optional};

/// The parts of a `preprocessor_config.json` that are used.
#[derive(Debug, Default)]
pub(crate) struct Preprocessor {
    /// The side of the square that pictures are resized to.
    pub side: Option<usize>,
    pub normalisation: Option<Normalisation>,
}

#[derive(Deserialize)]
struct File {
    size: Option<Value>,
    #[serde(flatten)]
    normalisation: Option<Normalisation>,
}

impl Preprocessor {
    /// Reads a folder's `preprocessor_config.json`; nothing is known where there is none.
    pub fn read(checkpoints: &dyn Checkpoints, folder: &str) -> Result<Self, Error> {
        let file = format!("{folder}/preprocessor_config.json");
        match optional(checkpoints, &file)? {
            Some(json) => Self::from_json(&json).map_err(|message| Error::storage(&file, message)),
            None => Ok(Self::default()),
        }
    }

    fn from_json(json: &[u8]) -> Result<Self, String> {
        let file: File = serde_json::from_slice(json).map_err(|e| e.to_string())?;
        let side = match &file.size {
            None | Some(Value::Null) => None,
            Some(size) => {
                Some(side(size).ok_or_else(|| format!("size is {size}, which is no square of pixels"))?)
            }
        };
        Ok(Self { side, normalisation: file.normalisation })
    }
}

/// A side in any of the forms that image processors have written: S, [S, S], {"height": S, "width": S},
/// {"shortest_edge": S} and {"longest_edge": S}.
fn side(size: &Value) -> Option<usize> {
    let square = |a: &Value, b: &Value| (a == b).then(|| a.as_u64()).flatten();
    let side = match size {
        Value::Number(side) => side.as_u64(),
        Value::Array(sides) => match &sides[..] {
            [height, width] => square(height, width),
            _ => None,
        },
        Value::Object(size) => match (size.get("height"), size.get("width")) {
            (Some(height), Some(width)) => square(height, width),
            _ => size.get("shortest_edge").or_else(|| size.get("longest_edge"))?.as_u64(),
        },
        _ => None,
    };
    usize::try_from(side?).ok().filter(|&side| side > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_size_is_read() {
        let side = |size: &str| {
            Preprocessor::from_json(format!(r#"{{"size": {size}, "resample": 2}}"#).as_bytes())
                .map(|p| p.side)
        };
        for size in [
            "352",
            "[352, 352]",
            r#"{"height": 352, "width": 352}"#,
            r#"{"shortest_edge": 352}"#,
            r#"{"longest_edge": 352}"#,
        ] {
            assert_eq!(side(size).unwrap(), Some(352), "{size}");
        }
        assert_eq!(side("null").unwrap(), None);
        for size in [r#"{"height": 352, "width": 224}"#, "[352]", "-1", "0", "3.5", r#""large""#, "{}"] {
            assert!(side(size).unwrap_err().contains("no square"), "{size}");
        }
    }

    #[test]
    fn a_normalisation_is_read_when_it_is_whole() {
        let read = |json: &str| Preprocessor::from_json(json.as_bytes()).unwrap().normalisation;
        let whole =
            r#"{"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225], "size": 352}"#;
        assert_eq!(read(whole), Some(Normalisation::IMAGENET));
        assert_eq!(read(r#"{"do_resize": true}"#), None);
    }
}
