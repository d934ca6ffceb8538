use std::collections::BTreeMap;

use prost::Message;
use spotcheck_engine::onnx::ModelProto;
use spotcheck_networks::Error as NetworkError;

use crate::pack::Pack;
use crate::weights::{Place, place};
use crate::{Error, Graph};

impl Pack {
    /// A graph as one ONNX file, its weights put back in. Each file of weights is read once and let go again.
    pub(crate) async fn graph(&self, network: &'static str, graph: &Graph) -> Result<Vec<u8>, Error> {
        let file = &graph.file;
        let bad = |message: String| Error::Network {
            file: file.clone(),
            source: NetworkError::config(network, message),
        };
        let skeleton = self.read(file).await?;
        let mut model = ModelProto::read(skeleton).map_err(|e| bad(e.to_string()))?;
        let tensors = model.graph.as_mut().map(|g| g.initializer.as_mut_slice()).unwrap_or_default();

        // Blob by blob, the places in it with the tensors that are there.
        let mut wanted: BTreeMap<String, Vec<(usize, Place)>> = BTreeMap::new();
        for (i, tensor) in tensors.iter().enumerate() {
            if let Some(place) = place(tensor).map_err(bad)? {
                wanted.entry(place.blob.clone()).or_default().push((i, place));
            }
        }
        for (blob, places) in wanted {
            let data = self.places(&blob, &places).await?;
            for ((i, place), data) in places.iter().zip(data) {
                let tensor = &mut tensors[*i];
                tensor.raw_data = place.elements(tensor, data).map_err(bad)?.into();
                tensor.external_data.clear();
                tensor.data_location = 0;
            }
        }
        Ok(model.encode_to_vec())
    }

    /// The bytes at places of a blob, whatever files it is cut into.
    async fn places(&self, blob: &str, places: &[(usize, Place)]) -> Result<Vec<Vec<u8>>, Error> {
        let parts = self.manifest().weights.get(blob);
        let parts =
            parts.ok_or_else(|| Error::Manifest(format!("{blob} is no blob of weights of this pack")))?;
        let sized = parts.iter().map(|part| {
            let info = self.manifest().files.get(part);
            info.map(|info| (part, info.size)).ok_or_else(|| Error::Missing { file: part.clone() })
        });
        let sized = sized.collect::<Result<Vec<_>, _>>()?;
        let total = sized.iter().fold(0u64, |sum, (_, size)| sum.saturating_add(*size));
        for (_, place) in places {
            if place.offset.checked_add(place.length).is_none_or(|end| end > total) {
                let message = format!(
                    "{blob} has {total} bytes, but a graph wants {} at {}",
                    place.length, place.offset
                );
                return Err(Error::Manifest(message));
            }
        }
        let mut data = vec![Vec::new(); places.len()];
        let mut start = 0;
        for (part, size) in sized {
            let end = start + size;
            let here = |p: &Place| p.offset < end && p.offset + p.length > start;
            if places.iter().any(|(_, p)| here(p)) {
                let bytes = self.read(part).await?;
                for ((_, p), data) in places.iter().zip(&mut data).filter(|((_, p), _)| here(p)) {
                    let from = p.offset.max(start) - start;
                    let to = (p.offset + p.length).min(end) - start;
                    data.extend_from_slice(bytes.get(from as usize..to as usize).unwrap_or_default());
                }
            }
            start = end;
        }
        Ok(data)
    }
}
