//! Strides, and the WGSL that turns a flat index into offsets.

use std::fmt::Write;

/// The strides of a dense row-major tensor.
pub fn dense_strides(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; shape.len()];
    for d in (1..shape.len()).rev() {
        strides[d - 1] = strides[d] * shape[d];
    }
    strides
}

/// The strides by which a dense tensor of `shape` is read as one of `wide`, NumPy's broadcasting; `None` when it does not
/// broadcast to it.
pub fn broadcast_strides(shape: &[usize], wide: &[usize]) -> Option<Vec<usize>> {
    let missing = wide.len().checked_sub(shape.len())?;
    let dense = dense_strides(shape);
    let mut strides = vec![0; wide.len()];
    for (d, (&n, stride)) in shape.iter().zip(dense).enumerate() {
        match n {
            1 => {}
            n if n == wide[missing + d] => strides[missing + d] = stride,
            _ => return None,
        }
    }
    Some(strides)
}

/// WGSL that takes the flat index `index` apart along `shape` and declares, for each name, the sum of coordinates times
/// strides. Each list of strides has the length of `shape`.
pub(crate) fn offsets(index: &str, shape: &[usize], targets: &[(&str, &[usize])]) -> String {
    let (shape, strides) = collapse(shape, targets);
    let mut text = String::new();
    if shape.len() > 1 {
        let _ = writeln!(text, "var rest_{index} = {index};");
    }
    for d in (0..shape.len()).rev() {
        let _ = match (d, shape.len()) {
            (_, 1) => writeln!(text, "let {index}_0 = {index};"),
            (0, _) => writeln!(text, "let {index}_0 = rest_{index};"),
            _ => writeln!(
                text,
                "let {index}_{d} = rest_{index} % {n}u; rest_{index} = rest_{index} / {n}u;",
                n = shape[d]
            ),
        };
    }
    for ((name, _), strides) in targets.iter().zip(strides) {
        let terms: Vec<String> = strides
            .iter()
            .enumerate()
            .filter(|&(_, &s)| s != 0)
            .map(|(d, &s)| if s == 1 { format!("{index}_{d}") } else { format!("{index}_{d} * {s}u") })
            .collect();
        let sum = if terms.is_empty() { "0u".into() } else { terms.join(" + ") };
        let _ = writeln!(text, "let {name} = {sum};");
    }
    text
}

/// Drops axes of length 1 and joins neighbours that all tensors step through alike.
fn collapse(shape: &[usize], targets: &[(&str, &[usize])]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut lengths: Vec<usize> = Vec::new();
    let mut strides: Vec<Vec<usize>> = vec![Vec::new(); targets.len()];
    for (d, &n) in shape.iter().enumerate() {
        if n == 1 {
            continue;
        }
        let joins = |k: usize| strides[k].last() == Some(&(targets[k].1[d] * n));
        match lengths.last_mut() {
            Some(last) if (0..targets.len()).all(joins) => {
                *last *= n;
                for (list, target) in strides.iter_mut().zip(targets) {
                    if let Some(last) = list.last_mut() {
                        *last = target.1[d];
                    }
                }
            }
            _ => {
                lengths.push(n);
                for (list, target) in strides.iter_mut().zip(targets) {
                    list.push(target.1[d]);
                }
            }
        }
    }
    (lengths, strides)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broadcasting_gives_stride_zero() {
        assert_eq!(dense_strides(&[2, 3, 5]), [15, 5, 1]);
        assert_eq!(broadcast_strides(&[3, 1], &[2, 3, 5]), Some(vec![0, 1, 0]));
        assert_eq!(broadcast_strides(&[2, 5], &[2, 3, 5]), None);
        assert_eq!(broadcast_strides(&[2, 3, 5], &[3, 5]), None);
    }

    #[test]
    fn axes_join_where_all_tensors_step_alike() {
        let (shape, strides) = collapse(&[2, 1, 3, 5], &[("a", &[15, 0, 5, 1]), ("b", &[0, 0, 5, 1])]);
        assert_eq!(shape, [2, 15]);
        assert_eq!(strides, [vec![15, 1], vec![0, 1]]);
        assert_eq!(offsets("i", &[4, 6], &[("a", &[6, 1])]), "let i_0 = i;\nlet a = i_0;\n");
    }
}
