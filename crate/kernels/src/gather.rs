use crate::Kernel;
use crate::source::{Element, Source};

/// Rows along an axis, chosen by indices.
///
/// Inputs: x [outer, length, inner]; indices [count], whole numbers as `f32`, negative ones counted from the end, those
/// out of range taken to the nearest. Output: [outer, count, inner]. An invocation copies one element.
#[derive(Clone, Copy, Debug)]
pub struct Gather {
    pub outer: usize,
    pub length: usize,
    pub inner: usize,
    pub count: usize,
}

impl Gather {
    pub fn kernel(&self) -> Kernel {
        let &Self { outer, length, inner, count } = self;
        let body = format!(
            "let c = i % {inner}u;\n\
             let k = i / {inner}u % {count}u;\n\
             let o = i / {run}u;\n\
             var index = i32(round(indices[k]));\n\
             if (index < 0) {{ index += {length}; }}\n\
             y[i] = x[(o * {length}u + u32(clamp(index, 0, {last}))) * {inner}u + c];",
            run = count * inner,
            last = length - 1,
        );
        Source::new(Element::Scalar)
            .input("x", Element::Scalar)
            .input("indices", Element::Scalar)
            .for_each(outer * count * inner, &body)
    }
}
