use crate::Kernel;
use crate::source::{Element, LOWEST, Source};

/// What a window gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolKind {
    Max,
    /// The mean; with `padding_counts`, the border's zeros belong to it.
    Average {
        padding_counts: bool,
    },
}

/// Pooling over windows. Windows may reach past the picture on all sides.
///
/// Input: x [planes, `input`]. Output: [planes, `output`]. An invocation does one window.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    pub kind: PoolKind,
    /// Pictures times channels.
    pub planes: usize,
    pub input: [usize; 2],
    pub output: [usize; 2],
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
    pub dilation: [usize; 2],
    /// The border: above, left, below, right.
    pub padding: [usize; 4],
}

impl Pool {
    pub fn kernel(&self) -> Kernel {
        let ([height, width], [h, w], [kh, kw]) = (self.output, self.input, self.kernel);
        let [top, left, bottom, right] = self.padding;
        let (start, each, result) = match self.kind {
            PoolKind::Max => (LOWEST, "result = max(result, v);", "result"),
            PoolKind::Average { .. } => ("0.0", "result += v;", "result / count"),
        };
        let counted = match self.kind {
            PoolKind::Average { padding_counts: true } => {
                format!("if (iy < {} && ix < {}) {{ count += 1.0; }}", h + bottom, w + right)
            }
            _ => String::new(),
        };
        let valid = match self.kind {
            PoolKind::Average { padding_counts: false } => "count += 1.0;",
            _ => "",
        };
        let body = format!(
            "let ox = i % {width}u;\n\
             let oy = i / {width}u % {height}u;\n\
             let plane = i / {area}u;\n\
             var result = {start};\n\
             var count = 0.0;\n\
             for (var ky = 0u; ky < {kh}u; ky++) {{\n\
             for (var kx = 0u; kx < {kw}u; kx++) {{\n\
             let iy = i32(oy * {sy}u + ky * {dy}u) - {top};\n\
             let ix = i32(ox * {sx}u + kx * {dx}u) - {left};\n\
             {counted}\n\
             if (iy < 0 || iy >= {h} || ix < 0 || ix >= {w}) {{ continue; }}\n\
             let v = x[(plane * {h}u + u32(iy)) * {w}u + u32(ix)];\n\
             {each}{valid}\n}}\n}}\n\
             y[i] = {result};",
            area = height * width,
            sy = self.stride[0],
            sx = self.stride[1],
            dy = self.dilation[0],
            dx = self.dilation[1],
        );
        Source::new(Element::Scalar).input("x", Element::Scalar).for_each(self.planes * height * width, &body)
    }
}
