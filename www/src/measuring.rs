//! The scale and the pixel threshold of a batch, and sizes as a person reads them.

use leptos::prelude::*;

use crate::bench::Bench;
use crate::text;
use crate::words::{decimal, localised};

/// Scales beyond these are slips of the keyboard.
const SCALES: std::ops::RangeInclusive<f64> = 1e-4..=1e5;

impl Bench {
    /// Takes another pixel threshold, 0 to 1, for now.
    pub fn preview_pixel_threshold(self, threshold: f64) {
        self.settings.update(|settings| {
            if let Some(settings) = settings {
                settings.pixel_threshold = threshold.clamp(0.0, 1.0);
            }
        });
    }

    /// Keeps the pixel threshold that there is.
    pub fn keep_pixel_threshold(self) {
        self.keep_number("pixel_threshold", |settings| settings.pixel_threshold);
    }

    /// Takes another pixel threshold, 0 to 1, and keeps it.
    pub fn set_pixel_threshold(self, threshold: f64) {
        self.preview_pixel_threshold(threshold);
        self.keep_pixel_threshold();
    }

    /// Takes another scale for all pictures, or none, and keeps it.
    pub fn set_pixels_per_mm(self, scale: Option<f64>) {
        self.pixels_per_mm.set(scale);
        self.keeper.head(self);
    }
}

/// Reads a scale in pixels a millimetre; nothing is no scale. The error is a sentence.
pub fn scale_of(typed: &str) -> Result<Option<f64>, String> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let scale = number(typed).ok_or_else(|| text::scale_not_a_number(typed.trim()))?;
    checked(scale).map(Some)
}

/// The scale at which a line of so many pixels has the length that is typed, in millimetres. The error is a sentence.
pub fn scale_by_line(pixels: f64, typed: &str) -> Result<f64, String> {
    let length = number(typed).ok_or_else(|| match typed.trim() {
        "" => text::ruler_without_length(),
        typed => text::ruler_not_a_number(typed),
    })?;
    if length <= 0.0 {
        return Err(text::ruler_not_above_zero());
    }
    checked(pixels / length)
}

fn checked(scale: f64) -> Result<f64, String> {
    if scale <= 0.0 {
        Err(text::scale_not_above_zero())
    } else if !SCALES.contains(&scale) {
        let [from, to] = [SCALES.start(), SCALES.end()].map(|scale| localised(&scale.to_string()));
        Err(text::scale_impossible(from, digits(scale), to))
    } else {
        Ok(scale)
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite())
}

/// An area of so many pixels in mm², with its unit.
pub fn area(pixels: f64, pixels_per_mm: f64) -> String {
    text::square_millimetres(digits(pixels / (pixels_per_mm * pixels_per_mm)))
}

/// A length of so many pixels in mm, with its unit.
pub fn length(pixels: f64, pixels_per_mm: f64) -> String {
    text::millimetres(digits(pixels / pixels_per_mm))
}

/// A number of at least 0 as the language writes it, with three digits that count, or all of a larger one's before the point.
pub fn digits(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".into();
    }
    let decimals = (2.0 - value.abs().log10().floor()).clamp(0.0, 12.0) as usize;
    // Rounding may bring one digit more: 9.996 is 10.0.
    let number = format!("{value:.decimals$}");
    let counting = number.trim_start_matches(['0', '.']).chars().filter(char::is_ascii_digit).count();
    if decimals > 0 && counting > 3 { decimal(value, decimals - 1) } else { localised(&number) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::in_language;

    #[test]
    fn scales_are_read_as_people_write_them() {
        assert_eq!(scale_of(" 12.5 "), Ok(Some(12.5)));
        assert_eq!(scale_of("12,5"), Ok(Some(12.5)));
        assert_eq!(scale_of("  "), Ok(None));
        assert_eq!(scale_by_line(500.0, "25"), Ok(20.0));
        assert_eq!(scale_by_line(500.0, "0,5"), Ok(1000.0));
    }

    #[test]
    fn a_scale_that_is_none_is_told() {
        for text in ["0", "-3", "0.0"] {
            assert!(scale_of(text).unwrap_err().contains("above 0"), "{text}");
        }
        for text in ["many", "1e999", "NaN", "12 px", "inf"] {
            assert!(scale_of(text).unwrap_err().contains("not a number"), "{text}");
        }
        assert!(scale_of("1e9").unwrap_err().contains("cannot be"));
        assert!(scale_by_line(100.0, "").unwrap_err().contains("Type the line's length"));
        assert!(scale_by_line(100.0, "long").unwrap_err().contains("“long” is not a number"));
        for text in ["0", "-25"] {
            assert!(scale_by_line(100.0, text).unwrap_err().contains("above 0"), "{text}");
        }
        assert!(scale_by_line(0.0, "25").is_err());
    }

    #[test]
    fn sizes_have_three_digits() {
        // A square of 50 pixels at 20 pixels a millimetre has sides of 2.5 mm.
        assert_eq!((area(2500.0, 20.0), length(50.0, 20.0)), ("6.25 mm²".into(), "2.50 mm".into()));
        let cases = [
            (0.0, "0"),
            (0.012345, "0.0123"),
            (9.996, "10.0"),
            (99.96, "100"),
            (1234.5, "1234"),
            (0.9999, "1.00"),
        ];
        for (value, expected) in cases {
            assert_eq!(digits(value), expected);
        }
    }

    #[test]
    fn german_has_its_comma() {
        in_language("de", || {
            assert_eq!((area(2500.0, 20.0), length(50.0, 20.0)), ("6,25 mm²".into(), "2,50 mm".into()));
            assert!(scale_of("1e9").unwrap_err().ends_with("Möglich sind 0,0001 bis 100000."));
        });
    }
}
