//! Keeps wonnx from computing a value once for each of its readers.
//!
//! wonnx's optimizer walks chains of nodes that have one computed input each, and remembers only a chain's last node:
//! a node in the middle with several readers is built anew for each of them, with all before it in its chain. (The
//! product that gives a vision transformer's queries, keys and values would run three times.) A node with two computed
//! inputs ends a chain. So such nodes get their one computed input a second time, under a binding that the kernel
//! mentions and does not use.

use std::collections::{HashMap, HashSet};

use super::{Limits, Lowered};
use crate::onnx::NodeProto;
use spotcheck_kernels::Kernel;

/// Marks a kernel's label when the kernel has the second binding.
const MARK: &str = "+again";

/// Gives the second binding to each node with one computed input and several readers.
///
/// Nodes whose kernel has no binding to spare stay as they are: they are right, only slower.
pub(super) fn compute_shared_once(lowered: &mut Lowered, limits: &Limits) {
    let Lowered { model, kernels } = lowered;
    let Some(graph) = &mut model.graph else {
        return;
    };
    let mut computed: HashSet<String> = graph.input.iter().map(|v| v.name.clone()).collect();
    computed.extend(graph.node.iter().flat_map(|node| node.output.iter().cloned()));
    let readers = readers(&graph.node, graph.output.iter().map(|v| v.name.as_str()));
    let by_label: HashMap<String, usize> =
        kernels.iter().enumerate().map(|(i, (label, _))| (label.clone(), i)).collect();
    let mut marked: HashSet<String> = HashSet::new();
    for node in graph.node.iter_mut().filter(|node| node.op_type == "Concat") {
        let mut inputs = node.input.iter().filter(|input| computed.contains(*input));
        let (Some(input), None) = (inputs.next().cloned(), inputs.next()) else {
            continue;
        };
        let shared = node.output.first().and_then(|output| readers.get(output)).is_some_and(|&n| n > 1);
        let kernel = by_label.get(&node.name).and_then(|&i| kernels.get(i)).map(|(_, kernel)| kernel);
        let (true, Some(kernel)) = (shared, kernel) else {
            continue;
        };
        if kernel.inputs as u32 + 2 > limits.storage_buffers {
            continue;
        }
        let Some(again) = with_second_binding(kernel) else {
            continue;
        };
        node.name.push_str(MARK);
        node.input.push(input);
        if marked.insert(node.name.clone()) {
            kernels.push((node.name.clone(), again));
        }
    }
}

/// How many kernels and graph outputs read each value, aliases seen through.
fn readers<'a>(nodes: &[NodeProto], outputs: impl Iterator<Item = &'a str>) -> HashMap<String, usize> {
    let mut readers: HashMap<String, usize> = HashMap::new();
    for output in outputs {
        *readers.entry(output.to_owned()).or_default() += 1;
    }
    for node in nodes.iter().rev() {
        if node.op_type == "Concat" {
            for input in &node.input {
                *readers.entry(input.clone()).or_default() += 1;
            }
        } else if let (Some(input), Some(output)) = (node.input.first(), node.output.first()) {
            let through = readers.get(output).copied().unwrap_or(0);
            *readers.entry(input.clone()).or_default() += through;
        }
    }
    readers
}

/// The kernel with one more input before its output, or `None` when its text is not as expected.
fn with_second_binding(kernel: &Kernel) -> Option<Kernel> {
    let slot = |i: usize| format!("@group({}) @binding({})", i / 4, i % 4);
    let (input, output) = (slot(kernel.inputs), slot(kernel.inputs + 1));
    let (before, declaration) = kernel.wgsl.split_once(&input)?;
    let (start, body) = declaration.split_once("fn main(")?;
    let (parameters, body) = body.split_once('{')?;
    if !start.trim_start().starts_with("var<storage, read_write>") {
        return None;
    }
    let wgsl = format!(
        "{before}{input} var<storage, read> again: array<f32>;\n\
         {output}{start}fn main({parameters}{{\n    _ = arrayLength(&again);{body}"
    );
    Some(Kernel { wgsl, workgroups: kernel.workgroups, inputs: kernel.inputs + 1 })
}
