use spotcheck_kernels::Kernel;

use crate::onnx::TensorProto;

/// One node of the lowered graph.
pub(super) struct Step {
    pub inputs: Vec<Operand>,
    pub output: String,
    pub shape: Vec<usize>,
    pub work: Work,
}

pub(super) enum Work {
    /// The same elements in another shape.
    Alias,
    Kernel(Kernel),
}

/// What a step reads.
pub(super) enum Operand {
    /// A value or constant of the plain graph, or the result of another step.
    Value(String),
    /// A constant that lowering has made.
    Weight(Box<TensorProto>),
}

impl Step {
    pub fn alias(input: &str, output: &str, shape: &[usize]) -> Self {
        Self {
            inputs: vec![Operand::Value(input.into())],
            output: output.into(),
            shape: shape.into(),
            work: Work::Alias,
        }
    }

    pub fn kernel(kernel: Kernel, inputs: &[&str], output: &str, shape: &[usize]) -> Self {
        Self {
            inputs: inputs.iter().map(|&name| Operand::Value(name.into())).collect(),
            output: output.into(),
            shape: shape.into(),
            work: Work::Kernel(kernel),
        }
    }
}
