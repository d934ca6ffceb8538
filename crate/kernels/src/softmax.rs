use crate::Kernel;
use crate::layer_norm::SHORT;
use crate::source::{Element, LOWEST, Source};

/// Softmax of each row, its highest value subtracted first.
///
/// Input: x [rows, length]. Output: as x. A workgroup does a row, or an invocation a short one.
#[derive(Clone, Copy, Debug)]
pub struct Softmax {
    pub rows: usize,
    pub length: usize,
}

impl Softmax {
    pub fn kernel(&self) -> Kernel {
        let &Self { rows, length } = self;
        let short = length <= SHORT;
        let (row, first, step) = if short { ("i", "0u", "1u") } else { ("row", "lane", "64u") };
        let over = |f: &str, x: &str| if short { x.to_string() } else { format!("{f}(lane, {x})") };
        let each = format!("for (var c = {first}; c < {length}u; c += {step})");
        let body = format!(
            "let at = {row} * {length}u;\n\
             var top = {LOWEST};\n\
             {each} {{ top = max(top, x[at + c]); }}\n\
             let high = {high};\n\
             var total = 0.0;\n\
             {each} {{ total += exp(x[at + c] - high); }}\n\
             let scale = 1.0 / {total};\n\
             {each} {{ y[at + c] = exp(x[at + c] - high) * scale; }}",
            high = over("highest", "top"),
            total = over("sum", "total"),
        );
        let source = Source::new(Element::Scalar).input("x", Element::Scalar);
        if short { source.for_each(rows, &body) } else { source.for_each_row(rows, &body) }
    }
}
