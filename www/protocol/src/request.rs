use js_sys::{Array, ArrayBuffer, Float32Array};
use serde::{Deserialize, Serialize};
use web_sys::Blob;

use crate::{
    Basis, Export, Features, Fellow, MaskFile, Masked, Message, Method, PackPlace, Precision, Region, Tile,
};

/// Which engine the person wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EngineChoice {
    /// The GPU when there is a real one, else the CPU.
    #[default]
    Auto,
    /// WebGPU, whatever adapter the browser gives.
    Webgpu,
    Cpu,
}

/// What the page asks of the worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// Chooses the engine and makes a pack ready. Answered by `Ready` or `Unusable`.
    Open {
        pack: PackPlace,
        engine: EngineChoice,
        /// A JSON object of the settings that differ from the pack's. Unusable ones are told by `Refused`, and left out.
        settings: String,
    },
    /// Inspects with other settings from now on: a JSON object of those that differ from the pack's. Answered by `Ready`, or by
    /// `Refused` when they stay as they were.
    Settings { settings: String },
    /// Inspects a picture. Answered by any number of `Progress` and one of `Found` or `Failed`.
    Inspect {
        /// Comes back in every reply to this request.
        job: u32,
        method: Method,
        name: String,
        /// What the thing in the picture is.
        object: String,
        /// The picture's file.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        file: ArrayBuffer,
        /// What counts of the picture.
        region: Region,
        /// What is known to be wrong in it: nothing is found by it, only told whether that counts.
        mask: Option<MaskFile>,
        /// Whether the reply shall hold the picture's pixels, because the browser cannot show the file itself.
        with_picture: bool,
    },
    /// Stops the inspection `job` at its next step: its answer is then `Failed` with `Cancelled`. Or stops a `Rate` or a `Compare`:
    /// it has no answer any more then.
    Cancel { job: u32 },
    /// Writes a map as 16-bit gray PNG (0..1 becomes 0..65535). Answered by `Encoded` or `Unanswered`.
    EncodeMap {
        job: u32,
        width: u32,
        height: u32,
        #[serde(with = "serde_wasm_bindgen::preserve")]
        map: Float32Array,
    },
    /// Finds where a map reaches a threshold. Answered by `Outlined` or `Unanswered`.
    Outline {
        job: u32,
        /// The number of this map: another map has another. The last map is remembered by it.
        number: u32,
        width: u32,
        height: u32,
        /// `f32` in the machine's byte order.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        map: Blob,
        /// 0 to 1.
        threshold: f32,
    },
    /// Measures how well maps match masks. Answered by any number of `Rating` and one `Rated`; a newer request of this kind
    /// ends an older one, which is not answered then. Maps that were counted before are not read again.
    Rate { job: u32, pictures: Vec<Masked> },
    /// Joins zero-shot maps with what other pictures say. Answered by any number of `Comparing` and `Joined` and one `Compared`; a
    /// newer request of this kind ends an older one, which is not answered any more then. A basis that was made ready for the last
    /// request is not made again.
    Compare {
        job: u32,
        basis: Basis,
        /// Of the basis' references and good pictures, each once.
        features: Vec<Features>,
        pictures: Vec<Fellow>,
    },
    /// Asks what each localising prompt marks in a tile of a picture. Answered by `Explained` or `Unanswered`, when the picture
    /// under way is done.
    Explain {
        job: u32,
        /// The picture's file.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        file: ArrayBuffer,
        tile: Box<Tile>,
    },
    /// Asks which packs there are. Answered by `Library`, as are all of the following when they are done.
    Library {
        /// The folder that packs lie in beside the page, an absolute address.
        beside: String,
    },
    /// Takes a pack from beside the page, or fetches its checkpoints and builds it; goes on with what has arrived before.
    /// Answered by any number of `Getting` and one `Ended`.
    Get {
        preset: String,
        /// The address of the checkpoints' host.
        host: String,
        precision: Precision,
    },
    /// Stops what is done with a pack.
    Stop,
    /// Takes a pack, and what has arrived for one, out of the storage.
    Discard { preset: String },
    /// Reads all of a pack and holds it against its hashes. Answered as `Get` is.
    Check { preset: String },
    /// Makes damaged files of a pack again. Answered as `Get` is.
    Repair { preset: String, host: String, files: Vec<String> },
    /// Writes a batch as files. Answered by any number of `Exporting` and `Piece`, and one `Exported`.
    Export { export: Box<Export> },
    /// Opens ZIP files, one after the other. Answered, for each, by any number of `Unpacked` and one `UnpackedAll`.
    Unpack {
        /// `File`s.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        files: Array,
    },
    /// Uses files of checkpoints that the person has, instead of fetching them. Answered by `Given`.
    Give {
        /// `File`s.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        files: Array,
    },
}

impl Message for Request {
    fn buffers(&self) -> Vec<ArrayBuffer> {
        match self {
            Request::Inspect { file, .. } | Request::Explain { file, .. } => vec![file.clone()],
            Request::EncodeMap { map, .. } => vec![map.buffer()],
            _ => Vec::new(),
        }
    }
}
