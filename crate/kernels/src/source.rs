//! What the text of every kernel has in common.

use std::fmt::Write;

use crate::Kernel;

/// Invocations in a workgroup: a multiple of every GPU's subgroup, and small enough for all.
pub(crate) const WORKGROUP: usize = 64;

/// WebGPU's bound on workgroups along a dimension.
const MAX_WORKGROUPS: usize = 65_535;

/// The element type of a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    Scalar,
    /// Four neighbours at once; the tensor's length must be a multiple of four.
    Vec4,
}

impl Element {
    /// `Vec4` when all lengths allow it.
    pub fn of(lengths: &[usize]) -> Self {
        if lengths.iter().all(|n| n.is_multiple_of(4)) { Self::Vec4 } else { Self::Scalar }
    }

    fn wgsl(self) -> &'static str {
        match self {
            Self::Scalar => "f32",
            Self::Vec4 => "vec4<f32>",
        }
    }
}

/// A kernel under construction: its bindings and functions.
pub(crate) struct Source {
    inputs: Vec<(String, Element)>,
    output: Element,
    functions: String,
}

impl Source {
    /// The output is bound as `y`.
    pub fn new(output: Element) -> Self {
        Self { inputs: Vec::new(), output, functions: String::new() }
    }

    pub fn input(mut self, name: impl Into<String>, element: Element) -> Self {
        self.inputs.push((name.into(), element));
        self
    }

    /// Adds declarations that stand before `main`.
    pub fn function(mut self, text: impl AsRef<str>) -> Self {
        self.functions.push_str(text.as_ref());
        self.functions.push('\n');
        self
    }

    /// A kernel whose body runs for each `i` below `count`, one invocation each.
    pub fn for_each(self, count: usize, body: &str) -> Kernel {
        let workgroups = grid(count.div_ceil(WORKGROUP));
        let main = format!(
            "let i = (group.y * {x}u + group.x) * {WORKGROUP}u + lane;\n\
             if (i >= {count}u) {{ return; }}\n{body}",
            x = workgroups[0],
        );
        self.finish(workgroups, &main)
    }

    /// A kernel whose body runs for each `row` below `count`, one workgroup each; the invocations of a workgroup are
    /// told apart by `lane`. Barriers are allowed. `sum(lane, x)` and `highest(lane, x)` reduce over the workgroup.
    pub fn for_each_row(self, count: usize, body: &str) -> Kernel {
        let workgroups = grid(count);
        let main = format!(
            "let row = group.y * {x}u + group.x;\nif (row >= {count}u) {{ return; }}\n{body}",
            x = workgroups[0],
        );
        self.function(REDUCTIONS).finish(workgroups, &main)
    }

    fn finish(self, workgroups: [u32; 3], main: &str) -> Kernel {
        let mut wgsl = String::new();
        let slot = |i: usize| format!("@group({}) @binding({})", i / 4, i % 4);
        for (i, (name, element)) in self.inputs.iter().enumerate() {
            let _ = writeln!(wgsl, "{} var<storage, read> {name}: array<{}>;", slot(i), element.wgsl());
        }
        let inputs = self.inputs.len();
        let output = self.output.wgsl();
        let _ = writeln!(wgsl, "{} var<storage, read_write> y: array<{output}>;", slot(inputs));
        let _ = write!(
            wgsl,
            "{functions}\n@compute @workgroup_size({WORKGROUP})\n\
             fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {{\n\
             {main}\n}}\n",
            functions = self.functions,
        );
        Kernel { wgsl, workgroups, inputs }
    }
}

const REDUCTIONS: &str = "
var<workgroup> lanes: array<f32, 64>;
fn sum(lane: u32, x: f32) -> f32 {
    lanes[lane] = x;
    workgroupBarrier();
    for (var span = 32u; span > 0u; span = span / 2u) {
        if (lane < span) { lanes[lane] += lanes[lane + span]; }
        workgroupBarrier();
    }
    let result = lanes[0];
    workgroupBarrier();
    return result;
}
fn highest(lane: u32, x: f32) -> f32 {
    lanes[lane] = x;
    workgroupBarrier();
    for (var span = 32u; span > 0u; span = span / 2u) {
        if (lane < span) { lanes[lane] = max(lanes[lane], lanes[lane + span]); }
        workgroupBarrier();
    }
    let result = lanes[0];
    workgroupBarrier();
    return result;
}";

/// A grid of at least `count` workgroups, as square as need be.
fn grid(count: usize) -> [u32; 3] {
    let rows = count.div_ceil(MAX_WORKGROUPS).max(1);
    let columns = count.div_ceil(rows).max(1);
    [columns as u32, rows as u32, 1]
}

/// A finite `f32` as WGSL writes it.
pub(crate) fn literal(x: f32) -> String {
    format!("{x:?}f")
}

/// The lowest finite `f32`, where minus infinity is meant: WGSL cannot write infinities.
pub(crate) const LOWEST: &str = "-3.4028234e38f";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_cover_their_count_within_the_limit() {
        for count in [1, 64, 65_535, 65_536, 300_000, 20_000_000] {
            let [x, y, z] = grid(count).map(|n| n as usize);
            assert!(x * y * z >= count && x <= MAX_WORKGROUPS && y <= MAX_WORKGROUPS);
            assert!(x * y - count < x.max(y), "{count} leaves whole rows idle");
        }
    }
}
