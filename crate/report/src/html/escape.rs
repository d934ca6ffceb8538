use std::fmt::{self, Display, Write};

/// A text from outside, safe between tags and in a quoted attribute. Control characters, which HTML forbids or which hide
/// what a name is, show as U+FFFD.
pub struct Text<'a>(pub &'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\n' | '\t' => f.write_char(c)?,
                // Directions may be turned by what a name truly holds, but not by invisible orders.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => f.write_char('\u{fffd}')?,
                c if c.is_control() => f.write_char('\u{fffd}')?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        let text = Text("<b class=\"a\" id='c'>&amp;\u{0}\u{202e}gpj.\r\n\té€</b>").to_string();
        assert_eq!(
            text,
            "&lt;b class=&quot;a&quot; id=&#39;c&#39;&gt;&amp;amp;\u{fffd}\u{fffd}gpj.\u{fffd}\n\té€&lt;/b&gt;"
        );
    }
}
