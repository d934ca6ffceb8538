use std::fmt::Write;

use crate::Kernel;
use crate::source::{Element, Source, literal};

/// Where an output pixel lies in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coordinates {
    /// By pixel centres: (o + ½) · n / m − ½.
    HalfPixel,
    /// The same, but 0 when the output has one pixel.
    TorchHalfPixel,
    /// Corner on corner: o · (n − 1) / (m − 1).
    AlignCorners,
    /// o · n / m.
    Asymmetric,
}

/// Which input pixel a place between two takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    Floor,
    Ceil,
    /// To the nearest; halves down.
    PreferFloor,
    /// To the nearest; halves up.
    PreferCeil,
}

/// How a value between pixels is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Interpolation {
    Nearest(Rounding),
    Linear,
    /// Keys' cubic with this coefficient: −0.75 in torch, −0.5 in Pillow.
    Cubic(f32),
}

/// Pictures at another size, without antialiasing; places outside take the edge's values.
///
/// Input: x [planes, `input`]. Output: [planes, `output`]. An invocation computes one pixel. Places are fractions of whole
/// numbers, computed exactly: a shader's division is not. Twice the product of the sizes along an axis must be below 2³¹.
#[derive(Clone, Copy, Debug)]
pub struct Resize {
    pub planes: usize,
    pub input: [usize; 2],
    pub output: [usize; 2],
    pub coordinates: Coordinates,
    pub interpolation: Interpolation,
}

impl Resize {
    pub fn kernel(&self) -> Kernel {
        let ([h, w], [height, width]) = (self.input, self.output);
        let mut body = format!(
            "let ox = i32(i % {width}u);\n\
             let oy = i32(i / {width}u % {height}u);\n\
             let plane = i / {}u * {}u;\n",
            width * height,
            w * h
        );
        for (axis, n, m) in [("y", h, height), ("x", w, width)] {
            body += &self.place(axis, n, m);
        }
        body += &match self.interpolation {
            Interpolation::Nearest(_) => format!("y[i] = x[plane + y_at * {w}u + x_at];"),
            Interpolation::Linear => format!(
                "let above = mix(x[plane + y0 * {w}u + x0], x[plane + y0 * {w}u + x1], x_part);\n\
                 let below = mix(x[plane + y1 * {w}u + x0], x[plane + y1 * {w}u + x1], x_part);\n\
                 y[i] = mix(above, below, y_part);"
            ),
            Interpolation::Cubic(_) => {
                let mut rows = String::new();
                for r in 0..4 {
                    let line: Vec<String> =
                        (0..4).map(|c| format!("x[plane + y{r} * {w}u + x{c}]")).collect();
                    let _ =
                        writeln!(rows, "let row{r} = dot(vec4<f32>({}), cubic(x_part));", line.join(", "));
                }
                rows + "y[i] = dot(vec4<f32>(row0, row1, row2, row3), cubic(y_part));"
            }
        };
        let mut source = Source::new(Element::Scalar).input("x", Element::Scalar).function(FLOOR_DIVISION);
        if let Interpolation::Cubic(a) = self.interpolation {
            source = source.function(cubic(a));
        }
        source.for_each(self.planes * width * height, &body)
    }

    /// Declares the pixels that an output pixel is made of along one axis, and how far it lies behind the first.
    fn place(&self, axis: &str, n: usize, m: usize) -> String {
        // The place is (o · rise + start) / span.
        let (rise, start, span) = match self.coordinates {
            Coordinates::AlignCorners if m == 1 => (0, 0, 1),
            Coordinates::TorchHalfPixel if m == 1 => (0, 0, 1),
            Coordinates::AlignCorners => (n - 1, 0, m - 1),
            Coordinates::Asymmetric => (n, 0, m),
            Coordinates::HalfPixel | Coordinates::TorchHalfPixel => (2 * n, n as i64 - m as i64, 2 * m),
        };
        let last = n - 1;
        let place = format!("let {axis}_place = o{axis} * {rise} + {start};\n");
        let whole = |name: &str, dividend: String, divisor: usize, sign: &str| {
            format!("let {name} = {sign}floor_division({dividend}, {divisor});\n")
        };
        let p = format!("{axis}_place");
        if let Interpolation::Nearest(rounding) = self.interpolation {
            let name = format!("{axis}_index");
            let index = match rounding {
                Rounding::Floor => whole(&name, p, span, ""),
                Rounding::Ceil => whole(&name, format!("-{p}"), span, "-"),
                Rounding::PreferFloor => whole(&name, format!("{span} - 2 * {p}"), 2 * span, "-"),
                Rounding::PreferCeil => whole(&name, format!("{span} + 2 * {p}"), 2 * span, ""),
            };
            return format!("{place}{index}let {axis}_at = u32(clamp({name}, 0, {last}));\n");
        }
        let (before, taps) = if self.interpolation == Interpolation::Linear { (0, 2) } else { (1, 4) };
        let mut text = place + &whole(&format!("{axis}_floor"), p.clone(), span, "");
        let _ = writeln!(text, "let {axis}_part = f32({p} - {axis}_floor * {span}) / {span}.0;");
        for t in 0..taps {
            let _ = writeln!(text, "let {axis}{t} = u32(clamp({axis}_floor + {t} - {before}, 0, {last}));");
        }
        text
    }
}

const FLOOR_DIVISION: &str = "
fn floor_division(a: i32, b: i32) -> i32 {
    let q = a / b;
    return select(q, q - 1, q * b > a);
}";

/// The weights of the four pixels around a place, `t` behind the second of them.
fn cubic(a: f32) -> String {
    let a = literal(a);
    format!(
        "fn near(t: f32) -> f32 {{ return (({a} + 2.0) * t - ({a} + 3.0)) * t * t + 1.0; }}\n\
         fn far(t: f32) -> f32 {{ return (({a} * t - 5.0 * {a}) * t + 8.0 * {a}) * t - 4.0 * {a}; }}\n\
         fn cubic(t: f32) -> vec4<f32> {{\n\
         return vec4<f32>(far(t + 1.0), near(t), near(1.0 - t), far(2.0 - t));\n}}"
    )
}
