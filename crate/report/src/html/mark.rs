use std::fmt::{self, Display};

use crate::words::Words;
use crate::{Decision, Verdict};

/// What a verdict or a decision looks like: shape and word, never colour alone. The shapes are those of the page.
#[derive(Clone, Copy, Debug)]
pub enum Mark {
    Accept,
    Reject,
    Unsure,
    Undecided,
    NoResult,
}

/// The shapes, once a file.
pub const SYMBOLS: &str = r##"<svg class="symbols" aria-hidden="true">
<symbol id="accept" viewBox="0 0 12 12"><circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1.75"/></symbol>
<symbol id="reject" viewBox="0 0 12 12"><path d="M6 .5 11.5 6 6 11.5 .5 6Z" fill="currentColor"/></symbol>
<symbol id="unsure" viewBox="0 0 12 12"><path d="M6 1.5 11 10.5 1 10.5Z" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/></symbol>
<symbol id="no-result" viewBox="0 0 12 12"><path d="M2 2 10 10M10 2 2 10" fill="none" stroke="currentColor" stroke-width="1.75"/></symbol>
</svg>
"##;

impl Mark {
    pub fn of_verdict(verdict: Option<Verdict>) -> Self {
        match verdict {
            Some(Verdict::Accept) => Mark::Accept,
            Some(Verdict::Reject) => Mark::Reject,
            None => Mark::NoResult,
        }
    }

    pub fn of_decision(decision: Option<Decision>) -> Self {
        match decision {
            Some(Decision::Accept) => Mark::Accept,
            Some(Decision::Reject) => Mark::Reject,
            Some(Decision::Unsure) => Mark::Unsure,
            None => Mark::Undecided,
        }
    }

    pub fn with(self, words: &Words) -> Marked<'_> {
        Marked { mark: self, words }
    }
}

/// A mark in a language.
pub struct Marked<'a> {
    mark: Mark,
    words: &'a Words,
}

impl Display for Marked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.words;
        let (class, word) = match self.mark {
            Mark::Accept => ("accept", words.accept()),
            Mark::Reject => ("reject", words.reject()),
            Mark::Unsure => ("unsure", words.unsure()),
            Mark::Undecided => {
                return write!(f, "<span class=\"mark undecided\">{}</span>", words.undecided());
            }
            Mark::NoResult => ("no-result", words.no_result()),
        };
        write!(
            f,
            "<span class=\"mark {class}\"><svg aria-hidden=\"true\"><use href=\"#{class}\"/></svg>{word}</span>"
        )
    }
}
