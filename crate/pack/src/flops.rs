use std::collections::HashMap;

use spotcheck_engine::onnx::{GraphProto, ModelProto, NodeProto};

/// Floating-point operations of a run: the multiplications and additions of matrix products and convolutions, which is
/// where the time goes. Nodes of unknown shapes count as nothing.
pub fn flops(model: &ModelProto) -> u64 {
    let Some(graph) = &model.graph else { return 0 };
    let shapes = shapes(graph);
    let count = |node: &NodeProto| {
        let shape = |name: Option<&String>| name.and_then(|name| shapes.get(name.as_str()));
        let input = |i: usize| shape(node.input.get(i));
        let multiplications = match node.op_type.as_str() {
            "MatMul" => elements(shape(node.output.first())?).checked_mul(*input(0)?.last()?)?,
            "Gemm" => {
                let transposed = node.attribute("transA").is_some_and(|a| a.i != 0);
                let inner = *input(0)?.get(usize::from(!transposed))?;
                elements(shape(node.output.first())?).checked_mul(inner)?
            }
            // A kernel [O, I / groups, k, l] makes each element of the output from I / groups · k · l others …
            "Conv" => elements(shape(node.output.first())?).checked_mul(elements(input(1)?.get(1..)?))?,
            // … and a transposed one [I, O / groups, k, l] scatters each element of the input as often.
            "ConvTranspose" => elements(input(0)?).checked_mul(elements(input(1)?.get(1..)?))?,
            _ => return None,
        };
        multiplications.checked_mul(2)
    };
    graph.node.iter().filter_map(count).fold(0, u64::saturating_add)
}

fn elements(shape: &[u64]) -> u64 {
    shape.iter().fold(1, |product, &d| product.saturating_mul(d))
}

fn shapes(graph: &GraphProto) -> HashMap<&str, Vec<u64>> {
    let values = graph.value_info.iter().chain(&graph.input).chain(&graph.output);
    let values = values.filter_map(|value| {
        let shape = value.shape()?;
        Some((value.name.as_str(), shape.into_iter().map(|d| d as u64).collect()))
    });
    let constants = graph.initializer.iter().map(|constant| {
        let dims = constant.dims.iter().map(|&d| u64::try_from(d).unwrap_or(0)).collect();
        (constant.name.as_str(), dims)
    });
    values.chain(constants).collect()
}

#[cfg(test)]
mod tests {
    use spotcheck_engine::onnx::{AttributeProto, ElementType, TensorProto, ValueInfoProto};

    use super::*;

    fn one(op: &str, input: &[usize], weight: &[usize], output: &[usize]) -> ModelProto {
        let value = |name: &str, shape: &[usize]| ValueInfoProto::tensor(name, ElementType::Float, shape);
        let node = NodeProto::new(op, op, &["x", "w"], &["y"]);
        ModelProto::new(
            GraphProto {
                node: vec![if op == "Gemm" { node.with(AttributeProto::int("transA", 1)) } else { node }],
                input: vec![value("x", input)],
                output: vec![value("y", output)],
                initializer: vec![TensorProto {
                    name: "w".into(),
                    dims: weight.iter().map(|&d| d as i64).collect(),
                    ..TensorProto::default()
                }],
                ..GraphProto::default()
            },
            17,
        )
    }

    #[test]
    fn counts_by_hand() {
        assert_eq!(flops(&one("MatMul", &[5, 2, 3], &[3, 4], &[5, 2, 4])), 2 * 5 * 2 * 3 * 4);
        assert_eq!(flops(&one("Gemm", &[3, 2], &[3, 4], &[2, 4])), 2 * 2 * 3 * 4);
        assert_eq!(
            flops(&one("Conv", &[1, 6, 9, 9], &[8, 3, 3, 3], &[1, 8, 7, 7])),
            2 * 8 * 7 * 7 * 3 * 3 * 3
        );
        assert_eq!(
            flops(&one("ConvTranspose", &[1, 6, 5, 5], &[6, 4, 2, 2], &[1, 4, 10, 10])),
            2 * 6 * 25 * 4 * 4
        );
        assert_eq!(flops(&one("Relu", &[1, 6], &[], &[1, 6])), 0);
    }

    #[test]
    fn a_linear_layer_of_vit_b_is_what_it_is_known_for() {
        // 197 tokens through 768 → 3072: 0.93 GFLOP.
        assert_eq!(flops(&one("MatMul", &[1, 197, 768], &[768, 3072], &[1, 197, 3072])), 929_562_624);
    }
}
