//! Puts right what wonnx's generated WGSL gets wrong today.
//!
//! - Softmax starts its maximum at `log(0)` for minus infinity; a constant that is not finite is an error now.
//! - Most kernels do not check bounds, though the number of threads was rounded up: Chromium clamps what is written
//!   out of bounds onto the last element, other implementations drop it. A guard is put in.
//! - Up to 65,535 threads wonnx gives each a workgroup of its own. With the guard in place they share workgroups of 64.

/// Invocations in a widened workgroup: a multiple of every GPU's width that is common.
const WIDTH: u32 = 64;

/// How many workgroups to dispatch instead of those asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dispatch {
    AsAsked,
    Fixed([u32; 3]),
    /// The workgroups' first dimension grew from this many invocations to [`WIDTH`].
    Widened(u32),
}

impl Dispatch {
    pub fn workgroups(self, [x, y, z]: [u32; 3]) -> [u32; 3] {
        match self {
            Self::AsAsked => [x, y, z],
            Self::Fixed(fixed) => fixed,
            Self::Widened(from) => [x.saturating_mul(from).div_ceil(WIDTH), y, z],
        }
    }
}

/// The repaired text, and how to dispatch it.
pub(crate) fn repair(wgsl: &str) -> (String, Dispatch) {
    let finite = wgsl.replace("log(Scalar())", "Scalar(-3.4028234e38)");
    match guard(&finite) {
        Some(guarded) => widen(&guarded).unwrap_or((guarded, Dispatch::AsAsked)),
        None => (finite, Dispatch::AsAsked),
    }
}

/// Lets the invocations beyond the output return; `None` for kernels that do so already, or are none of wonnx's.
fn guard(wgsl: &str) -> Option<String> {
    if let Some(row) = number_between(wgsl, "let index = output_offset + (x * ", "u) + y;") {
        // gemm: x counts blocks of rows, so a block too many would fall into the next matrix of the stack.
        let stride = number_between(wgsl, "let output_offset = stack_index * ", "u;")?;
        let beyond = beyond_matrix(&format!("x * {row}u"), stride);
        return insert_after(wgsl, "u) + y;", &format!("{beyond} || index >= arrayLength(&output_0.data)"));
    }
    if let Some(stride) = number_between(wgsl, "let output_offset = global_id.y * ", "u;") {
        // gemm_1: one row, a column an invocation.
        let at = format!("let output_offset = global_id.y * {stride}u;");
        let beyond = beyond_matrix("gidx", stride);
        return insert_after(
            wgsl,
            &at,
            &format!("{beyond} || output_offset + gidx >= arrayLength(&output_0.data)"),
        );
    }
    if let Some(stride) = number_between(wgsl, "let element_stride = ", "u;") {
        // softmax: x counts rows, y what is right of the axis.
        let at = format!("let element_stride = {stride}u;");
        let condition = "chunk_start >= arrayLength(&output_0.data) || global_id.y >= element_stride";
        return insert_after(wgsl, &at, condition);
    }
    if let Some(stride) = number_between(wgsl, "let index_stride = ", "u;") {
        // gather: x counts indices, y what an index takes along.
        let at = format!("let index_stride = {stride}u;");
        let last = "(index_index * index_stride) + chunk_index >= arrayLength(&output_0.data)";
        return insert_after(wgsl, &at, &format!("chunk_index >= index_stride || {last}"));
    }
    if wgsl.contains("output_0.data[gidx]") {
        return insert_after(wgsl, "let gidx = global_id.x;", "gidx >= arrayLength(&output_0.data)");
    }
    None
}

/// A lone matrix has the stride 0 and ends with the buffer.
fn beyond_matrix(offset: &str, stride: u32) -> String {
    let end = if stride > 0 { format!("{stride}u") } else { "arrayLength(&output_0.data)".to_owned() };
    format!("{offset} >= {end}")
}

fn insert_after(wgsl: &str, at: &str, condition: &str) -> Option<String> {
    let (before, after) = wgsl.split_once(at)?;
    Some(format!("{before}{at}\n\tif ({condition}) {{ return; }}{after}"))
}

/// Widens workgroups that are narrow and have one dimension.
fn widen(wgsl: &str) -> Option<(String, Dispatch)> {
    let sizes = between(wgsl, "@workgroup_size(", ")")?;
    let parsed: Option<Vec<u32>> = sizes.split(',').map(|size| size.trim().parse().ok()).collect();
    let (&first, rest) = parsed.as_deref()?.split_first()?;
    if first >= WIDTH || rest.iter().any(|&size| size != 1) {
        return None;
    }
    let text = wgsl.replacen(&format!("@workgroup_size({sizes})"), &format!("@workgroup_size({WIDTH})"), 1);
    Some((text, Dispatch::Widened(first)))
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, after) = text.split_once(start)?;
    after.split_once(end).map(|(inside, _)| inside)
}

fn number_between(text: &str, start: &str, end: &str) -> Option<u32> {
    between(text, start, end)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minus_infinity_becomes_the_least_number() {
        let (text, _) = repair("var max_element: Scalar = log(Scalar());");
        assert_eq!(text, "var max_element: Scalar = Scalar(-3.4028234e38);");
    }

    #[test]
    fn an_elementwise_kernel_is_guarded_and_widened() {
        let kernel = "@compute @workgroup_size(1)\nfn main() {\n\tlet gidx = global_id.x;\n\toutput_0.data[gidx] = 1.0;\n}";
        let (text, dispatch) = repair(kernel);
        assert!(text.contains("if (gidx >= arrayLength(&output_0.data)) { return; }\n\toutput_0"), "{text}");
        assert!(text.contains("@workgroup_size(64)"), "{text}");
        // 1000 workgroups of one invocation are 16 of 64.
        assert_eq!(dispatch.workgroups([1000, 2, 3]), [16, 2, 3]);
    }

    #[test]
    fn a_stacked_product_ends_with_its_matrix() {
        let kernel = "@workgroup_size(3, 1)\nlet output_offset = stack_index * 60u;\n\
                      let index = output_offset + (x * 12u) + y;\noutput_0.data[index] = v;";
        let (text, dispatch) = repair(kernel);
        assert!(
            text.contains("if (x * 12u >= 60u || index >= arrayLength(&output_0.data)) { return; }"),
            "{text}"
        );
        assert_eq!(dispatch.workgroups([65_535, 1, 1]), [3072, 1, 1]);
    }

    #[test]
    fn a_lone_product_ends_with_its_buffer() {
        let kernel = "@workgroup_size(1, 1)\nlet output_offset = stack_index * 0u;\n\
                      let index = output_offset + (x * 12u) + y;";
        assert!(repair(kernel).0.contains("if (x * 12u >= arrayLength(&output_0.data) ||"));
    }

    #[test]
    fn what_is_wide_or_flat_or_unknown_stays() {
        let wide = "@workgroup_size(256, 1, 1)\nlet gidx = global_id.x;\noutput_0.data[gidx] = 1.0;";
        assert_eq!(repair(wide).1, Dispatch::AsAsked);
        let flat = "@workgroup_size(1, 4)\nlet element_stride = 9u;\n";
        let (text, dispatch) = repair(flat);
        assert!(text.contains("global_id.y >= element_stride) { return; }"), "{text}");
        assert_eq!(dispatch, Dispatch::AsAsked);
        let unknown = "@workgroup_size(1)\nfn main() {}";
        assert_eq!(repair(unknown), (unknown.to_owned(), Dispatch::AsAsked));
    }
}
