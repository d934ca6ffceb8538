use std::fmt::Write;

use crate::Kernel;
use crate::index::offsets;
use crate::source::{Element, LOWEST, Source, literal};

/// softmax(scale · q kᵀ + biases) v, with no score ever stored: the softmax is kept up key by key.
///
/// Inputs: q [.., M, D]; k [.., N, D]; v [.., N, E]; then the biases, two at most. Output: [`batch`, M, E]. An invocation
/// does a query: neighbours read the same keys. D and E are held in registers: keep both to 128 or less.
#[derive(Clone, Debug)]
pub struct Attention {
    /// The leading axes of the output.
    pub batch: Vec<usize>,
    /// By how many matrices q, k and v move along each axis of `batch`; 0 where they are broadcast.
    pub q_strides: Vec<usize>,
    pub k_strides: Vec<usize>,
    pub v_strides: Vec<usize>,
    pub queries: usize,
    pub keys: usize,
    pub width: usize,
    pub value_width: usize,
    pub scale: f32,
    pub biases: Vec<Bias>,
}

/// An additive bias and how it broadcasts to the scores [`batch`, M, N]. Each of the three may be cut into axes of its own:
/// keys that are a picture's pixels into two, say.
#[derive(Clone, Debug)]
pub struct Bias {
    pub batch_shape: Vec<usize>,
    pub batch_strides: Vec<usize>,
    pub query_shape: Vec<usize>,
    pub query_strides: Vec<usize>,
    pub key_shape: Vec<usize>,
    pub key_strides: Vec<usize>,
}

impl Attention {
    pub fn kernel(&self) -> Kernel {
        let &Self { queries, keys, width, value_width, .. } = self;
        let (wide, value_wide) = (Element::of(&[width]), Element::of(&[value_width]));
        let mut body = format!("let m = i % {queries}u;\nlet matrix = i / {queries}u;\n");
        let targets = [
            ("q_matrix", &self.q_strides[..]),
            ("k_matrix", &self.k_strides[..]),
            ("v_matrix", &self.v_strides[..]),
        ];
        body += &offsets("matrix", &self.batch, &targets);
        for (b, bias) in self.biases.iter().enumerate() {
            let _ = writeln!(body, "let matrix{b} = matrix;\nlet m{b} = m;");
            let batch = [(&format!("bias{b}_batch")[..], &bias.batch_strides[..])];
            let query = [(&format!("bias{b}_query")[..], &bias.query_strides[..])];
            body += &offsets(&format!("matrix{b}"), &bias.batch_shape, &batch);
            body += &offsets(&format!("m{b}"), &bias.query_shape, &query);
        }
        let _ = writeln!(body, "let q_at = (q_matrix * {queries}u + m) * {width}u;");
        for d in 0..width.div_ceil(4) {
            let q = load("q", "q_at", d, width, wide);
            let _ = writeln!(body, "let q{d} = {q} * {};", literal(self.scale));
        }
        for e in 0..value_width.div_ceil(4) {
            let _ = writeln!(body, "var sum{e} = vec4<f32>(0.0);");
        }
        let _ = writeln!(
            body,
            "var top = {LOWEST};\nvar total = 0.0;\nfor (var n = 0u; n < {keys}u; n++) {{\n{}}}",
            self.step(wide, value_wide)
        );
        let _ = writeln!(body, "let norm = 1.0 / total;\nlet y_at = i * {value_width}u;");
        for e in 0..value_width.div_ceil(4) {
            let _ = match value_wide {
                Element::Vec4 => writeln!(body, "y[y_at / 4u + {e}u] = sum{e} * norm;"),
                Element::Scalar => (e * 4..value_width.min(e * 4 + 4))
                    .try_for_each(|x| writeln!(body, "y[y_at + {x}u] = sum{e}[{}] * norm;", x % 4)),
            };
        }
        let mut source = Source::new(value_wide).input("q", wide).input("k", wide).input("v", value_wide);
        for b in 0..self.biases.len() {
            source = source.input(format!("bias{b}"), Element::Scalar);
        }
        source.for_each(queries * self.batch.iter().product::<usize>(), &body)
    }

    /// The loop's body: one key. The sums are rescaled only when it is a new highest one.
    fn step(&self, wide: Element, value_wide: Element) -> String {
        let &Self { keys, width, value_width, .. } = self;
        let mut text = format!("let k_at = (k_matrix * {keys}u + n) * {width}u;\nvar score = 0.0;\n");
        for d in 0..width.div_ceil(4) {
            let _ = writeln!(text, "score += dot(q{d}, {});", load("k", "k_at", d, width, wide));
        }
        for (b, bias) in self.biases.iter().enumerate() {
            let index = format!("n{b}");
            let _ = writeln!(text, "let {index} = n;");
            text += &offsets(&index, &bias.key_shape, &[(&format!("bias{b}_key"), &bias.key_strides)]);
            let _ = writeln!(text, "score += bias{b}[bias{b}_batch + bias{b}_query + bias{b}_key];");
        }
        let values = value_width.div_ceil(4);
        let fade: String = (0..values).map(|e| format!(" sum{e} *= fade;")).collect();
        let _ = writeln!(
            text,
            "if (score > top) {{ let fade = exp(top - score); total *= fade;{fade} top = score; }}\n\
             let share = exp(score - top);\n\
             total += share;\n\
             let v_at = (v_matrix * {keys}u + n) * {value_width}u;"
        );
        for e in 0..values {
            let _ = writeln!(text, "sum{e} += share * {};", load("v", "v_at", e, value_width, value_wide));
        }
        text
    }
}

/// Values 4 · `quarter` and on of a row that begins at `at`, zeros behind its end.
fn load(buffer: &str, at: &str, quarter: usize, width: usize, element: Element) -> String {
    match element {
        Element::Vec4 => format!("{buffer}[{at} / 4u + {quarter}u]"),
        Element::Scalar => {
            let value = |x: usize| match x < width {
                true => format!("{buffer}[{at} + {x}u]"),
                false => "0.0".into(),
            };
            let values: Vec<String> = (quarter * 4..quarter * 4 + 4).map(value).collect();
            format!("vec4<f32>({})", values.join(", "))
        }
    }
}
