//! Small random checkpoints in memory, and packs of them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use serde_json::Value;
use spotcheck_pack::{BuildOptions, Error, assemble};

pub type Files = BTreeMap<String, Vec<u8>>;

/// Small checkpoints, in folders of these names.
pub fn checkpoints(isnet: &str, sam: &str, clipseg: &str) -> Files {
    let mut files = Files::new();
    for (folder, source) in [(isnet, "isnet/even"), (sam, "sam/padded"), (clipseg, "clipseg/refined")] {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity").join(source);
        for name in ["config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.json"] {
            if let Ok(bytes) = std::fs::read(source.join(name)) {
                files.insert(format!("{folder}/{name}"), bytes);
            }
        }
    }
    files
}

pub fn small() -> BuildOptions {
    BuildOptions { text_lengths: vec![], texts: 2, prompts: 2, points: 2, ..BuildOptions::default() }
}

pub fn pack(from: &Files, options: &BuildOptions) -> Result<Files, Error> {
    let mut out = Files::new();
    assemble(from, &mut out, options, &mut |_| ControlFlow::Continue(())).map(|()| out)
}

/// Changes a JSON file.
pub fn edit(files: &mut Files, name: &str, change: impl FnOnce(&mut Value)) {
    let bytes = files.get_mut(name).unwrap();
    let mut json = serde_json::from_slice(bytes).unwrap();
    change(&mut json);
    *bytes = serde_json::to_vec(&json).unwrap();
}
