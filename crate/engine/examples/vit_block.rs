//! Times transformer blocks of ViT-B size on both engines, and compares their answers.
//!
//! `cargo run --release -p spotcheck-engine --example vit_block [tokens] [blocks] [runs]`

use std::time::{Duration, Instant};

use prost::Message;
use spotcheck_engine::onnx::{
    AttributeProto, ElementType, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto,
};
use spotcheck_engine::{Engine, Preference, Tensor};

const WIDTH: usize = 768;
const HEADS: usize = 12;

/// A graph in the making; each operator gives its output's name.
#[derive(Default)]
struct Builder(GraphProto);

impl Builder {
    fn op(&mut self, op: &str, inputs: &[&str], shape: &[usize], attributes: Vec<AttributeProto>) -> String {
        let output = format!("{}{}", op.to_lowercase(), self.0.node.len());
        let node = NodeProto::new(op, &output, inputs, &[&output]);
        self.0.node.push(attributes.into_iter().fold(node, NodeProto::with));
        self.0.value_info.push(ValueInfoProto::tensor(&output, ElementType::Float, shape));
        output
    }

    /// Weights without a pattern, small enough for many blocks.
    fn weight(&mut self, shape: &[usize]) -> String {
        let name = format!("weight{}", self.0.initializer.len());
        let n = shape.iter().product::<usize>();
        let data: Vec<f32> = (0..n).map(|i| ((i * 7919 % 2003) as f32 / 1001.0 - 1.0) * 0.03).collect();
        self.0.initializer.push(TensorProto::f32(&name, shape, &data));
        name
    }

    fn constant(&mut self, value: f32) -> String {
        let name = format!("constant{}", self.0.initializer.len());
        self.0.initializer.push(TensorProto::f32(&name, &[], &[value]));
        name
    }

    fn reshape(&mut self, x: &str, shape: &[usize]) -> String {
        let name = format!("shape{}", self.0.initializer.len());
        let dims: Vec<i64> = shape.iter().map(|&d| d as i64).collect();
        self.0.initializer.push(TensorProto::i64(&name, &[dims.len()], &dims));
        self.op("Reshape", &[x, &name], shape, vec![])
    }

    fn norm(&mut self, x: &str, tokens: usize) -> String {
        let (gain, bias) = (self.weight(&[WIDTH]), self.weight(&[WIDTH]));
        let attributes = vec![AttributeProto::int("axis", -1), AttributeProto::float("epsilon", 1e-5)];
        self.op("LayerNormalization", &[x, &gain, &bias], &[1, tokens, WIDTH], attributes)
    }

    fn linear(&mut self, x: &str, tokens: usize, from: usize, to: usize) -> String {
        let (weight, bias) = (self.weight(&[from, to]), self.weight(&[to]));
        let product = self.op("MatMul", &[x, &weight], &[1, tokens, to], vec![]);
        self.op("Add", &[&product, &bias], &[1, tokens, to], vec![])
    }

    fn heads(&mut self, x: &str, tokens: usize, perm: &[i64]) -> String {
        let dim = WIDTH / HEADS;
        let split = self.reshape(x, &[1, tokens, HEADS, dim]);
        let from = [1, tokens, HEADS, dim];
        let shape: Vec<usize> = perm.iter().map(|&p| from[p as usize]).collect();
        self.op("Transpose", &[&split], &shape, vec![AttributeProto::ints("perm", perm)])
    }

    fn attention(&mut self, x: &str, tokens: usize) -> String {
        let dim = WIDTH / HEADS;
        let [q, k, v] = [0; 3].map(|_| self.linear(x, tokens, WIDTH, WIDTH));
        let q = self.heads(&q, tokens, &[0, 2, 1, 3]);
        let k = self.heads(&k, tokens, &[0, 2, 3, 1]);
        let v = self.heads(&v, tokens, &[0, 2, 1, 3]);
        let scale = self.constant(1.0 / (dim as f32).sqrt());
        let q = self.op("Mul", &[&q, &scale], &[1, HEADS, tokens, dim], vec![]);
        let scores = self.op("MatMul", &[&q, &k], &[1, HEADS, tokens, tokens], vec![]);
        let axis = vec![AttributeProto::int("axis", -1)];
        let shares = self.op("Softmax", &[&scores], &[1, HEADS, tokens, tokens], axis);
        let mixed = self.op("MatMul", &[&shares, &v], &[1, HEADS, tokens, dim], vec![]);
        let perm = vec![AttributeProto::ints("perm", &[0, 2, 1, 3])];
        let together = self.op("Transpose", &[&mixed], &[1, tokens, HEADS, dim], perm);
        let together = self.reshape(&together, &[1, tokens, WIDTH]);
        self.linear(&together, tokens, WIDTH, WIDTH)
    }

    /// QuickGELU: x · σ(1.702 x).
    fn mlp(&mut self, x: &str, tokens: usize) -> String {
        let shape = [1, tokens, 4 * WIDTH];
        let h = self.linear(x, tokens, WIDTH, 4 * WIDTH);
        let steep = self.constant(1.702);
        let scaled = self.op("Mul", &[&h, &steep], &shape, vec![]);
        let gate = self.op("Sigmoid", &[&scaled], &shape, vec![]);
        let h = self.op("Mul", &[&h, &gate], &shape, vec![]);
        self.linear(&h, tokens, 4 * WIDTH, WIDTH)
    }
}

fn blocks(tokens: usize, count: usize) -> Vec<u8> {
    let shape = [1, tokens, WIDTH];
    let mut graph = Builder::default();
    graph.0.input.push(ValueInfoProto::tensor("x", ElementType::Float, &shape));
    let mut x = "x".to_owned();
    for _ in 0..count {
        let h = graph.norm(&x, tokens);
        let h = graph.attention(&h, tokens);
        x = graph.op("Add", &[&x, &h], &shape, vec![]);
        let h = graph.norm(&x, tokens);
        let h = graph.mlp(&h, tokens);
        x = graph.op("Add", &[&x, &h], &shape, vec![]);
    }
    graph.0.output.push(ValueInfoProto::tensor(&x, ElementType::Float, &shape));
    graph.0.value_info.pop();
    ModelProto::new(graph.0, 17).encode_to_vec()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<usize>());
    let mut next = |default| arguments.next().unwrap_or(Ok(default));
    let (tokens, count, runs) = (next(200)?, next(2)?, next(5)?);
    let onnx = blocks(tokens, count);
    let data = (0..tokens * WIDTH).map(|i| (i * 104_729 % 2003) as f32 / 1001.0 - 1.0).collect();
    let x = Tensor::f32([1, tokens, WIDTH], data).ok_or("the input has another size")?;
    println!("{count} blocks of {tokens} x {WIDTH}");
    let mut answers: Vec<(Vec<f32>, Duration)> = Vec::new();
    for preference in [Preference::Rten, Preference::Wonnx] {
        let (answer, best) = pollster::block_on(async {
            let engine = Engine::choose(preference).await?;
            println!("{preference}: {}", engine.reason());
            let start = Instant::now();
            let session = engine.load("blocks", &onnx).await?;
            println!("  loaded in {:?}", start.elapsed());
            let mut best = Duration::MAX;
            let mut answer = Vec::new();
            for _ in 0..runs.max(1) {
                let start = Instant::now();
                let outputs = session.run(&[("x", &x)]).await?;
                best = best.min(start.elapsed());
                answer = outputs.into_iter().next().and_then(Tensor::into_f32).unwrap_or_default();
            }
            println!("  best of {runs}: {best:?}");
            Ok::<_, spotcheck_engine::Error>((answer, best))
        })?;
        answers.push((answer, best));
    }
    if let [(cpu, cpu_best), (gpu, gpu_best)] = answers.as_slice() {
        let greatest = cpu.iter().zip(gpu).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        println!(
            "wonnx / rten: {:.2}; greatest difference {greatest:e}",
            gpu_best.as_secs_f64() / cpu_best.as_secs_f64()
        );
    }
    Ok(())
}
