use crate::Kernel;
use crate::layer_norm::SHORT;
use crate::source::{Element, LOWEST, Source};

/// What becomes of the elements along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    Mean,
    Sum,
    Max,
}

/// The reduction of one axis, or of neighbouring ones.
///
/// Input: x [outer, length, inner]. Output: [outer, inner]. A workgroup does a long row when `inner` is 1; else an
/// invocation does a result.
#[derive(Clone, Copy, Debug)]
pub struct Reduce {
    pub reduction: Reduction,
    pub outer: usize,
    pub length: usize,
    pub inner: usize,
}

impl Reduce {
    pub fn kernel(&self) -> Kernel {
        let &Self { reduction, outer, length, inner } = self;
        let (start, each, over) = match reduction {
            Reduction::Max => (LOWEST, "total = max(total, v);", "highest"),
            Reduction::Mean | Reduction::Sum => ("0.0", "total += v;", "sum"),
        };
        let scale = match reduction {
            Reduction::Mean => format!(" / {length}.0"),
            _ => String::new(),
        };
        let source = Source::new(Element::Scalar).input("x", Element::Scalar);
        if inner == 1 && length > SHORT {
            let body = format!(
                "var total = {start};\n\
                 for (var c = lane; c < {length}u; c += 64u) {{ let v = x[row * {length}u + c]; {each} }}\n\
                 let all = {over}(lane, total);\n\
                 if (lane == 0u) {{ y[row] = all{scale}; }}"
            );
            return source.for_each_row(outer, &body);
        }
        let body = format!(
            "let at = i / {inner}u * {run}u + i % {inner}u;\n\
             var total = {start};\n\
             for (var c = 0u; c < {length}u; c++) {{ let v = x[at + c * {inner}u]; {each} }}\n\
             y[i] = total{scale};",
            run = length * inner,
        );
        source.for_each(outer * inner, &body)
    }
}
