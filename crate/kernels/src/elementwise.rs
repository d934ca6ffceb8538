use crate::Kernel;
use crate::activation::ERF;
use crate::index::offsets;
use crate::source::{Element, Source, literal};

/// A function of one value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unary {
    Abs,
    Ceil,
    /// To at least the first and at most the second.
    Clip(f32, f32),
    Cos,
    Erf,
    Exp,
    Floor,
    Gelu,
    Log,
    Neg,
    /// To this power.
    Pow(f32),
    QuickGelu,
    Reciprocal,
    Relu,
    Sigmoid,
    Sin,
    Sqrt,
    Tanh,
    /// Towards zero.
    Truncate,
}

/// A function of two values. Comparisons give 1 or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Max,
    Min,
    Equal,
    Greater,
    Less,
}

/// A function of the elements of one or more tensors, each read by strides of its own (NumPy's broadcasting).
///
/// Inputs: the tensors. Output: [`shape`]. An invocation computes four neighbours when all inputs are dense, else one.
#[derive(Clone, Debug)]
pub struct Elementwise {
    pub shape: Vec<usize>,
    /// Strides of each input along the axes of `shape`; 0 where it is broadcast.
    pub strides: Vec<Vec<usize>>,
    function: String,
    expression: String,
}

impl Elementwise {
    /// A function of every element.
    pub fn unary(shape: &[usize], unary: Unary) -> Self {
        let (function, expression) = unary.wgsl();
        let strides = vec![crate::dense_strides(shape)];
        Self { shape: shape.into(), strides, function: function.into(), expression }
    }

    /// A function of two tensors, read by `strides`.
    pub fn binary(shape: &[usize], strides: [Vec<usize>; 2], binary: Binary) -> Self {
        let expression = binary.wgsl().into();
        Self { shape: shape.into(), strides: strides.into(), function: String::new(), expression }
    }

    /// The second tensor's elements where the first is not 0, else the third's.
    pub fn choose(shape: &[usize], strides: [Vec<usize>; 3]) -> Self {
        let expression = "select(x2, x1, x0 != vec4<f32>(0.0))".into();
        Self { shape: shape.into(), strides: strides.into(), function: String::new(), expression }
    }

    pub fn kernel(&self) -> Kernel {
        let count: usize = self.shape.iter().product();
        let dense = crate::dense_strides(&self.shape);
        let steps_alike =
            |s: &Vec<usize>| self.shape.iter().zip(s).zip(&dense).all(|((&n, s), d)| n == 1 || s == d);
        let element = match self.strides.iter().all(steps_alike) {
            true => Element::of(&[count]),
            false => Element::Scalar,
        };
        let names: Vec<String> = (0..self.strides.len()).map(|k| format!("at{k}")).collect();
        let mut body = match element {
            Element::Vec4 => names.iter().map(|name| format!("let {name} = i;\n")).collect(),
            Element::Scalar => {
                let targets: Vec<(&str, &[usize])> =
                    names.iter().zip(&self.strides).map(|(n, s)| (n.as_str(), &s[..])).collect();
                offsets("i", &self.shape, &targets)
            }
        };
        let mut source = Source::new(element);
        for k in 0..self.strides.len() {
            source = source.input(format!("input{k}"), element);
            body += &match element {
                Element::Vec4 => format!("let x{k} = input{k}[at{k}];\n"),
                Element::Scalar => format!("let x{k} = vec4<f32>(input{k}[at{k}]);\n"),
            };
        }
        let expression = &self.expression;
        let (invocations, put) = match element {
            Element::Vec4 => (count / 4, format!("y[i] = {expression};")),
            Element::Scalar => (count, format!("let result = {expression};\ny[i] = result.x;")),
        };
        source.function(&self.function).for_each(invocations, &(body + &put))
    }
}

impl Unary {
    /// A function that the expression needs, and the expression of `x0`, four values at once.
    fn wgsl(self) -> (&'static str, String) {
        let plain = |text: &str| ("", text.to_string());
        match self {
            Self::Abs => plain("abs(x0)"),
            Self::Ceil => plain("ceil(x0)"),
            Self::Clip(low, high) => {
                ("", format!("min(max(x0, vec4<f32>({})), vec4<f32>({}))", literal(low), literal(high)))
            }
            Self::Cos => (TURN, "turn(x0, 1)".into()),
            Self::Erf => (ERF, "erf(x0)".into()),
            Self::Exp => plain("exp(x0)"),
            Self::Floor => plain("floor(x0)"),
            Self::Gelu => (ERF, "0.5 * x0 * (1.0 + erf(0.70710678 * x0))".into()),
            Self::Log => plain("log(x0)"),
            Self::Neg => plain("-x0"),
            // Multiplied out where that is exact: WGSL's pow knows no negative base.
            Self::Pow(2.0) => plain("x0 * x0"),
            Self::Pow(3.0) => plain("x0 * x0 * x0"),
            Self::Pow(0.5) => plain("sqrt(x0)"),
            Self::Pow(p) => ("", format!("pow(x0, vec4<f32>({}))", literal(p))),
            // exp of more than 88 overflows.
            Self::QuickGelu => plain("x0 / (1.0 + exp(min(-1.702 * x0, vec4<f32>(88.0))))"),
            Self::Reciprocal => plain("1.0 / x0"),
            Self::Relu => plain("max(x0, vec4<f32>(0.0))"),
            Self::Sigmoid => plain("1.0 / (1.0 + exp(min(-x0, vec4<f32>(88.0))))"),
            Self::Sin => (TURN, "turn(x0, 0)".into()),
            Self::Sqrt => plain("sqrt(x0)"),
            // 1 to the last bit from 10 on; some drivers compute it from exponentials that overflow.
            Self::Tanh => plain("tanh(clamp(x0, vec4<f32>(-10.0), vec4<f32>(10.0)))"),
            Self::Truncate => plain("trunc(x0)"),
        }
    }
}

/// The sine, begun `quarter` quarter turns on, to the last bits for arguments of a few thousand.
///
/// WGSL allows its own `sin` and `cos` an error of 2⁻¹¹, and software adapters make use of it. The argument is brought
/// to an eighth of a turn around the nearest quarter, π/2 subtracted in three parts; the polynomials are those of Cephes
/// (`sinf.c`).
const TURN: &str = "
fn turn(x: vec4<f32>, quarter: i32) -> vec4<f32> {
    let quarters = round(x * 0.63661977);
    let r = ((x - quarters * 1.5703125) - quarters * 4.837512969970703e-4) - quarters * 7.549789954891882e-8;
    let z = r * r;
    let s = r + r * z * ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1);
    let c = 1.0 - 0.5 * z + z * z * ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2);
    let q = (vec4<i32>(quarters) + vec4<i32>(quarter)) & vec4<i32>(3);
    let value = select(s, c, (q & vec4<i32>(1)) == vec4<i32>(1));
    return select(value, -value, q >= vec4<i32>(2));
}";

impl Binary {
    fn wgsl(self) -> &'static str {
        match self {
            Self::Add => "x0 + x1",
            Self::Sub => "x0 - x1",
            Self::Mul => "x0 * x1",
            Self::Div => "x0 / x1",
            Self::Max => "max(x0, x1)",
            Self::Min => "min(x0, x1)",
            Self::Equal => "select(vec4<f32>(0.0), vec4<f32>(1.0), x0 == x1)",
            Self::Greater => "select(vec4<f32>(0.0), vec4<f32>(1.0), x0 > x1)",
            Self::Less => "select(vec4<f32>(0.0), vec4<f32>(1.0), x0 < x1)",
        }
    }
}
