mod card;
mod chart;
mod escape;
mod head;
mod list;
mod mark;
mod settings;

use std::io::{self, Write};

use spotcheck_imaging::ColourMap;

use crate::words::Words;
use crate::{Entry, Error, Language, PictureFile, Run, Summary};

pub use escape::Text as HtmlText;

/// How reports look, light, dark and on paper: CSS.
pub const STYLE: &str = include_str!("html/style.css");

/// How a report reads.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub language: Language,
    /// The colours of the heatmaps in the pictures, for the legend; none is shown where there is none.
    pub colours: Option<ColourMap>,
}

impl Default for Look {
    fn default() -> Self {
        Self { language: Language::default(), colours: Some(ColourMap::default()) }
    }
}

/// A report as one HTML file: no scripts, nothing that is fetched, pictures inside; for the screen (light and dark) and for
/// A4. Written as it comes: [`begin`](Self::begin), [`entry`](Self::entry) for each entry, [`end`](Self::end).
#[derive(Debug)]
pub struct Html<'a, W: Write> {
    writer: W,
    run: &'a Run,
    words: Words,
    colours: Option<ColourMap>,
    entries: usize,
}

impl<'a, W: Write> Html<'a, W> {
    /// Writes the head, the summary and the list of all pictures. `summary` is of the entries that follow, in their order.
    pub fn begin(writer: W, run: &'a Run, summary: &Summary, look: Look) -> Result<Self, Error> {
        let (words, colours) = (Words::new(look.language), look.colours);
        let mut html = Self { writer, run, words, colours, entries: 0 };
        html.write_beginning(summary).map_err(Error::write(REPORT))?;
        Ok(html)
    }

    /// Writes the card of the next entry, with a picture of it: best one with its heatmap, as
    /// [`card_jpeg`](crate::card_jpeg) makes them.
    pub fn entry(&mut self, entry: &Entry, picture: Option<PictureFile<'_>>) -> Result<(), Error> {
        self.entries += 1;
        let card = card::Card { number: self.entries, entry, picture, threshold: self.run.threshold };
        card.write(&mut self.writer, &self.words).map_err(Error::write(REPORT))
    }

    /// Writes the settings and the end, and gives the writer back.
    pub fn end(mut self) -> Result<W, Error> {
        self.write_end().map_err(Error::write(REPORT))?;
        Ok(self.writer)
    }

    fn write_beginning(&mut self, summary: &Summary) -> io::Result<()> {
        let (w, words) = (&mut self.writer, &self.words);
        head::write(w, self.run, words)?;
        head::summary(w, summary, self.run.threshold, words)?;
        list::write(w, summary, self.run.threshold, words)?;
        write!(w, "<section class=\"cards\">\n<header><h2>{}</h2>", words.findings())?;
        if let Some(colours) = self.colours {
            chart::legend(w, colours, words)?;
        }
        writeln!(w, "</header>")
    }

    fn write_end(&mut self) -> io::Result<()> {
        let (w, words) = (&mut self.writer, &self.words);
        writeln!(w, "</section>")?;
        settings::write(w, &self.run.settings, words)?;
        writeln!(w, "<footer><p>{}</p></footer>\n</main>\n</body>\n</html>", words.caution())?;
        w.flush()
    }
}

const REPORT: &str = "the report";
