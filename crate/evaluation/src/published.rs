//! What others have published for VisA.

/// VisA's classes in the order of the paper's tables.
pub const VISA_CLASSES: [&str; 12] = [
    "pcb1",
    "pcb2",
    "pcb3",
    "pcb4",
    "capsules",
    "candle",
    "macaroni1",
    "macaroni2",
    "cashew",
    "chewinggum",
    "fryum",
    "pipe_fryum",
];

/// A row of tables 1 and 2 of Baugh et al. (2023): F1-max in percent, a value a class of [`VISA_CLASSES`], and the mean as it
/// is printed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Published {
    pub method: &'static str,
    /// Sample level, table 1.
    pub sample: [f64; 12],
    pub sample_mean: f64,
    /// Pixel level, table 2.
    pub pixel: [f64; 12],
    pub pixel_mean: f64,
}

const PUBLISHED: [Published; 3] = [
    Published {
        method: "WinCLIP",
        sample: [71.0, 67.1, 71.0, 74.9, 83.9, 89.4, 74.2, 69.8, 88.4, 94.8, 82.7, 80.7],
        sample_mean: 79.0,
        pixel: [2.4, 4.7, 10.3, 32.0, 9.2, 22.5, 7.0, 1.0, 13.2, 41.1, 22.1, 12.3],
        pixel_mean: 14.8,
    },
    Published {
        method: "APRIL-GAN",
        sample: [66.9, 70.1, 66.7, 87.3, 77.6, 77.8, 71.1, 69.1, 84.8, 93.7, 91.7, 87.7],
        sample_mean: 78.7,
        pixel: [12.5, 23.4, 21.7, 31.3, 48.5, 39.4, 35.5, 13.7, 22.9, 78.5, 29.7, 30.4],
        pixel_mean: 32.3,
    },
    Published {
        method: "VVV",
        sample: [74.3, 67.1, 70.2, 87.3, 84.9, 82.1, 83.3, 76.9, 82.3, 94.4, 84.8, 90.0],
        sample_mean: 81.5,
        pixel: [29.5, 11.0, 4.7, 21.7, 31.9, 20.2, 24.6, 7.2, 24.5, 63.4, 31.3, 19.6],
        pixel_mean: 24.2,
    },
];

/// The paper's tables, a method a row.
pub fn published() -> &'static [Published] {
    &PUBLISHED
}

/// A class's place in the paper's tables.
pub(crate) fn place(class: &str) -> Option<usize> {
    VISA_CLASSES.iter().position(|&known| known == class)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A slip of the pen in a row shows in its mean.
    #[test]
    fn means_are_those_of_the_rows() {
        for row in published() {
            for (values, mean) in [(row.sample, row.sample_mean), (row.pixel, row.pixel_mean)] {
                let found = values.iter().sum::<f64>() / 12.0;
                // Values and mean are each rounded to a digit.
                assert!((found - mean).abs() < 0.1, "{}: {found} for {mean}", row.method);
            }
        }
    }
}
