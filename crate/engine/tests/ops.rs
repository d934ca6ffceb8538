//! Every operator on both engines against onnxruntime's answers.
//!
//! The cases and what they hold are described in tests/parity/ops/make_fixtures.py. A result may differ from x by the case's
//! tolerance times max(1, |x|): nothing for copies, 1e-6 where one rounding may differ, 1e-5 for functions and short
//! sums, 1e-4 where sums run over many products.

use spotcheck_engine::onnx::{ElementType, GraphProto, ModelProto, NodeProto, ValueInfoProto};
use spotcheck_engine::{Data, Engine, ErrorKind, Preference, Tensor};

use prost::Message;

#[derive(serde::Deserialize)]
struct Case {
    name: String,
    graph: [usize; 2],
    inputs: Vec<Input>,
    outputs: Vec<Output>,
    engines: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Input {
    name: String,
    r#type: String,
    shape: Vec<usize>,
    seed: u64,
    low: f64,
    high: f64,
}

#[derive(serde::Deserialize)]
struct Output {
    name: String,
    shape: Vec<usize>,
    tolerance: f32,
    values: [usize; 2],
    indices: Option<[usize; 2]>,
}

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/../../tests/parity/ops/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

impl Input {
    /// The elements: SplitMix64 begun at `seed`, 24 bits of each number as a fraction, between `low` and `high`.
    fn tensor(&self) -> Tensor {
        let count: usize = self.shape.iter().product();
        let element = |i: u64| {
            let mut z = self.seed.wrapping_add((i + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^= z >> 31;
            self.low + (self.high - self.low) * ((z >> 40) as f64 / (1u64 << 24) as f64)
        };
        let elements = (0..count as u64).map(element);
        match self.r#type.as_str() {
            "i32" => Tensor::i32(self.shape.clone(), elements.map(|x| x.floor() as i32).collect()),
            _ => Tensor::f32(self.shape.clone(), elements.map(|x| x as f32).collect()),
        }
        .unwrap()
    }
}

impl Output {
    /// What is wrong with `tensor`.
    fn fault(&self, tensor: &Tensor, data: &[u8]) -> Option<String> {
        let Data::F32(results) = tensor.data() else { return Some("no f32".into()) };
        if tensor.shape() != self.shape {
            return Some(format!("shape {:?}, not {:?}", tensor.shape(), self.shape));
        }
        let words = |[offset, count]: [usize; 2]| data[offset..][..4 * count].as_chunks::<4>().0;
        let indices = self.indices.map(|list| words(list).iter().map(|&w| u32::from_le_bytes(w) as usize));
        let places: Vec<usize> = match indices {
            Some(indices) => indices.collect(),
            None => (0..results.len()).collect(),
        };
        let values = words(self.values).iter().map(|&w| f32::from_le_bytes(w));
        assert_eq!(places.len(), values.len());
        let mut faults = places.iter().zip(values).filter(|&(&at, x)| {
            let difference = (results[at] - x).abs();
            difference.is_nan() || difference > self.tolerance * x.abs().max(1.0)
        });
        let (at, x) = faults.next()?;
        let others = faults.count();
        Some(format!("{:?} at {at}: {} for {x}, and {others} more", self.name, results[*at]))
    }
}

/// Runs the cases that `chosen` picks; gives what went wrong.
fn run(preference: Preference, chosen: impl Fn(&Case) -> bool) -> Vec<String> {
    let data = fixture("data.bin");
    let cases: Vec<Case> = serde_json::from_slice(&fixture("cases.json")).unwrap();
    let engine = pollster::block_on(Engine::choose(preference)).unwrap();
    let mut faults = Vec::new();
    let engine_name = preference.to_string();
    for case in cases.iter().filter(|case| chosen(case) && case.engines.contains(&engine_name)) {
        let graph = &data[case.graph[0]..][..case.graph[1]];
        let tensors: Vec<Tensor> = case.inputs.iter().map(Input::tensor).collect();
        let inputs: Vec<(&str, &Tensor)> =
            case.inputs.iter().zip(&tensors).map(|(input, tensor)| (input.name.as_str(), tensor)).collect();
        let results = pollster::block_on(async { engine.load(&case.name, graph).await?.run(&inputs).await });
        match results {
            Ok(results) => {
                let wrong = case.outputs.iter().zip(&results).filter_map(|(o, t)| o.fault(t, &data));
                faults.extend(wrong.map(|fault| format!("{}: {fault}", case.name)));
            }
            Err(e) => faults.push(format!("{}: {e}", case.name)),
        }
    }
    faults
}

fn large(case: &Case) -> bool {
    case.name.contains("large")
}

#[test]
fn rten_answers_as_onnxruntime_does() {
    assert_eq!(run(Preference::Rten, |_| true), [""; 0]);
}

#[test]
fn wonnx_answers_as_onnxruntime_does() {
    assert_eq!(run(Preference::Wonnx, |case| !large(case)), [""; 0]);
}

/// Results of more than 2²⁴ elements: more workgroups than one dimension holds, and more than an `f32` can count.
#[test]
fn wonnx_answers_as_onnxruntime_does_at_large_sizes() {
    assert_eq!(run(Preference::Wonnx, large), [""; 0]);
}

#[test]
fn an_unknown_operator_is_named() {
    let float = |name: &str, shape: &[usize]| ValueInfoProto::tensor(name, ElementType::Float, shape);
    let graph = GraphProto {
        name: "determinant".into(),
        node: vec![NodeProto::new("Det", "the_determinant", &["x"], &["y"])],
        input: vec![float("x", &[3, 3])],
        output: vec![float("y", &[])],
        ..GraphProto::default()
    };
    let onnx = ModelProto::new(graph, 17).encode_to_vec();
    for preference in [Preference::Rten, Preference::Wonnx] {
        let engine = pollster::block_on(Engine::choose(preference)).unwrap();
        let error = pollster::block_on(engine.load("determinant", &onnx)).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{preference}: {error}");
        let text = error.to_string();
        assert!(text.contains("the_determinant") && text.contains("Det"), "{preference}: {text}");
    }
}
