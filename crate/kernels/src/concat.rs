use std::fmt::Write;

use crate::Kernel;
use crate::source::{Element, Source};

/// Tensors one after another along an axis.
///
/// Inputs: tensors [outer, `runs[k]`], where a run is the product of the axis and all behind it; seven at most, so that
/// the output is the eighth buffer. Output: [outer, Σ runs]. An invocation copies one element, or four.
#[derive(Clone, Debug)]
pub struct Concat {
    pub outer: usize,
    pub runs: Vec<usize>,
}

impl Concat {
    /// The most inputs of one kernel.
    pub const MOST: usize = 7;

    pub fn kernel(&self) -> Kernel {
        let element = Element::of(&self.runs);
        let size = |n: usize| if element == Element::Vec4 { n / 4 } else { n };
        let total: usize = self.runs.iter().map(|&n| size(n)).sum();
        let mut body = format!("let outer = i / {total}u;\nlet at = i % {total}u;\n");
        let mut source = Source::new(element);
        let mut begin = 0;
        for (k, &run) in self.runs.iter().enumerate() {
            source = source.input(format!("x{k}"), element);
            let run = size(run);
            let end = begin + run;
            let _ = writeln!(
                body,
                "if (at >= {begin}u && at < {end}u) {{ y[i] = x{k}[outer * {run}u + at - {begin}u]; }}"
            );
            begin = end;
        }
        source.for_each(self.outer * total, &body)
    }
}
