use std::io::{self, Write};

use spotcheck_imaging::ColourMap;

use crate::summary::BARS;
use crate::words::Words;
use crate::{Summary, Verdict};

/// Where the histogram lies in its drawing: left, upper edge, width, height; the rest is for the axes' words.
const PLOT: [f64; 4] = [28.0, 18.0, 440.0, 120.0];

/// The scores as bars, those that reached the threshold filled, with the threshold as a line.
pub fn histogram(w: &mut impl Write, summary: &Summary, threshold: f64, words: &Words) -> io::Result<()> {
    let [left, top, width, height] = PLOT;
    let (right, bottom) = (left + width, top + height);
    // One picture is not a bar to the top.
    let highest = summary.bars.iter().map(|[a, b]| a + b).max().unwrap_or(0).max(4);
    let rejected = summary.verdicts(Some(Verdict::Reject));
    let found = summary.verdicts(Some(Verdict::Accept)) + rejected;
    write!(
        w,
        "<svg class=\"histogram\" viewBox=\"0 0 480 168\" role=\"img\" aria-label=\"{}\">",
        words.histogram(found, rejected)
    )?;
    let step = width / BARS as f64;
    let unit = height / highest as f64;
    for (bar, [accepted, rejected]) in summary.bars.iter().enumerate() {
        let x = left + bar as f64 * step + 1.0;
        let mut y = bottom;
        for (class, count) in [("low", accepted), ("high", rejected)] {
            if *count > 0 {
                let tall = *count as f64 * unit;
                y -= tall;
                // Thin bars of a long axis are still seen.
                write!(
                    w,
                    "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.2}\" width=\"{:.1}\" height=\"{:.2}\"/>",
                    step - 2.0,
                    tall.max(0.75)
                )?;
            }
        }
    }
    write!(w, "<path class=\"axis\" d=\"M{left} {bottom}H{right}M{left} {bottom}V{top}")?;
    for tenth in 0..=10 {
        let x = left + f64::from(tenth) / 10.0 * width;
        write!(w, "M{x:.1} {bottom}v{}", if tenth % 5 == 0 { 6 } else { 3 })?;
    }
    write!(w, "M{left} {top}h-4\"/>")?;
    for half in 0..=2 {
        let value = f64::from(half) / 2.0;
        let x = left + value * width;
        let text = if half == 1 { words.number(value, 1) } else { words.number(value, 0) };
        write!(w, "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{text}</text>", bottom + 20.0)?;
    }
    let (x, y) = (left - 7.0, top + 4.0);
    write!(w, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{}</text>", words.number(highest as f64, 0))?;
    write!(w, "<text x=\"{x}\" y=\"{bottom}\" text-anchor=\"end\">0</text>")?;
    let x = left + threshold.clamp(0.0, 1.0) * width;
    // The words stay in the drawing where the line is near its right edge.
    let (anchor, shift) = if threshold > 0.6 { ("end", -5.0) } else { ("start", 5.0) };
    writeln!(
        w,
        "<path class=\"threshold\" d=\"M{x:.1} 2V{bottom}\"/><text class=\"threshold\" x=\"{:.1}\" y=\"11\" \
         text-anchor=\"{anchor}\">{} {}</text></svg>",
        x + shift,
        words.threshold(),
        words.number(threshold, 2)
    )
}

/// A score on its scale from 0 to 1, against the threshold.
pub fn scale(w: &mut impl Write, score: f64, threshold: f64) -> io::Result<()> {
    let place = |value: f64| value.clamp(0.0, 1.0) * 100.0;
    write!(
        w,
        "<svg class=\"scale\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path \
         class=\"ground\" d=\"M0 4H100\"/><path class=\"bar\" d=\"M0 4H{:.1}\"/><path class=\"tick\" d=\"M{:.1} \
         0V8\"/></svg>",
        place(if score.is_nan() { 0.0 } else { score }),
        place(threshold)
    )
}

/// The heatmap's colours from 0 to 1.
pub fn legend(w: &mut impl Write, colours: ColourMap, words: &Words) -> io::Result<()> {
    write!(
        w,
        "<p class=\"legend\">{} 0<svg aria-hidden=\"true\"><defs><linearGradient id=\"heat\">",
        words.heat_scale()
    )?;
    for step in 0..=16 {
        let at = step as f32 / 16.0;
        let [r, g, b] = colours.colour(at).0;
        write!(w, "<stop offset=\"{at}\" stop-color=\"#{r:02x}{g:02x}{b:02x}\"/>")?;
    }
    write!(w, "</linearGradient></defs><rect width=\"100%\" height=\"100%\" fill=\"url(#heat)\"/></svg>1</p>")
}
