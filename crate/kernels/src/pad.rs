use std::fmt::Write;

use crate::Kernel;
use crate::source::{Element, Source, literal};

/// What stands around a padded tensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PadMode {
    Constant(f32),
    /// The nearest element.
    Edge,
}

/// A tensor with a border.
///
/// Input: x [`input`]. Output: [`output`]; axis d of x begins at `before[d]`. An invocation writes one element.
#[derive(Clone, Debug)]
pub struct Pad {
    pub input: Vec<usize>,
    pub output: Vec<usize>,
    pub before: Vec<usize>,
    pub mode: PadMode,
}

impl Pad {
    pub fn kernel(&self) -> Kernel {
        let mut body = String::from("var rest = i;\nvar at = 0u;\nvar inside = true;\n");
        let strides = crate::dense_strides(&self.input);
        for d in (0..self.output.len()).rev() {
            let (n, out, before) = (self.input[d], self.output[d], self.before[d]);
            let _ = writeln!(body, "let o{d} = rest % {out}u; rest = rest / {out}u;");
            let _ = writeln!(
                body,
                "inside = inside && o{d} >= {before}u && o{d} < {end}u;\n\
                 at += (clamp(o{d}, {before}u, {last}u) - {before}u) * {stride}u;",
                end = before + n,
                last = before + n - 1,
                stride = strides[d],
            );
        }
        body += &match self.mode {
            PadMode::Constant(x) => format!("y[i] = select({}, x[at], inside);", literal(x)),
            PadMode::Edge => "y[i] = x[at];".into(),
        };
        let count = self.output.iter().product();
        Source::new(Element::Scalar).input("x", Element::Scalar).for_each(count, &body)
    }
}
