use crate::Kernel;
use crate::index::offsets;
use crate::source::{Element, Source};

/// A copy that reads by strides: a transposition, a slice, an expansion, or a plain copy.
///
/// Input: x. Output: y [`shape`] with y[c] = x[offset + Σ c · strides]. An invocation copies one element.
#[derive(Clone, Debug)]
pub struct Copy {
    pub shape: Vec<usize>,
    /// Where the first element stands in x.
    pub offset: usize,
    /// Steps through x; negative ones count backwards.
    pub strides: Vec<isize>,
}

impl Copy {
    pub fn kernel(&self) -> Kernel {
        let part = |sign: isize| -> Vec<usize> {
            self.strides.iter().map(|&s| usize::try_from(s * sign).unwrap_or(0)).collect()
        };
        let (forwards, backwards) = (part(1), part(-1));
        let mut body = offsets("i", &self.shape, &[("ahead", &forwards), ("back", &backwards)]);
        body += &format!("y[i] = x[{}u + ahead - back];", self.offset);
        let count = self.shape.iter().product();
        Source::new(Element::Scalar).input("x", Element::Scalar).for_each(count, &body)
    }
}
