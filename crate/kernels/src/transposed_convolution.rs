use std::fmt::Write;

use crate::Kernel;
use crate::source::{Element, Source};

/// A transposed convolution: each pixel of x spreads its kernel over the output, `stride` apart.
///
/// Inputs: x [N, C, H, W]; weight [C, O / groups, kernel]; bias [O] when `bias`. Output: [N, O, `output`]. An invocation
/// computes one pixel for up to four channels; it visits only the taps that reach it.
#[derive(Clone, Debug)]
pub struct TransposedConvolution {
    pub batch: usize,
    pub channels: usize,
    pub outputs: usize,
    pub input: [usize; 2],
    pub output: [usize; 2],
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
    /// What is cut off above and to the left.
    pub padding: [usize; 2],
    pub groups: usize,
    pub bias: bool,
}

impl TransposedConvolution {
    pub fn kernel(&self) -> Kernel {
        let [height, width] = self.output;
        let ([h, w], [kh, kw], [sh, sw]) = (self.input, self.kernel, self.stride);
        let per_group = self.outputs / self.groups;
        let block = [4, 2].into_iter().find(|b| per_group.is_multiple_of(*b)).unwrap_or(1);
        let channels = self.channels / self.groups;
        let mut body = format!(
            "let ox = i % {width}u;\n\
             var rest = i / {width}u;\n\
             let oy = rest % {height}u; rest = rest / {height}u;\n\
             let first = (rest % {blocks}u) * {block}u;\n\
             let image = rest / {blocks}u;\n\
             let channel = first / {per_group}u * {channels}u;\n\
             let py = oy + {pad_y}u;\n\
             let px = ox + {pad_x}u;\n",
            blocks = self.outputs / block,
            pad_y = self.padding[0],
            pad_x = self.padding[1],
        );
        for j in 0..block {
            let _ = writeln!(body, "var sum{j} = 0.0;");
        }
        let mut products = String::new();
        for j in 0..block {
            let _ = writeln!(products, "sum{j} += v * weight[at + {}u];", j * kh * kw);
        }
        let _ = writeln!(
            body,
            "for (var ky = py % {sh}u; ky < {kh}u; ky += {sh}u) {{\n\
             if (py < ky) {{ break; }}\n\
             let iy = (py - ky) / {sh}u;\n\
             if (iy >= {h}u) {{ continue; }}\n\
             for (var kx = px % {sw}u; kx < {kw}u; kx += {sw}u) {{\n\
             if (px < kx) {{ break; }}\n\
             let ix = (px - kx) / {sw}u;\n\
             if (ix >= {w}u) {{ continue; }}\n\
             for (var c = 0u; c < {channels}u; c++) {{\n\
             let v = x[((image * {all}u + channel + c) * {h}u + iy) * {w}u + ix];\n\
             let at = (((channel + c) * {per_group}u + first % {per_group}u) * {kh}u + ky) * {kw}u + kx;\n\
             {products}}}\n}}\n}}",
            all = self.channels,
        );
        for j in 0..block {
            let bias = if self.bias { format!(" + bias[first + {j}u]") } else { String::new() };
            let _ = writeln!(
                body,
                "y[((image * {}u + first + {j}u) * {height}u + oy) * {width}u + ox] = sum{j}{bias};",
                self.outputs
            );
        }
        let mut source =
            Source::new(Element::Scalar).input("x", Element::Scalar).input("weight", Element::Scalar);
        if self.bias {
            source = source.input("bias", Element::Scalar);
        }
        source.for_each(width * height * (self.outputs / block) * self.batch, &body)
    }
}
