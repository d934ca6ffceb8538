use std::fmt::Write;

/// A table for people: in a terminal, in Markdown, in HTML. The first column is left-aligned, the others are figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub title: String,
    /// What the figures are, in a sentence or two.
    pub caption: String,
    pub columns: Vec<String>,
    /// As many cells as there are columns.
    pub rows: Vec<Vec<String>>,
    /// The last row: means.
    pub mean: Vec<String>,
}

impl Table {
    /// With columns aligned by blanks.
    pub fn text(&self) -> String {
        let lines = || std::iter::once(&self.columns).chain(&self.rows).chain([&self.mean]);
        let width = |column: usize| {
            lines().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let mut text = format!("{}\n", self.title);
        for line in lines() {
            let cells = line.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| match column {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            });
            let line = cells.collect::<Vec<_>>().join("  ");
            text += line.trim_end();
            text.push('\n');
        }
        text
    }

    /// GitHub's Markdown, under a heading.
    pub fn markdown(&self) -> String {
        let cell = |cell: &String| {
            let safe = cell
                .replace('\\', "\\\\")
                .replace('|', "\\|")
                .replace('<', "&lt;")
                .replace(['\r', '\n'], " ");
            safe.replace('_', "\\_").replace('*', "\\*").replace('`', "\\`")
        };
        let mut text = format!("## {}\n\n{}\n\n", self.title, self.caption);
        let line =
            |cells: &[String]| format!("| {} |\n", cells.iter().map(cell).collect::<Vec<_>>().join(" | "));
        text += &line(&self.columns);
        let rules = (0..self.columns.len()).map(|column| if column == 0 { "---" } else { "---:" });
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {} |", rules.collect::<Vec<_>>().join(" | "));
        for row in &self.rows {
            text += &line(row);
        }
        text + &line(&self.mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let texts = |cells: &[&str]| cells.iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>();
        Table {
            title: "A title".into(),
            caption: "What it is.".into(),
            columns: texts(&["class", "F1-max"]),
            rows: vec![texts(&["pipe_fryum", "9.5"]), texts(&["ü|<b>", "–"])],
            mean: texts(&["mean", "100.0"]),
        }
    }

    #[test]
    fn figures_stand_below_each_other() {
        let expected =
            "A title\nclass       F1-max\npipe_fryum     9.5\nü|<b>            –\nmean         100.0\n";
        assert_eq!(table().text(), expected);
    }

    #[test]
    fn names_are_no_markup() {
        let text = table().markdown();
        assert!(text.ends_with("| pipe\\_fryum | 9.5 |\n| ü\\|&lt;b> | – |\n| mean | 100.0 |\n"), "{text}");
        assert!(text.contains("| class | F1-max |\n| --- | ---: |\n"), "{text}");
    }
}
