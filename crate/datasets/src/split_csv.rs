use csv::StringRecord;

use crate::dataset::{Label, Split};
use crate::names::{Role, split};
use crate::paths::File;
use crate::table::{Table, cells};

/// Where VisA has the file that says what is for training and what for testing.
pub(crate) const SPLIT_CSV: [&str; 2] = ["split_csv", "1cls.csv"];
const COLUMNS: [&str; 5] = ["object", "split", "label", "image", "mask"];

/// Which of `paths` is VisA's `split_csv/1cls.csv`, whose text [`recognise`](crate::recognise) asks for. Of several, the one
/// in the fewest folders.
pub fn split_csv<S: AsRef<str>>(paths: &[S]) -> Option<&str> {
    let files = paths.iter().filter_map(|path| File::new(path.as_ref()));
    files
        .filter(|file| file.lower().ends_with(&SPLIT_CSV.map(str::to_owned)))
        .min_by_key(|file| file.names().len())
        .map(|file| file.path)
}

/// A line of `1cls.csv`. `None` stands for what is empty or not understood.
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) object: Option<String>,
    pub(crate) split: Option<Split>,
    pub(crate) label: Option<Label>,
    pub(crate) image: String,
    pub(crate) mask: Option<String>,
}

/// A line and what is wrong with it.
pub(crate) type Problem = (u64, String);

/// All lines that name a picture.
pub(crate) fn rows(text: &str) -> (Vec<Row>, Vec<Problem>) {
    let mut table = Table::new(text);
    let columns = match table.columns(COLUMNS) {
        Ok(columns) => columns,
        Err(error) => return (Vec::new(), vec![(1, error.to_string())]),
    };
    let missing: Vec<&str> =
        COLUMNS.iter().zip(&columns).filter(|(_, at)| at.is_none()).map(|(&name, _)| name).collect();
    if !missing.is_empty() {
        let problem = format!("the first line lacks {}; VisA has {}", missing.join(", "), COLUMNS.join(","));
        return (Vec::new(), vec![(1, problem)]);
    }
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for record in table.records() {
        match record {
            Ok((line, record)) => row(line, &record, columns, &mut rows, &mut problems),
            Err(error) => problems.push((error.position().map_or(0, csv::Position::line), error.to_string())),
        }
    }
    (rows, problems)
}

fn row(
    line: u64,
    record: &StringRecord,
    columns: [Option<usize>; COLUMNS.len()],
    rows: &mut Vec<Row>,
    problems: &mut Vec<Problem>,
) {
    let mut problem = |text: String| problems.push((line, text));
    let [object, for_use, label, image, mask] = cells(record, columns);
    let Some(image) = image else { return problem("it names no image".into()) };

    let found_split = for_use.and_then(|value| split(&value.to_lowercase()));
    if found_split.is_none() {
        problem(format!("the split is “{}”, neither train nor test", for_use.unwrap_or_default()));
    }
    let found_label = match label.and_then(|value| Role::of(&value.to_lowercase())) {
        Some(Role::Label(label)) => Some(label),
        _ => {
            problem(format!("the label is “{}”, neither normal nor anomaly", label.unwrap_or_default()));
            None
        }
    };
    rows.push(Row {
        line,
        object: object.map(str::to_owned),
        split: found_split,
        label: found_label,
        image: image.into(),
        mask: mask.map(str::to_owned),
    });
}
