use std::collections::BTreeMap;

use spotcheck_engine::onnx::ModelProto;

use crate::pack::sha256;
use crate::{Error, FileInfo, Graph, Manifest, PackFiles, flops};

pub(crate) const MANIFEST: &str = "manifest.json";

/// Writes a pack's files and keeps the account of them.
pub(crate) struct Writer<'f> {
    out: &'f mut dyn PackFiles,
    /// The most bytes of a part of a blob.
    pub largest: usize,
    pub files: BTreeMap<String, FileInfo>,
    pub weights: BTreeMap<String, Vec<String>>,
}

impl<'f> Writer<'f> {
    /// Takes the files of an older pack away, its manifest first.
    pub fn new(out: &'f mut dyn PackFiles, largest: usize) -> Result<Self, Error> {
        if let Some(json) = out.read(MANIFEST)? {
            out.remove(MANIFEST)?;
            // Of a manifest that cannot be read, no names are believed.
            let files = Manifest::from_json(&json).map(|manifest| manifest.files).unwrap_or_default();
            files.keys().try_for_each(|file| out.remove(file))?;
        }
        Ok(Self { out, largest: largest.max(1), files: BTreeMap::new(), weights: BTreeMap::new() })
    }

    pub fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let info = FileInfo { size: bytes.len() as u64, sha256: sha256(bytes) };
        self.files.insert(name.into(), info);
        self.out.write(name, bytes)
    }

    pub fn graph(&mut self, name: &str, onnx: &[u8]) -> Result<Graph, Error> {
        let model = ModelProto::read(onnx.to_vec()).map_err(|e| Error::storage(name, e))?;
        self.file(name, onnx)?;
        Ok(Graph { file: name.into(), flops: flops(&model) })
    }

    /// Writes the manifest: from then on it is a pack.
    pub fn finish(self, manifest: &Manifest) -> Result<(), Error> {
        let json = serde_json::to_vec_pretty(manifest).map_err(|e| Error::Manifest(e.to_string()))?;
        self.out.write(MANIFEST, &json)
    }

    /// Takes away what was written of a pack that will not be.
    pub fn abandon(self) {
        for file in self.files.keys() {
            // What cannot be removed lies there without harm; why the build broke off is what is told.
            let _ = self.out.remove(file);
        }
    }
}
