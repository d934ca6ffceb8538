/// What a matrix product or a convolution does to each result before it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Activation {
    #[default]
    None,
    Relu,
    /// The exact GELU: x · (1 + erf(x / √2)) / 2.
    Gelu,
    /// x · sigmoid(1.702 · x).
    QuickGelu,
}

impl Activation {
    /// Declares `activate`, on four values at once.
    pub(crate) fn wgsl(self) -> String {
        let (needs, result) = match self {
            Self::None => ("", "x"),
            Self::Relu => ("", "max(x, vec4<f32>(0.0))"),
            Self::Gelu => (ERF, "0.5 * x * (1.0 + erf(0.70710678 * x))"),
            // exp of more than 88 overflows.
            Self::QuickGelu => ("", "x / (1.0 + exp(min(-1.702 * x, vec4<f32>(88.0))))"),
        };
        format!("{needs}\nfn activate(x: vec4<f32>) -> vec4<f32> {{ return {result}; }}")
    }
}

/// The error function to 1.5e-7: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.
pub(crate) const ERF: &str = "
fn erf(x: vec4<f32>) -> vec4<f32> {
    let z = abs(x);
    let t = 1.0 / (1.0 + 0.3275911 * z);
    let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
    return sign(x) * (1.0 - p * exp(-min(z * z, vec4<f32>(80.0))));
}";
