//! The files that are computed: what is in them, and that nothing in them is markup or no number.

mod common;

use std::fs;
use std::sync::Arc;

use common::{TWO_CLASSES, add_one, run};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use spotcheck_evaluation::{Evaluation, Folder, VISA_CLASSES, tables, write_results};
use tempfile::tempdir;

#[test]
fn parquet_has_what_the_log_has() {
    let dir = tempdir().unwrap();
    let mut folder = Folder::begin(dir.path(), run("folder", &TWO_CLASSES, None)).unwrap();
    [4, 0, 5, 1].into_iter().for_each(|index| add_one(&mut folder, index));
    let evaluation = Evaluation::of(&folder).unwrap();
    write_results(&folder, &evaluation, &tables(&evaluation)).unwrap();
    let file = fs::File::open(dir.path().join("results.parquet")).unwrap();
    let reader = Arc::new(SerializedFileReader::new(file).unwrap());
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    let indices: Vec<i64> = rows.iter().map(|row| row.get_long(0).unwrap()).collect();
    assert_eq!(indices, [0, 1, 4, 5]);
    for (row, record) in rows.iter().zip(folder.records()) {
        assert_eq!((row.get_string(1).unwrap(), row.get_string(2).unwrap()), (&record.path, &record.class));
        assert_eq!(row.get_string(5).ok(), record.defect.as_ref());
        assert_eq!((row.get_int(6).unwrap(), row.get_int(7).unwrap()), (4, 4));
        assert_eq!((row.get_float(8).unwrap(), row.get_double(10).unwrap()), (record.score, 0.25));
    }
}

/// Names may be chosen by somebody who means harm.
#[test]
fn names_are_no_markup_and_no_formula() {
    let dir = tempdir().unwrap();
    let name = "=<script>alert(1)</script>";
    let mut folder = Folder::begin(dir.path(), run("folder", &[(name, [1, 1, 0])], None)).unwrap();
    let map = spotcheck_imaging::Map::filled(2, 2, 0.5);
    for (index, label) in
        [spotcheck_datasets::Label::Whole, spotcheck_datasets::Label::Defective].into_iter().enumerate()
    {
        common::add(&mut folder, &common::task(index, name, label), 0.5, &map, None);
    }
    // Read back as it was.
    drop(folder);
    let folder = Folder::read(dir.path()).unwrap();
    assert_eq!(folder.records().next().unwrap().class, name);
    let evaluation = Evaluation::of(&folder).unwrap();
    write_results(&folder, &evaluation, &tables(&evaluation)).unwrap();
    let curves = fs::read_dir(dir.path().join("curves")).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> =
        curves.chain(["report.html", "metrics.md"].map(|name| dir.path().join(name))).collect();
    assert_eq!(files.len(), 3);
    for file in files {
        assert!(!fs::read_to_string(&file).unwrap().contains("<script"), "{}", file.display());
    }
    for file in ["results.csv", "metrics.csv"] {
        let text = fs::read_to_string(dir.path().join(file)).unwrap();
        assert!(
            text.contains("'=<script>") && !text.contains("\n=") && !text.contains(",="),
            "{file}: {text}"
        );
    }
}

#[test]
fn nothing_is_no_number() {
    let dir = tempdir().unwrap();
    // No result at all, of some classes that VisA has, one that it has not, and one without pictures.
    let sizes = [("pcb2", [2, 2, 0]), ("bolt", [1, 1, 1]), ("pcb1", [0, 0, 0])];
    let folder = Folder::begin(dir.path(), run("visa", &sizes, None)).unwrap();
    let evaluation = Evaluation::of(&folder).unwrap();
    let tables = tables(&evaluation);
    write_results(&folder, &evaluation, &tables).unwrap();
    for (file, bytes) in common::computed(dir.path()) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("NaN") && !text.contains("inf"), "{file}");
    }
    // In the paper's order, with its values where it has them, and no mean of classes that are not there.
    let first = tables.first().unwrap();
    assert_eq!(
        first.columns,
        [
            "class",
            "vvv, demo pack (this run)",
            "WinCLIP (published)",
            "APRIL-GAN (published)",
            "VVV (published)"
        ]
    );
    assert_eq!(first.rows[0], ["pcb1", "–", "71.0", "66.9", "74.3"]);
    assert_eq!(first.rows[1], ["pcb2", "–", "67.1", "70.1", "67.1"]);
    assert_eq!(first.rows[2], ["bolt", "–", "–", "–", "–"]);
    assert_eq!(first.mean, ["mean", "–", "–", "–", "–"]);
    assert_eq!(tables[1].rows[0], ["pcb1", "–", "2.4", "12.5", "29.5"]);
}

#[test]
fn all_of_visa_has_the_published_means() {
    let dir = tempdir().unwrap();
    let sizes = VISA_CLASSES.map(|class| (class, [1, 1, 0]));
    let folder = Folder::begin(dir.path(), run("visa", &sizes, None)).unwrap();
    let tables = tables(&Evaluation::of(&folder).unwrap());
    assert_eq!(tables[0].mean, ["mean", "–", "79.0", "78.7", "81.5"]);
    assert_eq!(tables[1].mean, ["mean", "–", "14.8", "32.3", "24.2"]);
    // Other data sets have nothing to be held against.
    let other = tempdir().unwrap();
    let folder = Folder::begin(other.path(), run("mvtec", &sizes, None)).unwrap();
    assert!(!tables_of(&folder).iter().any(|title| title.contains("Baugh")));
}

fn tables_of(folder: &Folder) -> Vec<String> {
    tables(&Evaluation::of(folder).unwrap()).into_iter().map(|table| table.title).collect()
}

#[test]
fn curves_and_the_report_are_complete_files() {
    let dir = tempdir().unwrap();
    let mut folder = Folder::begin(dir.path(), run("folder", &TWO_CLASSES, None)).unwrap();
    (0..6).for_each(|index| add_one(&mut folder, index));
    let evaluation = Evaluation::of(&folder).unwrap();
    write_results(&folder, &evaluation, &tables(&evaluation)).unwrap();
    let svg = fs::read_to_string(dir.path().join("curves/bolt.svg")).unwrap();
    assert!(
        svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && svg.contains("prefers-color-scheme: dark")
    );
    // Two curves with their dots. Scores are 0.7 and 0.4 of defective, 0.5 of whole pictures: at 0.4, F1 is 2·2/(3 + 2).
    assert_eq!((svg.matches("<circle").count(), svg.matches("<path class=").count()), (2, 4));
    assert!(svg.contains("samples, F1-max 80.0 %"), "{svg}");
    let html = fs::read_to_string(dir.path().join("report.html")).unwrap();
    assert!(
        html.contains("default-src 'none'") && html.contains("@media print") && html.ends_with("</html>\n")
    );
    assert_eq!((html.matches("<svg ").count(), html.matches("<table>").count()), (2, 2));
    assert_eq!(html.matches("<section").count(), html.matches("</section>").count());
}
