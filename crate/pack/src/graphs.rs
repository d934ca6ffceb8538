use std::collections::BTreeMap;

use prost::Message;
use spotcheck_engine::onnx::{ModelProto, StringStringEntryProto, TensorProto};
use spotcheck_engine::{Bundle, Engine};
use spotcheck_networks::Error as NetworkError;

use crate::pack::Pack;
use crate::weights::{Coded, Place, place};
use crate::{Error, Graph};

/// What the weights that graphs share are called in them while they are in memory; rten insists on the ending.
const SHARED: &str = "weights.data";
/// Each tensor begins at a multiple of so many bytes.
const ALIGNMENT: usize = 64;

impl Pack {
    /// Reads graphs of one checkpoint for an engine, with the weights that they share: those that one of them uses, each
    /// held once. Each file of weights is read once and let go again.
    pub(crate) async fn bundle(
        &self,
        engine: &Engine,
        network: &'static str,
        graphs: &[&Graph],
    ) -> Result<Bundle, Error> {
        let mut models = Vec::with_capacity(graphs.len());
        let mut wanted = Wanted::default();
        for Graph { file, .. } in graphs {
            let bad = |message: String| Error::Network {
                file: file.clone(),
                source: NetworkError::config(network, message),
            };
            let mut model = ModelProto::read(self.read(file).await?).map_err(|e| bad(e.to_string()))?;
            for tensor in model.graph.iter_mut().flat_map(|graph| &mut graph.initializer) {
                if let Some(place) = place(tensor).map_err(bad)? {
                    self.check(&place)?;
                    let coded = place.coded(tensor).map_err(bad)?;
                    let slot = wanted.slot(&place, coded);
                    let Slot { to, size } = slot.ok_or_else(|| bad("its weights are too large".into()))?;
                    stands_at(tensor, to, size);
                }
            }
            models.push(model.encode_to_vec());
        }
        let weights = self.weights(&wanted).await?;
        Ok(Bundle { graphs: models, weights: Some(engine.share(SHARED, weights)) })
    }

    /// The parts of a blob, each with its size.
    fn parts(&self, blob: &str) -> Result<Vec<(&String, u64)>, Error> {
        let parts = self.manifest().weights.get(blob);
        let parts =
            parts.ok_or_else(|| Error::Manifest(format!("{blob} is no blob of weights of this pack")))?;
        let sized = parts.iter().map(|part| {
            let info = self.manifest().files.get(part);
            info.map(|info| (part, info.size)).ok_or_else(|| Error::Missing { file: part.clone() })
        });
        sized.collect()
    }

    /// Fails when a place is not inside its blob.
    fn check(&self, Place { blob, offset, length, .. }: &Place) -> Result<(), Error> {
        let total = self.parts(blob)?.iter().fold(0u64, |sum, (_, size)| sum.saturating_add(*size));
        if offset.checked_add(*length).is_none_or(|end| end > total) {
            let message = format!("{blob} has {total} bytes, but a graph wants {length} at {offset}");
            return Err(Error::Manifest(message));
        }
        Ok(())
    }

    /// The wanted weights in their new order, whatever files they are cut into, and as ONNX has them.
    async fn weights(&self, wanted: &Wanted) -> Result<Vec<u8>, Error> {
        let mut weights = vec![0; wanted.size];
        for (blob, stored) in &wanted.blobs {
            // What has come of a tensor that has to be decoded, which takes all of it.
            let mut coming: BTreeMap<&Stored, Vec<u8>> = BTreeMap::new();
            let mut start = 0;
            for (part, size) in self.parts(blob)? {
                let end = start + size;
                let here = |&(s, _): &(&Stored, &Slot)| s.offset < end && s.offset + s.length > start;
                let mut stored = stored.iter().filter(here).peekable();
                if stored.peek().is_some() {
                    let bytes = self.read(part).await?;
                    for (tensor, slot) in stored {
                        let from = tensor.offset.max(start);
                        let until = (tensor.offset + tensor.length).min(end);
                        let bytes = bytes.get((from - start) as usize..(until - start) as usize);
                        let bytes = bytes.unwrap_or_default();
                        let Some(coded) = &tensor.coded else {
                            put(&mut weights, slot.to + (from - tensor.offset) as usize, bytes);
                            continue;
                        };
                        let all = coming.entry(tensor).or_default();
                        all.extend_from_slice(bytes);
                        if all.len() as u64 == tensor.length {
                            let all = coming.remove(tensor).unwrap_or_default();
                            let elements = coded.decode(all).map_err(|e| {
                                Error::Manifest(format!("weights at {} of {blob}: {e}", tensor.offset))
                            })?;
                            put(&mut weights, slot.to, &elements);
                        }
                    }
                }
                start = end;
            }
        }
        Ok(weights)
    }
}

/// Copies bytes to a place; what does not fit is left out, which a checked size rules out.
fn put(weights: &mut [u8], to: usize, bytes: &[u8]) {
    if let Some(room) = weights.get_mut(to..).and_then(|rest| rest.get_mut(..bytes.len())) {
        room.copy_from_slice(bytes);
    }
}

/// Weights that graphs use, and where each comes to stand.
#[derive(Default)]
struct Wanted {
    /// By blob.
    blobs: BTreeMap<String, BTreeMap<Stored, Slot>>,
    /// Of all together, in bytes.
    size: usize,
}

/// A tensor in a blob.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Stored {
    offset: u64,
    length: u64,
    /// `None` when it is stored as ONNX has it.
    coded: Option<Coded>,
}

/// A tensor's place among the shared weights.
#[derive(Clone, Copy)]
struct Slot {
    to: usize,
    /// In bytes.
    size: usize,
}

impl Wanted {
    /// Where a tensor comes to stand; `None` when memory cannot hold it.
    fn slot(&mut self, place: &Place, coded: Option<Coded>) -> Option<Slot> {
        let size = match &coded {
            Some(coded) => coded.size()?,
            None => usize::try_from(place.length).ok()?,
        };
        let stored = Stored { offset: place.offset, length: place.length, coded };
        let blob = self.blobs.entry(place.blob.clone()).or_default();
        if let Some(slot) = blob.get(&stored) {
            return Some(*slot);
        }
        let to = self.size.checked_next_multiple_of(ALIGNMENT)?;
        self.size = to.checked_add(size)?;
        let slot = Slot { to, size };
        blob.insert(stored, slot);
        Some(slot)
    }
}

/// Writes a tensor's place in the shared weights into it.
fn stands_at(tensor: &mut TensorProto, offset: usize, length: usize) {
    let entry = |key: &str, value: String| StringStringEntryProto { key: key.into(), value };
    tensor.external_data = vec![
        entry("location", SHARED.into()),
        entry("offset", offset.to_string()),
        entry("length", length.to_string()),
    ];
}
