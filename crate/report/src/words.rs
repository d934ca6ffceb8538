mod english;
mod german;

pub use english::ENGLISH;
pub use german::GERMAN;

/// What a report says, in one language. Another language is one more constant: the compiler names every field that it lacks.
///
/// Texts are plain, without HTML.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// BCP 47.
    pub language: &'static str,
    pub decimal_separator: char,

    pub report: &'static str,
    pub created: &'static str,
    pub pack: &'static str,
    pub engine: &'static str,
    pub threshold: &'static str,
    /// Pixels a millimetre.
    pub scale: &'static str,

    pub summary: &'static str,
    pub verdict: &'static str,
    pub decision: &'static str,
    pub accept: &'static str,
    pub reject: &'static str,
    pub unsure: &'static str,
    /// Nobody decided yet.
    pub undecided: &'static str,
    pub no_result: &'static str,
    pub total: &'static str,
    pub overruled: fn(usize) -> String,

    pub scores: &'static str,
    /// What the histogram shows, for those who hear it: how many scores, how many of them reached the threshold.
    pub histogram: fn(usize, usize) -> String,

    pub labels: &'static str,
    pub label: &'static str,
    pub whole: &'static str,
    pub defective: &'static str,
    pub precision: &'static str,
    pub recall: &'static str,
    pub labelled: fn(usize) -> String,

    pub pictures: fn(usize) -> String,
    pub picture: &'static str,
    pub score: &'static str,

    pub findings: &'static str,
    pub heat_scale: &'static str,
    /// An image's alternative text, from the picture's name.
    pub overlay_of: fn(&str) -> String,
    /// That a person drew areas: how many to inspect, how many to ignore.
    pub region: fn(usize, usize) -> String,
    pub components: fn(usize) -> String,
    pub place: &'static str,
    pub area: &'static str,
    pub share_of_picture: &'static str,
    pub components_left_out: fn(usize) -> String,
    pub looks_like: &'static str,
    pub cosine: &'static str,
    pub note: &'static str,

    pub settings: &'static str,
    pub setting: &'static str,
    pub value: &'static str,
    /// The last line: what a score is not.
    pub caution: &'static str,
}

impl Words {
    /// A number with so many digits after the separator, a true minus and no signed zero; a dash for what is none.
    pub(crate) fn number(&self, value: f64, digits: usize) -> String {
        if !value.is_finite() {
            return "–".to_owned();
        }
        let text = format!("{:.digits$}", value.abs());
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let mut out = String::new();
        if value < 0.0 && text.contains(|c: char| c.is_ascii_digit() && c != '0') {
            out.push('\u{2212}');
        }
        for (index, digit) in whole.chars().enumerate() {
            // Groups of three, as the SI brochure has them, from five digits on.
            if index > 0 && whole.len() > 4 && (whole.len() - index) % 3 == 0 {
                out.push('\u{202f}');
            }
            out.push(digit);
        }
        if !part.is_empty() {
            out.push(self.decimal_separator);
            out.push_str(part);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(ENGLISH.number(0.9126, 3), "0.913");
        assert_eq!(GERMAN.number(0.9126, 3), "0,913");
        assert_eq!(ENGLISH.number(9999.0, 0), "9999");
        assert_eq!(ENGLISH.number(1_234_567.0, 0), "1\u{202f}234\u{202f}567");
        assert_eq!(ENGLISH.number(-0.0041, 3), "\u{2212}0.004");
        assert_eq!(ENGLISH.number(-0.0001, 3), "0.000");
        assert_eq!(ENGLISH.number(f64::NAN, 3), "–");
    }

    #[test]
    fn one_is_singular() {
        for (words, one, two) in [(ENGLISH, "1 picture", "2 pictures"), (GERMAN, "1 Bild", "2 Bilder")] {
            assert_eq!((words.pictures)(1), one);
            assert_eq!((words.pictures)(2), two);
        }
        assert_eq!((ENGLISH.components)(0), "0 components");
        assert_eq!((GERMAN.components)(1), "1 Teil");
    }
}
