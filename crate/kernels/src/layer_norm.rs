use crate::Kernel;
use crate::source::{Element, Source, literal};

/// Rows up to this length are done by one invocation each.
pub(crate) const SHORT: usize = 64;

/// Normalises rows to mean 0 and variance 1, then scales and shifts them.
///
/// Inputs: x [rows, length]; gain [length]; bias [length] when `bias`. Output: as x. A workgroup does a row, or an
/// invocation a short one; the variance is taken about the mean, in a pass of its own.
#[derive(Clone, Copy, Debug)]
pub struct LayerNorm {
    pub rows: usize,
    pub length: usize,
    pub epsilon: f32,
    pub bias: bool,
}

impl LayerNorm {
    pub fn kernel(&self) -> Kernel {
        let &Self { rows, length, bias, .. } = self;
        let epsilon = literal(self.epsilon);
        let scalar = Element::Scalar;
        let mut source = Source::new(scalar).input("x", scalar).input("gain", scalar);
        if bias {
            source = source.input("bias", scalar);
        }
        let shift = if bias { " + bias[c]" } else { "" };
        let short = length <= SHORT;
        let (row, first, step) = if short { ("i", "0u", "1u") } else { ("row", "lane", "64u") };
        let sum = |x: &str| if short { x.to_string() } else { format!("sum(lane, {x})") };
        let body = format!(
            "let at = {row} * {length}u;\n\
             var total = 0.0;\n\
             for (var c = {first}; c < {length}u; c += {step}) {{ total += x[at + c]; }}\n\
             let mean = {mean} / {length}.0;\n\
             var squares = 0.0;\n\
             for (var c = {first}; c < {length}u; c += {step}) {{ let d = x[at + c] - mean; squares += d * d; }}\n\
             let scale = 1.0 / sqrt({variance} / {length}.0 + {epsilon});\n\
             for (var c = {first}; c < {length}u; c += {step}) {{\n\
             y[at + c] = (x[at + c] - mean) * scale * gain[c]{shift};\n}}",
            mean = sum("total"),
            variance = sum("squares"),
        );
        if short { source.for_each(rows, &body) } else { source.for_each_row(rows, &body) }
    }
}
