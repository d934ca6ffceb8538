//! The operators' cases; what they hold is described in `tests/parity/ops/make_fixtures.py`.

use serde::Deserialize;
use spotcheck_engine::{Engine, Tensor};

use crate::templates::Failure;

/// The cases and the file that their graphs and answers stand in.
pub struct Fixture {
    cases: Vec<Case>,
    data: Vec<u8>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    graph: [usize; 2],
    inputs: Vec<Input>,
    outputs: Vec<Output>,
    engines: Vec<String>,
}

#[derive(Deserialize)]
struct Input {
    name: String,
    r#type: String,
    shape: Vec<usize>,
    seed: u64,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
struct Output {
    shape: Vec<usize>,
    tolerance: f32,
    values: [usize; 2],
    indices: Option<[usize; 2]>,
}

impl Fixture {
    pub fn read(cases: &str, data: Vec<u8>) -> Result<Self, Failure> {
        Ok(Self { cases: serde_json::from_str(cases)?, data })
    }

    /// The cases that are meant for the engine, in order.
    pub fn names(&self, engine: &str) -> Vec<String> {
        let meant = self.cases.iter().filter(|case| case.engines.iter().any(|name| name == engine));
        meant.map(|case| case.name.clone()).collect()
    }

    /// Runs a case. Gives the greatest difference, over the tolerance.
    pub async fn check(&self, engine: &Engine, name: &str) -> Result<f32, Failure> {
        let case = self.cases.iter().find(|case| case.name == name).ok_or("no such case")?;
        let [offset, length] = case.graph;
        let session = engine.load(name, &self.data[offset..][..length]).await?;
        let inputs: Vec<Tensor> =
            case.inputs.iter().map(Input::tensor).collect::<Option<_>>().ok_or("bad input")?;
        let named = case.inputs.iter().zip(&inputs).map(|(input, tensor)| (input.name.as_str(), tensor));
        let results = session.run(&named.collect::<Vec<_>>()).await?;
        let mut worst: f32 = 0.0;
        for (output, result) in case.outputs.iter().zip(results) {
            worst = worst.max(self.difference(output, result)?);
        }
        Ok(worst)
    }

    fn difference(&self, output: &Output, result: Tensor) -> Result<f32, Failure> {
        if result.shape() != output.shape {
            return Err(format!("the shape is {:?}, not {:?}", result.shape(), output.shape).into());
        }
        let result = result.into_f32().ok_or("the output is not of floats")?;
        let values = self.words(output.values).map(f32::from_le_bytes);
        let worst = |worst: f32, (got, expected): (f32, f32)| {
            let difference = (got - expected).abs();
            let allowed = output.tolerance * expected.abs().max(1.0);
            match () {
                () if difference <= allowed => {
                    worst.max(if allowed > 0.0 { difference / allowed } else { 0.0 })
                }
                () if difference.is_nan() || allowed == 0.0 => f32::INFINITY,
                () => worst.max(difference / allowed),
            }
        };
        Ok(match output.indices {
            // Of large outputs a sample is stored.
            Some(at) => {
                let picked = self.words(at).map(|word| result[u32::from_le_bytes(word) as usize]);
                picked.zip(values).fold(0.0, worst)
            }
            None => result.into_iter().zip(values).fold(0.0, worst),
        })
    }

    fn words(&self, [offset, count]: [usize; 2]) -> impl Iterator<Item = [u8; 4]> + '_ {
        self.data[offset..][..4 * count].as_chunks::<4>().0.iter().copied()
    }
}

impl Input {
    /// The elements: SplitMix64 begun at `seed`, 24 bits of each number as a fraction, between `low` and `high`.
    fn tensor(&self) -> Option<Tensor> {
        let element = |i: u64| {
            let mut z = self.seed.wrapping_add((i + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^= z >> 31;
            self.low + (self.high - self.low) * ((z >> 40) as f64 / (1u64 << 24) as f64)
        };
        let elements = (0..self.shape.iter().product::<usize>() as u64).map(element);
        match self.r#type.as_str() {
            "f32" => Tensor::f32(self.shape.clone(), elements.map(|x| x as f32).collect()),
            "i32" => Tensor::i32(self.shape.clone(), elements.map(|x| x.floor() as i32).collect()),
            _ => None,
        }
    }
}
