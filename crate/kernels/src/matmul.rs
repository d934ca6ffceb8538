use std::fmt::Write;

use crate::index::offsets;
use crate::source::{Element, Source};
use crate::{Activation, Kernel};

/// Products of matrices: y = activation(a · b + bias).
///
/// Inputs: a [.., M, K]; b [.., K, N], or [.., N, K] when `b_transposed`; bias [N] when `bias`. Output: [`batch`, M, N].
/// An invocation computes up to 8 × 4 results, so that each value read is used several times.
#[derive(Clone, Debug)]
pub struct Matmul {
    pub m: usize,
    pub n: usize,
    pub k: usize,
    /// The leading axes of the output.
    pub batch: Vec<usize>,
    /// By how many matrices `a` moves along each axis of `batch`; 0 where it is broadcast.
    pub a_strides: Vec<usize>,
    /// The same for `b`.
    pub b_strides: Vec<usize>,
    pub b_transposed: bool,
    pub bias: bool,
    pub activation: Activation,
}

impl Matmul {
    pub fn kernel(&self) -> Kernel {
        let &Self { m, n, k, .. } = self;
        let rows = match m {
            1 => 1,
            2 => 2,
            3..=12 => 4,
            _ => 8,
        };
        let wide = Element::of(&[n]);
        let a_element = Element::of(&[k]);
        let b_element = if self.b_transposed { a_element } else { wide };
        let column_blocks = n.div_ceil(4);
        let row_blocks = m.div_ceil(rows);

        let mut body = format!(
            "let n0 = i % {column_blocks}u;\n\
             let block = i / {column_blocks}u;\n\
             let m0 = (block % {row_blocks}u) * {rows}u;\n\
             let matrix = block / {row_blocks}u;\n"
        );
        let targets = [("a_matrix", &self.a_strides[..]), ("b_matrix", &self.b_strides[..])];
        body += &offsets("matrix", &self.batch, &targets);
        let per_vector = |e: Element, n: usize| if e == Element::Vec4 { n / 4 } else { n };
        let (a_row, b_size) = (per_vector(a_element, k), per_vector(b_element, k * n));
        let _ = writeln!(body, "let b_at = b_matrix * {b_size}u;");
        for r in 0..rows {
            let _ = writeln!(
                body,
                "let a{r}_at = (a_matrix * {m}u + min(m0 + {r}u, {last}u)) * {a_row}u;\n\
                 var sum{r} = vec4<f32>(0.0);",
                last = m - 1
            );
        }
        for j in 0..4 {
            // Columns past the end read the last one; they are not written.
            let _ = writeln!(body, "let c{j} = min(n0 * 4u + {j}u, {}u);", n - 1);
        }
        let _ =
            writeln!(body, "for (var k = 0u; k < {a_row}u; k++) {{\n{}}}", self.step(rows, a_element, wide));
        body += &self.store(rows, wide);

        let mut source = Source::new(wide).input("a", a_element).input("b", b_element);
        if self.bias {
            source = source.input("bias", wide);
        }
        let count = column_blocks * row_blocks * self.batch.iter().product::<usize>();
        source.function(self.activation.wgsl()).for_each(count, &body)
    }

    /// The loop's body: one value of K, or four.
    fn step(&self, rows: usize, a: Element, wide: Element) -> String {
        let &Self { n, k, .. } = self;
        let mut text = String::new();
        match (self.b_transposed, a) {
            (true, Element::Vec4) => {
                for j in 0..4 {
                    let _ = writeln!(text, "let b{j} = b[b_at + c{j} * {}u + k];", k / 4);
                }
                for r in 0..rows {
                    let _ = writeln!(
                        text,
                        "{{ let v = a[a{r}_at + k]; \
                         sum{r} += vec4<f32>(dot(v, b0), dot(v, b1), dot(v, b2), dot(v, b3)); }}"
                    );
                }
            }
            (true, Element::Scalar) => {
                let column = |j| format!("b[b_at + c{j} * {k}u + k]");
                let columns: Vec<String> = (0..4).map(column).collect();
                let _ = writeln!(text, "let b0 = vec4<f32>({});", columns.join(", "));
            }
            (false, _) => {
                let steps = if a == Element::Vec4 { 4 } else { 1 };
                for s in 0..steps {
                    let row = if steps == 4 { format!("(k * 4u + {s}u)") } else { "k".into() };
                    let _ = match wide {
                        Element::Vec4 => writeln!(text, "let b{s} = b[b_at + {row} * {}u + n0];", n / 4),
                        Element::Scalar => writeln!(
                            text,
                            "let r{s} = b_at + {row} * {n}u; \
                             let b{s} = vec4<f32>(b[r{s} + c0], b[r{s} + c1], b[r{s} + c2], b[r{s} + c3]);"
                        ),
                    };
                }
            }
        }
        match (self.b_transposed, a) {
            (true, Element::Vec4) => {}
            (false, Element::Vec4) => {
                for r in 0..rows {
                    let _ = writeln!(
                        text,
                        "{{ let v = a[a{r}_at + k]; sum{r} += v.x * b0 + v.y * b1 + v.z * b2 + v.w * b3; }}"
                    );
                }
            }
            (_, Element::Scalar) => {
                for r in 0..rows {
                    let _ = writeln!(text, "sum{r} += a[a{r}_at + k] * b0;");
                }
            }
        }
        text
    }

    fn store(&self, rows: usize, wide: Element) -> String {
        let &Self { m, n, .. } = self;
        let mut text = String::new();
        let bias = match (self.bias, wide) {
            (false, _) => "",
            (true, Element::Vec4) => " + bias[n0]",
            (true, Element::Scalar) => " + vec4<f32>(bias[c0], bias[c1], bias[c2], bias[c3])",
        };
        for r in 0..rows {
            let result = format!("let result = activate(sum{r}{bias});");
            let put = match wide {
                Element::Vec4 => format!("y[(matrix * {m}u + m0 + {r}u) * {}u + n0] = result;", n / 4),
                Element::Scalar => {
                    let mut put = format!("let at = (matrix * {m}u + m0 + {r}u) * {n}u + n0 * 4u;");
                    for j in 0..4 {
                        let _ = write!(put, " if (n0 * 4u + {j}u < {n}u) {{ y[at + {j}u] = result[{j}]; }}");
                    }
                    put
                }
            };
            let _ = writeln!(text, "if (m0 + {r}u < {m}u) {{ {result} {put} }}");
        }
        text
    }
}
