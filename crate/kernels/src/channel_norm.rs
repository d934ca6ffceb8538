use crate::Kernel;
use crate::source::{Element, Source, literal};

/// [`crate::LayerNorm`] over the channels of each pixel, in place of a transposition there and back.
///
/// Inputs: x [batch, channels, pixels]; gain [channels]; bias [channels]. Output: as x. An invocation does a pixel:
/// neighbours read neighbouring values.
#[derive(Clone, Copy, Debug)]
pub struct ChannelNorm {
    pub batch: usize,
    pub channels: usize,
    /// Height times width.
    pub pixels: usize,
    pub epsilon: f32,
}

impl ChannelNorm {
    pub fn kernel(&self) -> Kernel {
        let &Self { batch, channels, pixels, epsilon } = self;
        let scalar = Element::Scalar;
        let body = format!(
            "let at = i / {pixels}u * {image}u + i % {pixels}u;\n\
             var total = 0.0;\n\
             for (var c = 0u; c < {channels}u; c++) {{ total += x[at + c * {pixels}u]; }}\n\
             let mean = total / {channels}.0;\n\
             var squares = 0.0;\n\
             for (var c = 0u; c < {channels}u; c++) {{ let d = x[at + c * {pixels}u] - mean; squares += d * d; }}\n\
             let scale = 1.0 / sqrt(squares / {channels}.0 + {epsilon});\n\
             for (var c = 0u; c < {channels}u; c++) {{\n\
             y[at + c * {pixels}u] = (x[at + c * {pixels}u] - mean) * scale * gain[c] + bias[c];\n}}",
            image = channels * pixels,
            epsilon = literal(epsilon),
        );
        Source::new(scalar)
            .input("x", scalar)
            .input("gain", scalar)
            .input("bias", scalar)
            .for_each(batch * pixels, &body)
    }
}
