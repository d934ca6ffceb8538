//! What wonnx would panic on, as errors. Lowering is meant never to make such a graph; this holds it to that.

use std::collections::HashSet;

use super::Lowered;
use crate::onnx::{ElementType, GraphProto, NodeProto};
use crate::outline::Outline;
use crate::{Error, ErrorKind};

/// Refuses a lowered graph that breaks a rule of [`Lowered`].
pub(super) fn refuse_what_panics(name: &str, lowered: &Lowered, outline: &Outline) -> Result<(), Error> {
    let bad = |what: String| Err(Error::new(ErrorKind::Failed, format!("graph {name}, lowered: {what}")));
    let Some(graph) = &lowered.model.graph else {
        return bad("there is no graph".into());
    };
    let labels: HashSet<&str> = lowered.kernels.iter().map(|(label, _)| label.as_str()).collect();
    let shapes = described(graph);
    let mut made: HashSet<&str> = graph.input.iter().map(|v| v.name.as_str()).collect();
    made.extend(graph.initializer.iter().map(|t| t.name.as_str()));
    for node in &graph.node {
        if let Some(fault) = fault(node, &labels) {
            return bad(format!("node {:?} ({}) {fault}", node.name, node.op_type));
        }
        if let Some(input) = node.input.iter().find(|input| !made.contains(input.as_str())) {
            return bad(format!("node {:?} reads {input:?}, which nothing before it makes", node.name));
        }
        for output in &node.output {
            if !shapes.contains(output.as_str()) {
                return bad(format!("{output:?} is no float tensor of a known shape"));
            }
            made.insert(output);
        }
    }
    let outputs: HashSet<&str> = graph.node.iter().flat_map(|n| &n.output).map(String::as_str).collect();
    let wanted = outline.outputs.iter().map(|v| v.name.as_str());
    for output in wanted {
        if !outputs.contains(output) || !graph.output.iter().any(|v| v.name == output) {
            return bad(format!("no node makes the output {output:?}"));
        }
    }
    Ok(())
}

fn fault(node: &NodeProto, labels: &HashSet<&str>) -> Option<&'static str> {
    let alias = matches!(node.op_type.as_str(), "Reshape" | "Identity");
    match () {
        () if node.output.len() != 1 => Some("has not one output"),
        () if alias && node.input.len() != 1 => Some("is an alias of not one value"),
        () if alias => None,
        () if node.op_type != "Concat" => Some("is neither a kernel nor an alias"),
        () if node.input.is_empty() => Some("has no input"),
        () if !labels.contains(node.name.as_str()) => Some("names no kernel"),
        () => None,
    }
}

/// The values that have a shape without empty axes and hold floats.
fn described(graph: &GraphProto) -> HashSet<&str> {
    let all = graph.value_info.iter().chain(&graph.output);
    let good = all.filter(|v| {
        let some = v.shape().is_some_and(|shape| shape.iter().all(|&d| d > 0));
        some && v.element_type() == Some(ElementType::Float)
    });
    good.map(|v| v.name.as_str()).collect()
}
