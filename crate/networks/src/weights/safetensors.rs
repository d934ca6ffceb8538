use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Element, Entry, Place};
use crate::{Error, ReadAt};

/// The most bytes of a header: what the format itself allows.
const LONGEST_HEADER: u64 = 100_000_000;

#[derive(Deserialize)]
struct Header {
    /// Anything may stand here; it is not looked at.
    #[serde(rename = "__metadata__")]
    _metadata: Option<IgnoredAny>,
    #[serde(flatten)]
    tensors: BTreeMap<String, Tensor>,
}

#[derive(Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [u64; 2],
}

/// Reads the header of a safetensors file: which tensors it has and where they stand.
///
/// The tensors must lie one behind the other without a hole and fill the file to its end, so that one that was cut off
/// in a download is found out here.
pub(super) fn read(file: &dyn ReadAt) -> Result<BTreeMap<String, Entry>, Error> {
    let bad = |message: String| Error::Checkpoint(message);
    let read = |offset: u64, buffer: &mut [u8]| {
        file.read_at(offset, buffer).map_err(|e| bad(format!("its header cannot be read: {e}")))
    };
    let mut length = [0; 8];
    read(0, &mut length)?;
    let length = u64::from_le_bytes(length);
    let start = 8 + length.min(LONGEST_HEADER);
    if length > LONGEST_HEADER || start > file.size() {
        return Err(bad(format!("a header of {length} bytes in a file of {}", file.size())));
    }
    let mut json = vec![0; length as usize];
    read(8, &mut json)?;
    let header: Header = serde_json::from_slice(&json).map_err(|e| bad(format!("its header: {e}")))?;

    let mut order: Vec<(&String, &Tensor)> = header.tensors.iter().collect();
    order.sort_by_key(|(_, tensor)| tensor.data_offsets);
    let mut end = 0;
    for (name, tensor) in order {
        let [from, to] = tensor.data_offsets;
        if from != end || to < from {
            return Err(bad(format!("tensor `{name}` is at {from} to {to}, but must begin at {end}")));
        }
        let element = Element::named(&tensor.dtype);
        let elements = tensor.shape.iter().try_fold(1u64, |n, &d| n.checked_mul(u64::try_from(d).ok()?));
        let bytes = elements.and_then(|n| n.checked_mul(element.size().unwrap_or(0)));
        if elements.is_none() || (element.size().is_some() && bytes != Some(to - from)) {
            return Err(bad(format!(
                "tensor `{name}` of {} and the shape {:?} has {} bytes",
                tensor.dtype,
                tensor.shape,
                to - from
            )));
        }
        end = to;
    }
    if end != file.size() - start {
        let message = format!("its tensors have {end} bytes, but {} are there", file.size() - start);
        return Err(bad(message));
    }
    let entry = |tensor: Tensor| {
        let place = Place::File { offset: start + tensor.data_offsets[0] };
        Entry { element: Element::named(&tensor.dtype), shape: tensor.shape, place }
    };
    Ok(header.tensors.into_iter().map(|(name, tensor)| (name, entry(tensor))).collect())
}
