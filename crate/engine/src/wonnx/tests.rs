//! Sessions made of hand-written kernels, on whatever adapter there is (a software one will do).

use std::sync::{Mutex, MutexGuard};

use super::*;
use crate::onnx::{GraphProto, NodeProto, TensorProto, ValueInfoProto};
use crate::{Engine, EngineKind, Preference};
use spotcheck_kernels::Kernel;

/// The GPU's complaints and counters are everybody's, so these tests take turns.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(|p| p.into_inner())
}

fn gpu() -> Gpu {
    pollster::block_on(compat::init()).expect("this test needs a Vulkan, Metal or DX12 adapter")
}

/// A kernel for `n` elements: `expression` of the inputs `a[i]`, `b[i]`.
fn kernel(label: &str, n: usize, inputs: usize, expression: &str) -> (String, Kernel) {
    let names = ["a", "b", "c"];
    let declare = |(i, name): (usize, &&str)| {
        format!("@group({}) @binding({}) var<storage, read> {name}: array<f32>;\n", i / 4, i % 4)
    };
    let declared: String = names[..inputs].iter().enumerate().map(declare).collect();
    let wgsl = format!(
        "{declared}@group({}) @binding({}) var<storage, read_write> y: array<f32>;\n\
         @compute @workgroup_size(64)\n\
         fn main(@builtin(global_invocation_id) id: vec3<u32>) {{\n    \
         let i = id.x;\n    if (i < {n}u) {{ y[i] = {expression}; }}\n}}\n",
        inputs / 4,
        inputs % 4
    );
    (label.to_owned(), Kernel { wgsl, workgroups: [n.div_ceil(64) as u32, 1, 1], inputs })
}

/// A graph of vectors of `n` elements: inputs, weights, `(op, label, inputs, output)`, the output's name.
struct Graph<'a> {
    n: usize,
    inputs: &'a [&'a str],
    weights: &'a [(&'a str, Vec<f32>)],
    nodes: &'a [(&'a str, &'a str, &'a [&'a str], &'a str)],
    outputs: &'a [&'a str],
}

impl Graph<'_> {
    fn model(&self) -> ModelProto {
        let value = |name: &str| ValueInfoProto::tensor(name, ElementType::Float, &[self.n]);
        let node = |&(op, label, inputs, output): &(&str, &str, &[&str], &str)| {
            NodeProto::new(op, label, inputs, &[output])
        };
        let graph = GraphProto {
            node: self.nodes.iter().map(node).collect(),
            input: self.inputs.iter().map(|name| value(name)).collect(),
            output: self.outputs.iter().map(|name| value(name)).collect(),
            initializer: self.weights.iter().map(|(name, v)| TensorProto::f32(name, &[v.len()], v)).collect(),
            value_info: self.nodes.iter().map(|node| value(node.3)).collect(),
            ..GraphProto::default()
        };
        ModelProto::new(graph, 13)
    }

    fn load(&self, kernels: Vec<(String, Kernel)>) -> Result<WonnxSession, Error> {
        let model = self.model();
        let outline = Outline::read("hand-made", &model.encode_to_vec())?;
        pollster::block_on(WonnxSession::from_lowered(
            "hand-made",
            outline,
            Lowered { model, kernels },
            gpu(),
        ))
    }
}

fn run(session: &WonnxSession, inputs: &[(&str, Vec<f32>)]) -> Result<Vec<Vec<f32>>, Error> {
    let tensors: Vec<_> =
        inputs.iter().map(|(name, v)| (*name, Tensor::f32([v.len()], v.clone()).unwrap())).collect();
    let named: Vec<_> = tensors.iter().map(|(name, t)| (*name, t)).collect();
    let outputs = pollster::block_on(session.run(&named))?;
    Ok(outputs.into_iter().map(|t| t.into_f32().unwrap()).collect())
}

/// `y = w * x`, for vectors of 100.
fn scaled(weight: f32) -> WonnxSession {
    let graph = Graph {
        n: 100,
        inputs: &["x"],
        weights: &[("w", vec![weight; 100])],
        nodes: &[("Concat", "scale by a vector", &["x", "w"], "y")],
        outputs: &["y"],
    };
    graph.load(vec![kernel("scale by a vector", 100, 2, "a[i] * b[i]")]).unwrap()
}

#[test]
fn runs_kernels_with_each_sessions_own_weights() {
    let _turn = turn();
    let (double, triple) = (scaled(2.0), scaled(3.0));
    let x: Vec<f32> = (0..100).map(|i| i as f32).collect();
    for (session, factor) in [(&double, 2.0), (&triple, 3.0), (&double, 2.0)] {
        let y = run(session, &[("x", x.clone())]).unwrap();
        let expected: Vec<f32> = x.iter().map(|v| v * factor).collect();
        assert_eq!(y, [expected]);
    }
}

#[test]
fn a_value_with_several_readers_is_computed_once() {
    let _turn = turn();
    // h = x + 1, read through an alias and directly; p = 2 h, q = 3 h, y = p + q.
    let graph = Graph {
        n: 10,
        inputs: &["x"],
        weights: &[],
        nodes: &[
            ("Concat", "add one", &["x"], "h"),
            ("Reshape", "alias", &["h"], "r"),
            ("Concat", "twice", &["r"], "p"),
            ("Concat", "thrice", &["h"], "q"),
            ("Concat", "sum", &["p", "q"], "y"),
        ],
        outputs: &["y", "h"],
    };
    let kernels = vec![
        kernel("add one", 10, 1, "a[i] + 1.0"),
        kernel("twice", 10, 1, "2.0 * a[i]"),
        kernel("thrice", 10, 1, "3.0 * a[i]"),
        kernel("sum", 10, 2, "a[i] + b[i]"),
    ];
    let before = compat::stats().registered;
    let session = graph.load(kernels).unwrap();
    assert_eq!(compat::stats().registered - before, 4, "one pipeline a kernel node");
    let outputs = run(&session, &[("x", (0..10).map(|i| i as f32).collect())]).unwrap();
    let h: Vec<f32> = (0..10).map(|i| i as f32 + 1.0).collect();
    assert_eq!(outputs, [h.iter().map(|v| 5.0 * v).collect(), h]);
}

#[test]
fn integers_go_in_and_come_out_by_value() {
    let _turn = turn();
    let integer = |name| ValueInfoProto::tensor(name, ElementType::Int32, &[4]);
    let float = |name| ValueInfoProto::tensor(name, ElementType::Float, &[4]);
    let mut graph = GraphProto {
        node: vec![NodeProto::new("Concat", "negate four", &["ids"], &["y"])],
        input: vec![integer("ids")],
        output: vec![integer("y")],
        ..GraphProto::default()
    };
    let outline = Outline::read("ids", &ModelProto::new(graph.clone(), 13).encode_to_vec()).unwrap();
    (graph.input, graph.output) = (vec![float("ids")], vec![float("y")]);
    let lowered =
        Lowered { model: ModelProto::new(graph, 13), kernels: vec![kernel("negate four", 4, 1, "-a[i]")] };
    let session = pollster::block_on(WonnxSession::from_lowered("ids", outline, lowered, gpu())).unwrap();
    let ids = Tensor::i32([4], vec![49_407, 0, -7, 320]).unwrap();
    let outputs = pollster::block_on(session.run(&[("ids", &ids)])).unwrap();
    assert_eq!(outputs, [Tensor::i32([4], vec![-49_407, 0, 7, -320]).unwrap()]);
}

#[test]
fn a_shader_that_is_refused_is_an_error_and_leaves_no_trace() {
    let _turn = turn();
    let graph = Graph {
        n: 4,
        inputs: &["x"],
        weights: &[],
        nodes: &[("Concat", "broken", &["x"], "y")],
        outputs: &["y"],
    };
    for _ in 0..2 {
        let error = graph.load(vec![kernel("broken", 4, 1, "a[i] + no_such_name")]).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Failed);
        assert!(
            error.to_string().contains("hand-made") && error.to_string().contains("no_such_name"),
            "{error}"
        );
    }
    let session = graph.load(vec![kernel("broken", 4, 1, "a[i] + 1.0")]).unwrap();
    assert_eq!(run(&session, &[("x", vec![1.0; 4])]).unwrap(), [vec![2.0; 4]]);
}

#[test]
fn a_buffer_beyond_the_limits_is_an_error() {
    let _turn = turn();
    let n = usize::try_from(gpu().limits().binding_bytes / 4 + 1).unwrap();
    let graph =
        Graph { n, inputs: &["x"], weights: &[], nodes: &[("Concat", "huge", &["x"], "y")], outputs: &["y"] };
    let error = graph.load(vec![kernel("huge", 4, 1, "a[i]")]).err().unwrap();
    assert!(matches!(error.kind(), ErrorKind::Failed | ErrorKind::OutOfMemory), "{error}");
    assert_eq!(run(&scaled(2.0), &[("x", vec![1.0; 100])]).unwrap(), [vec![2.0; 100]]);
}

#[test]
fn refuses_lowered_graphs_that_wonnx_would_panic_on() {
    type Nodes<'a> = &'a [(&'a str, &'a str, &'a [&'a str], &'a str)];
    let cases: [(Nodes, &[&str], &str); 4] = [
        (&[("Softmax", "soft", &["x"], "y")], &["y"], "neither a kernel nor an alias"),
        (&[("Concat", "unknown", &["x"], "y")], &["y"], "names no kernel"),
        (&[("Reshape", "alias", &["x", "x"], "y")], &["y"], "alias of not one value"),
        (&[("Concat", "known", &["x"], "y")], &["x"], "no node makes the output"),
    ];
    for (nodes, outputs, expected) in cases {
        let graph = Graph { n: 4, inputs: &["x"], weights: &[], nodes, outputs };
        let model = graph.model();
        let outline = Outline::read("bad", &model.encode_to_vec()).unwrap();
        let lowered = Lowered { model, kernels: vec![kernel("known", 4, 1, "a[i]")] };
        let error = check::refuse_what_panics("bad", &lowered, &outline).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn a_lost_gpu_is_opened_once_more_and_then_given_up() {
    let _turn = turn();
    let x = [("x", vec![1.0; 100])];
    pollster::block_on(async {
        let mut engine = Engine::choose(Preference::Wonnx).await.unwrap();
        let devices = compat::stats().devices;
        for (losses, next) in [(1, EngineKind::Wonnx), (2, EngineKind::Rten)] {
            let session = scaled(2.0);
            gpu().lose();
            let error = run(&session, &x).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::DeviceLost, "{error}");
            assert!(engine.recover(&error).await);
            assert_eq!(engine.kind(), next, "after {losses} losses");
            // The session stays lost; a new one works.
            assert_eq!(run(&session, &x).unwrap_err().kind(), ErrorKind::DeviceLost);
            assert_eq!(run(&scaled(2.0), &x).unwrap(), [vec![2.0; 100]]);
            assert_eq!(compat::stats().devices - devices, losses);
        }
        assert_eq!(engine.reason(), "CPU: the GPU was lost 2 times");
        assert!(!engine.recover(&Error::new(ErrorKind::DeviceLost, "again")).await);
    });
}
