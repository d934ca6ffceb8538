use std::io::{self, Write};

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;

use super::chart;
use super::escape::Text;
use super::list;
use super::mark::Mark;
use crate::words::Words;
use crate::{Component, Entry, Findings, Outcome, PictureFile};

/// More components than this are not listed: a card fits on a page.
const LISTED: usize = 10;

/// More prompts than this say nothing new.
const PROMPTS: usize = 3;

/// An entry by itself.
pub struct Card<'a> {
    /// From 1 on, as in the list.
    pub number: usize,
    pub entry: &'a Entry,
    pub picture: Option<PictureFile<'a>>,
    pub threshold: f64,
}

impl Card<'_> {
    pub fn write(&self, w: &mut impl Write, words: &Words) -> io::Result<()> {
        let entry = self.entry;
        writeln!(w, "<article id=\"p{}\">", self.number)?;
        self.image(w, words)?;
        write!(
            w,
            "<div class=\"about\">\n<h3><span>{}</span> <bdi>{}</bdi></h3>\n",
            self.number,
            Text(&entry.name)
        )?;
        self.origin(w, words)?;
        self.says(w, words)?;
        if !entry.note.trim().is_empty() {
            let note = Text(entry.note.trim());
            writeln!(w, "<dl class=\"note\"><dt>{}</dt><dd><bdi>{note}</bdi></dd></dl>", words.note())?;
        }
        if let Outcome::Found(findings) = &entry.outcome {
            components(w, &findings.components, words)?;
            prompts(w, findings, words)?;
        }
        writeln!(w, "</div>\n</article>")
    }

    /// The picture with its components' boxes.
    fn image(&self, w: &mut impl Write, words: &Words) -> io::Result<()> {
        let Some(picture) = self.picture else {
            return writeln!(w, "<div class=\"no-picture\"></div>");
        };
        let (width, height) = (self.entry.width.max(1), self.entry.height.max(1));
        write!(
            w,
            "<figure style=\"--ratio:{:.4}\"><img alt=\"{}\" src=\"data:{};base64,{}\">",
            f64::from(width) / f64::from(height),
            Text(&words.overlay_of(&self.entry.name)),
            picture.media_type(),
            Base64Display::new(picture.bytes(), &STANDARD)
        )?;
        let components =
            self.entry.findings().map(|findings| findings.components.as_slice()).unwrap_or_default();
        // One is pointed at by nothing but itself.
        if components.len() > 1 && self.entry.width > 0 && self.entry.height > 0 {
            let size = f64::from(width.max(height)) / 24.0;
            write!(w, "<svg viewBox=\"0 0 {width} {height}\" aria-hidden=\"true\">")?;
            for (index, component) in components.iter().enumerate() {
                let rect = component.rect;
                write!(
                    w,
                    "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/><text x=\"{:.1}\" y=\"{:.1}\" \
                     font-size=\"{size:.1}\">{}</text>",
                    rect.x,
                    rect.y,
                    rect.width,
                    rect.height,
                    f64::from(rect.x) + size * 0.25,
                    f64::from(rect.y) + size,
                    index + 1
                )?;
            }
            write!(w, "</svg>")?;
        }
        writeln!(w, "</figure>")
    }

    /// Where the picture is from, its size, and how long it took.
    fn origin(&self, w: &mut impl Write, words: &Words) -> io::Result<()> {
        let entry = self.entry;
        write!(w, "<p class=\"small\">")?;
        if let Some(path) = entry.path.as_deref().filter(|path| *path != entry.name) {
            write!(w, "<bdi>{}</bdi><br>", Text(path))?;
        }
        if entry.width > 0 && entry.height > 0 {
            write!(w, "{} × {} px", entry.width, entry.height)?;
        }
        if let Some(findings) = entry.findings() {
            write!(w, " · {} s", words.number(findings.seconds.total, 2))?;
        }
        if let Some(region) = &entry.region {
            write!(w, "<br>{}", words.region(region))?;
        }
        writeln!(w, "</p>")
    }

    /// The score and the verdict or the reason that there is none; what a person says, and what is true.
    fn says(&self, w: &mut impl Write, words: &Words) -> io::Result<()> {
        let entry = self.entry;
        let verdict = entry.findings().map(|findings| findings.verdict);
        write!(w, "<dl class=\"says\">")?;
        if let Some(findings) = entry.findings() {
            let score = words.number(findings.score.into(), 3);
            write!(w, "<div><dt>{}</dt><dd class=\"score\">{score}</dd></div>", words.score())?;
            joined(w, findings, words)?;
        }
        for (name, mark) in [
            (words.verdict(), Mark::of_verdict(verdict)),
            (words.decision(), Mark::of_decision(entry.decision)),
        ] {
            write!(w, "<div><dt>{name}</dt><dd>{}</dd></div>", mark.with(words))?;
        }
        if let Some(label) = entry.label {
            write!(w, "<div><dt>{}</dt><dd>{}</dd></div>", words.label(), list::name(label, words))?;
        }
        write!(w, "</dl>")?;
        match &entry.outcome {
            Outcome::Found(findings) => chart::scale(w, findings.score.into(), self.threshold)?,
            Outcome::Failed(reason) => write!(w, "<p class=\"reason\"><bdi>{}</bdi></p>", Text(reason))?,
        }
        writeln!(w)
    }
}

/// What the score is beside itself: in spreads, and by the prompts alone.
fn joined(w: &mut impl Write, findings: &Findings, words: &Words) -> io::Result<()> {
    if let Some(z) = findings.z {
        write!(w, "<div><dt>{}</dt><dd>{}</dd></div>", words.z(), words.number(z, 1))?;
    }
    if let Some(zero_shot) = findings.zero_shot {
        let zero_shot = words.number(zero_shot.into(), 3);
        write!(w, "<div><dt>{}</dt><dd>{zero_shot}</dd></div>", words.zero_shot())?;
    }
    if let Some(partners) = findings.partners {
        let of = words.partners(partners.good, partners.others);
        write!(w, "<div><dt>{}</dt><dd>{of}</dd></div>", words.compared_with())?;
    }
    Ok(())
}

/// The components, the highest score first; their numbers are those in the picture.
fn components(w: &mut impl Write, components: &[Component], words: &Words) -> io::Result<()> {
    if components.is_empty() {
        return Ok(());
    }
    let mut numbered: Vec<(usize, &Component)> = (1..).zip(components).collect();
    numbered.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
    let measured = components.iter().any(|component| component.mm2.is_some());
    write!(
        w,
        "<table><thead><tr><th scope=\"col\" colspan=\"2\">{}</th><th scope=\"col\" class=\"figure\">{}</th><th scope=\"col\" \
         class=\"figure\">{}</th>",
        words.place(),
        words.area(),
        words.share_of_picture()
    )?;
    if measured {
        write!(w, "<th scope=\"col\" class=\"figure\">mm²</th>")?;
    }
    write!(w, "<th scope=\"col\" class=\"figure\">{}</th></tr></thead><tbody>", words.score())?;
    for (number, component) in numbered.iter().take(LISTED) {
        let rect = component.rect;
        write!(
            w,
            "<tr><th scope=\"row\">#{number}</th><td>{}, {} · {} × {}</td><td class=\"figure\">{}</td><td \
             class=\"figure\">{} %</td>",
            rect.x,
            rect.y,
            rect.width,
            rect.height,
            words.number(component.area as f64, 0),
            words.number(component.percent, 2)
        )?;
        if measured {
            let area = component.mm2.unwrap_or(f64::NAN);
            write!(w, "<td class=\"figure\">{}</td>", words.number(area, 2))?;
        }
        write!(w, "<td class=\"figure\">{}</td></tr>", words.number(component.score.into(), 3))?;
    }
    write!(w, "</tbody></table>")?;
    if let Some(more) = numbered.len().checked_sub(LISTED).filter(|&more| more > 0) {
        write!(w, "<p class=\"small\">{}</p>", words.components_left_out(more))?;
    }
    writeln!(w)
}

/// The words that fit best.
fn prompts(w: &mut impl Write, findings: &Findings, words: &Words) -> io::Result<()> {
    if findings.words.is_empty() {
        return Ok(());
    }
    write!(
        w,
        "<table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\" class=\"figure\">{}</th></tr></thead><tbody>",
        words.looks_like(),
        words.cosine()
    )?;
    for fired in findings.words.iter().take(PROMPTS) {
        write!(
            w,
            "<tr><td>{}</td><td class=\"figure\">{}</td></tr>",
            Text(&fired.prompt),
            words.number(fired.cosine.into(), 3)
        )?;
    }
    writeln!(w, "</tbody></table>")
}
