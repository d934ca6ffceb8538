use std::io::{self, Write};

use serde_json::Value;

use super::escape::Text;
use crate::words::Words;

/// The settings, as the method names them.
pub fn write(w: &mut impl Write, settings: &Value, words: &Words) -> io::Result<()> {
    let Some(settings) = settings.as_object().filter(|settings| !settings.is_empty()) else {
        return Ok(());
    };
    write!(
        w,
        "<section class=\"settings\">\n<h2>{}</h2>\n<table>\n<thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr>\
         </thead>\n<tbody>\n",
        words.settings(),
        words.setting(),
        words.value()
    )?;
    for (key, value) in settings {
        writeln!(w, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>", Text(key), Text(&plain(value)))?;
    }
    writeln!(w, "</tbody>\n</table>\n</section>")
}

/// A list as its entries, a text without quotes, all else as in JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::Array(entries) => entries.iter().map(plain).collect::<Vec<_>>().join(" · "),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
