//! Reads `tests/parity`, and runs a graph on every engine that this machine has.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use safetensors::{Dtype, SafeTensors};
use spotcheck_engine::{Engine, Preference, Tensor};

pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity").join(name)
}

pub fn bytes(folder: &Path, name: &str) -> Vec<u8> {
    let path = folder.join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub fn picture(folder: &Path) -> image::RgbImage {
    image::load_from_memory(&bytes(folder, "picture.png")).unwrap().into_rgb8()
}

/// The tensors of `expected.safetensors`.
pub struct Expected(Vec<u8>);

impl Expected {
    pub fn read(folder: &Path) -> Self {
        Self(bytes(folder, "expected.safetensors"))
    }

    pub fn get(&self, name: &str) -> Tensor {
        let file = SafeTensors::deserialize(&self.0).unwrap();
        let tensor = file.tensor(name).unwrap();
        let words = tensor.data().as_chunks::<4>().0.iter();
        match tensor.dtype() {
            Dtype::F32 => Tensor::f32(tensor.shape(), words.map(|&w| f32::from_le_bytes(w)).collect()),
            Dtype::I32 => Tensor::i32(tensor.shape(), words.map(|&w| i32::from_le_bytes(w)).collect()),
            other => panic!("{name} is of {other:?}"),
        }
        .unwrap()
    }
}

/// Engines, and the turn to use them.
pub struct Engines {
    engines: std::vec::IntoIter<Engine>,
    _turn: MutexGuard<'static, ()>,
}

impl Iterator for Engines {
    type Item = Engine;

    fn next(&mut self) -> Option<Engine> {
        self.engines.next()
    }
}

/// Every engine that can be had here: the CPU always, the GPU where there is an adapter, a software one too.
///
/// A GPU is used from one thread at a time, in the page and in the command line, so tests take turns.
pub fn engines() -> Engines {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let engines: Vec<Engine> = [Preference::Rten, Preference::Wonnx]
        .into_iter()
        .filter_map(|preference| match pollster::block_on(Engine::choose(preference)) {
            Ok(engine) => Some(engine),
            Err(e) if preference == Preference::Wonnx => {
                eprintln!("not tested on the GPU: {e}");
                None
            }
            Err(e) => panic!("{e}"),
        })
        .collect();
    Engines { engines: engines.into_iter(), _turn: turn }
}

/// Runs a graph once.
pub fn run(engine: &Engine, name: &str, graph: &[u8], inputs: &[(&str, &Tensor)]) -> Vec<Tensor> {
    pollster::block_on(async {
        let session = engine.load(name, graph).await?;
        session.run(inputs).await
    })
    .unwrap_or_else(|e| panic!("{name} on {}: {e}", engine.kind()))
}

/// The largest difference of two lists; they must be equally long.
pub fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    // A NaN must not count as equal, so it is not left to `max`.
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, |m, d| if d > m || d.is_nan() { d } else { m })
}

/// The rows of a matrix, each scaled to length 1.
pub fn unit_rows(matrix: &Tensor) -> Vec<f32> {
    let width = *matrix.shape().last().unwrap();
    let rows = matrix.as_f32().unwrap().chunks(width);
    rows.flat_map(|row| {
        let length = row.iter().map(|v| v * v).sum::<f32>().sqrt();
        row.iter().map(move |v| v / length)
    })
    .collect()
}
