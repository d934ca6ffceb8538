use std::fmt::Write;

use crate::source::{Element, Source};
use crate::{Activation, Kernel};

/// A convolution of pictures, with zeros around them: y = activation(conv(x, weight) + bias).
///
/// Inputs: x [N, C, H, W]; weight, packed by [`Convolution::pack`] when `packed`, else [O, C / groups, kernel]; bias [O]
/// when `bias`. Output: [N, O, `output`]. An invocation computes four neighbours in a row, for up to eight channels.
#[derive(Clone, Debug)]
pub struct Convolution {
    pub batch: usize,
    pub channels: usize,
    pub outputs: usize,
    /// Height and width of x.
    pub input: [usize; 2],
    /// Height and width of the output: they decide how far zeros are read below and to the right.
    pub output: [usize; 2],
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
    pub dilation: [usize; 2],
    /// Zeros above and to the left.
    pub padding: [usize; 2],
    pub groups: usize,
    pub bias: bool,
    pub packed: bool,
    pub activation: Activation,
}

impl Convolution {
    /// Output channels that one invocation computes. They lie in one group.
    pub fn block(&self) -> usize {
        let outputs = self.outputs / self.groups;
        [8, 4, 2].into_iter().find(|b| outputs.is_multiple_of(*b)).unwrap_or(1)
    }

    /// Puts the weights of each block of channels side by side: [O / block, C / groups, kernel, block].
    ///
    /// A `weight` shorter than its sizes say is filled up with zeros.
    pub fn pack(&self, weight: &[f32]) -> Vec<f32> {
        let taps = self.channels / self.groups * self.kernel[0] * self.kernel[1];
        let block = self.block();
        let mut packed = Vec::with_capacity(self.outputs * taps);
        for first in (0..self.outputs).step_by(block) {
            for tap in 0..taps {
                packed.extend(
                    (first..first + block).map(|o| weight.get(o * taps + tap).copied().unwrap_or(0.0)),
                );
            }
        }
        packed
    }

    pub fn kernel(&self) -> Kernel {
        let mut conv = self.clone();
        if self.kernel == [1, 1]
            && self.stride == [1, 1]
            && self.padding == [0, 0]
            && self.input == self.output
        {
            // Each pixel stands for itself: one long row leaves fewer blocks half empty.
            conv.input = [1, self.input[0] * self.input[1]];
            conv.output = conv.input;
        }
        conv.flattened_kernel()
    }

    fn flattened_kernel(&self) -> Kernel {
        let [height, width] = self.output;
        let columns = width.div_ceil(4);
        let block = self.block();
        let channels = self.channels / self.groups;
        let x = if self.pointwise() { Element::of(&[width]) } else { Element::Scalar };
        let weight = if self.packed { Element::of(&[block]) } else { Element::Scalar };
        let y = Element::of(&[width]);

        let mut body = format!(
            "let x0 = (i % {columns}u) * 4u;\n\
             var rest = i / {columns}u;\n\
             let oy = rest % {height}u; rest = rest / {height}u;\n\
             let first = (rest % {blocks}u) * {block}u;\n\
             let image = rest / {blocks}u;\n\
             let channel = image * {c}u + first / {per_group}u * {channels}u;\n",
            blocks = self.outputs / block,
            c = self.channels,
            per_group = self.outputs / self.groups,
        );
        for j in 0..block {
            let _ = writeln!(body, "var sum{j} = vec4<f32>(0.0);");
        }
        let _ = writeln!(
            body,
            "let left = i32(x0 * {}u) - {};\nlet top = i32(oy * {}u) - {};",
            self.stride[1], self.padding[1], self.stride[0], self.padding[0]
        );
        let _ = writeln!(
            body,
            "for (var c = 0u; c < {channels}u; c++) {{\n\
             for (var ky = 0u; ky < {kh}u; ky++) {{\n\
             let iy = top + i32(ky * {dilation}u);\n\
             if (iy < 0 || iy >= {h}) {{ continue; }}\n\
             let line = ((channel + c) * {h}u + u32(iy)) * {w}u;\n\
             let tap = (first / {block}u * {channels}u + c) * {area}u + ky * {kw}u;\n\
             let loose = (first * {channels}u + c) * {area}u + ky * {kw}u;\n\
             {taps}}}\n}}",
            kh = self.kernel[0],
            kw = self.kernel[1],
            area = self.kernel[0] * self.kernel[1],
            dilation = self.dilation[0],
            h = self.input[0],
            w = self.input[1],
            taps = self.taps(x, weight),
        );
        for j in 0..block {
            let bias = if self.bias { format!(" + bias[first + {j}u]") } else { String::new() };
            let line =
                format!("((image * {}u + first + {j}u) * {height}u + oy) * {width}u + x0", self.outputs);
            let _ = match y {
                Element::Vec4 => writeln!(body, "y[({line}) / 4u] = activate(sum{j}{bias});"),
                Element::Scalar => {
                    let mut put = format!("{{ let at = {line}; let result = activate(sum{j}{bias});");
                    for p in 0..4 {
                        let _ = write!(put, " if (x0 + {p}u < {width}u) {{ y[at + {p}u] = result[{p}]; }}");
                    }
                    writeln!(body, "{put} }}")
                }
            };
        }

        let mut source = Source::new(y).input("x", x).input("weight", weight);
        if self.bias {
            source = source.input("bias", Element::Scalar);
        }
        let last = self.input[1] - 1;
        if x == Element::Scalar {
            source = source.function(match self.stays_inside() {
                true => "fn pixel(line: u32, at: i32) -> f32 { return x[line + u32(at)]; }".into(),
                false => format!(
                    "fn pixel(line: u32, at: i32) -> f32 {{\n\
                     return select(0.0, x[line + u32(clamp(at, 0, {last}))], at >= 0 && at <= {last});\n}}"
                ),
            });
        }
        let count = columns * height * (self.outputs / block) * self.batch;
        source.function(self.activation.wgsl()).for_each(count, &body)
    }

    /// One pixel makes one pixel, so that four can be read at once.
    fn pointwise(&self) -> bool {
        self.kernel == [1, 1] && self.stride == [1, 1] && self.padding == [0, 0] && self.input == self.output
    }

    /// No row is read past its ends, not even by the last block.
    fn stays_inside(&self) -> bool {
        let reach = (self.output[1].next_multiple_of(4) - 1) * self.stride[1]
            + (self.kernel[1] - 1) * self.dilation[1];
        self.padding[1] == 0 && reach < self.input[1]
    }

    /// The products of one row of the kernel.
    fn taps(&self, x: Element, weight: Element) -> String {
        let [_, width] = self.kernel;
        let ([_, stride], [_, dilation]) = (self.stride, self.dilation);
        if x == Element::Vec4 {
            return format!("let v = x[(line + x0) / 4u];\n{}", self.products(weight, "0u"));
        }
        let mut places: Vec<usize> =
            (0..width).flat_map(|k| (0..4).map(move |p| k * dilation + p * stride)).collect();
        places.sort_unstable();
        places.dedup();
        if places.len() > 24 {
            let pixels: Vec<String> = (0..4).map(|p| format!("pixel(line, at + {})", p * stride)).collect();
            return format!(
                "for (var kx = 0u; kx < {width}u; kx++) {{\n\
                 let at = left + i32(kx * {dilation}u);\n\
                 let v = vec4<f32>({});\n{}}}\n",
                pixels.join(", "),
                self.products(weight, "kx"),
            );
        }
        let mut text = String::new();
        for place in &places {
            let _ = writeln!(text, "let p{place} = pixel(line, left + {place});");
        }
        for k in 0..width {
            let pixels: Vec<String> = (0..4).map(|p| format!("p{}", k * dilation + p * stride)).collect();
            let _ = writeln!(
                text,
                "{{ let v = vec4<f32>({});\n{}}}",
                pixels.join(", "),
                self.products(weight, &format!("{k}u"))
            );
        }
        text
    }

    /// Four pixels `v` times the weights of the tap in column `kx`.
    fn products(&self, weight: Element, kx: &str) -> String {
        let block = self.block();
        let mut text = String::new();
        if weight == Element::Vec4 {
            for quarter in 0..block / 4 {
                let _ =
                    writeln!(text, "let w{quarter} = weight[(tap + {kx}) * {}u + {quarter}u];", block / 4);
            }
        }
        let taps = self.channels / self.groups * self.kernel[0] * self.kernel[1];
        for j in 0..block {
            let _ = match (weight, self.packed) {
                (Element::Vec4, _) => writeln!(text, "sum{j} += w{}[{}] * v;", j / 4, j % 4),
                (_, true) => writeln!(text, "sum{j} += weight[(tap + {kx}) * {block}u + {j}u] * v;"),
                (_, false) => writeln!(text, "sum{j} += weight[loose + {}u + {kx}] * v;", j * taps),
            };
        }
        text
    }
}
