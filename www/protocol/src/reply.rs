use js_sys::{ArrayBuffer, Uint8Array};
use serde::{Deserialize, Serialize};
use web_sys::Blob;

use crate::{
    Component, Ended, ForegroundSource, Getting, Joined, Library, MapRegions, Message, Method, PackPlace,
    Partners, PixelQuality, Progress, Region, Settings, StageSeconds, Stamp, Tile, Trouble,
};

/// What the worker tells the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// The worker's code runs and listens.
    Started,
    /// How much of the pack is there, in bytes.
    Opening {
        loaded: f64,
        total: f64,
    },
    /// The pack can be used. Comes again when the engine had to be changed.
    Ready {
        engine: Engine,
        /// The pack's name.
        pack: String,
        /// Where it is.
        place: PackPlace,
        /// The colour maps that there are, the usual one first.
        colours: Vec<Colours>,
        /// What is inspected with, and the pack's own.
        settings: Box<Settings>,
        defaults: Box<Settings>,
        /// The methods that this pack has not all for, each with what it lacks.
        lacking: Vec<(Method, Trouble)>,
    },
    /// Settings cannot be used: which, and what they must be.
    Refused {
        trouble: Trouble,
    },
    /// The engine or the pack cannot be used.
    Unusable {
        trouble: Trouble,
    },
    Progress {
        job: u32,
        progress: Progress,
    },
    Found {
        job: u32,
        report: Box<Report>,
    },
    Failed {
        job: u32,
        failure: Failure,
    },
    Encoded {
        job: u32,
        #[serde(with = "serde_wasm_bindgen::preserve")]
        png: Uint8Array,
    },
    /// In the settings' order.
    Explained {
        job: u32,
        maps: Vec<PromptMap>,
    },
    Outlined {
        job: u32,
        regions: MapRegions,
    },
    /// How many maps are counted.
    Rating {
        job: u32,
        done: usize,
        total: usize,
    },
    Rated {
        job: u32,
        quality: PixelQuality,
    },
    /// How many pictures are compared, those of the basis among them.
    Comparing {
        job: u32,
        done: usize,
        total: usize,
    },
    /// What others say about a picture; `None` where there is nothing to compare it with. Or why it cannot be compared.
    Joined {
        job: u32,
        stamp: Stamp,
        joined: Result<Option<Box<Joined>>, Trouble>,
    },
    /// That was all.
    Compared {
        job: u32,
    },
    /// Why `Encoded`, `Explained` or `Outlined` will not come.
    Unanswered {
        job: u32,
        trouble: Trouble,
    },
    /// How many pictures of a batch are written.
    Exporting {
        done: usize,
        total: usize,
    },
    /// What comes next of what is written.
    Piece {
        #[serde(with = "serde_wasm_bindgen::preserve")]
        bytes: Uint8Array,
    },
    /// That was all, or all that could be written: then why.
    Exported {
        trouble: Option<Trouble>,
    },
    /// A file that was in a ZIP file.
    Unpacked {
        path: String,
        #[serde(with = "serde_wasm_bindgen::preserve")]
        bytes: Uint8Array,
    },
    /// That was all, or all that could be read: then why.
    UnpackedAll {
        trouble: Option<Trouble>,
    },
    Library(Library),
    Getting {
        preset: String,
        getting: Getting,
    },
    Ended {
        preset: String,
        ended: Ended,
    },
    /// What was recognised of the files that the person gave, and what not, each with the reason.
    Given {
        taken: Vec<String>,
        refused: Vec<Trouble>,
    },
    /// A bug: the worker cannot go on. Nothing follows.
    Panicked {
        message: String,
    },
}

/// A colour map.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colours {
    pub name: String,
    /// 256 colours for 0 to 1, three bytes each.
    pub table: Vec<u8>,
}

/// The engine that runs the networks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engine {
    pub gpu: bool,
    /// Why this one.
    pub reason: String,
}

/// Why there is no report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Failure {
    Cancelled,
    /// The file is not a picture that can be read, or a stage failed.
    Failed(Trouble),
}

/// A finished inspection.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    pub findings: Findings,
    /// The pixel scores, row-major, at the picture's size: `f32` in the machine's byte order.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub map: Blob,
    pub layers: Layers,
    /// The picture, when it was asked for.
    pub picture: Option<Picture>,
    /// What it is compared with others by, as the consensus crate stores it; empty for other methods than this program's own.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub features: Blob,
}

/// What a localising prompt marks in a tile.
#[derive(Debug, Serialize, Deserialize)]
pub struct PromptMap {
    pub prompt: String,
    /// 0 to 1.
    pub highest: f32,
    pub width: u32,
    pub height: u32,
    /// A byte a value, 0..1 as 0..255.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub heat: Uint8Array,
}

/// What was found, in numbers and words.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Findings {
    /// What it was inspected by; results of earlier versions do not say: there was only one.
    #[serde(default)]
    pub method: Method,
    pub object: String,
    /// The picture's size, turned as its EXIF says.
    pub width: u32,
    pub height: u32,
    /// When the result was made, in milliseconds since 1970; 0 for results of earlier versions.
    #[serde(default)]
    pub made: f64,
    /// 0 to 1.
    pub score: f32,
    /// What took part in the score beside the prompts.
    #[serde(default)]
    pub partners: Option<Partners>,
    pub rejected: bool,
    /// The score from which on a picture is rejected.
    pub threshold: f32,
    /// The map's highest value, 0 to 1.
    #[serde(default)]
    pub peak: f32,
    /// What was looked at of the picture.
    #[serde(default)]
    pub region: Region,
    /// Whether all that the picture's mask marks lies outside of that: here the picture counts as whole.
    #[serde(default)]
    pub truth_outside: bool,
    pub foreground: ForegroundSource,
    /// How many of SAM's masks were kept.
    pub parts: usize,
    pub components: Vec<Component>,
    pub tiles: Vec<Tile>,
    pub seconds: StageSeconds,
    pub engine: Engine,
    /// The pack's name.
    pub pack: String,
    /// All of the above as the command line writes it.
    pub json: String,
}

/// What the viewer lays over the picture, at the picture's size or less.
#[derive(Debug, Serialize, Deserialize)]
pub struct Layers {
    pub width: u32,
    pub height: u32,
    /// One layer behind the other, a byte a pixel each:
    ///
    /// - heat: the map, 0..1 as 0..255; where it was made smaller, the highest of the pixels
    /// - foreground: 1 in it
    /// - parts: the number (from 1) of the smallest of SAM's masks here, counted round from 255 to 1; 0 for none
    /// - dichotomous: 1 in IS-Net's mask D, as far as it lies in the region; absent where a foreground was given
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub bytes: Blob,
}

/// Pixels to be shown.
#[derive(Debug, Serialize, Deserialize)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    /// Four bytes a pixel.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub rgba: Uint8Array,
}

impl Message for Reply {
    fn buffers(&self) -> Vec<ArrayBuffer> {
        match self {
            Reply::Found { report, .. } => {
                report.picture.iter().map(|picture| picture.rgba.buffer()).collect()
            }
            Reply::Encoded { png, .. } => vec![png.buffer()],
            Reply::Explained { maps, .. } => maps.iter().map(|map| map.heat.buffer()).collect(),
            Reply::Unpacked { bytes, .. } | Reply::Piece { bytes } => vec![bytes.buffer()],
            _ => Vec::new(),
        }
    }
}
