//! Lists as people and their systems write them.

mod common;

use std::cell::RefCell;

use common::{Expected, defective, same_samples, whole};
use proptest::prelude::*;
use spotcheck_datasets::{
    CellError, CellProblem, Layout, Listed, ManifestError, MaskValues, manifest_dataset, manifest_pictures,
};

fn listed(path: &str, object: Option<&str>, line: u64) -> Listed {
    Listed { path: path.into(), object: object.map(str::to_owned), line }
}

fn cell(line: u64, column: &'static str, problem: CellProblem) -> CellError {
    CellError { line, column, problem }
}

#[test]
fn a_path_a_line() {
    let text = "\u{feff}a/1.png\r\n\r\n  \n b, c/two words.png\n/abs/3.jpg";
    let expected =
        [listed("a/1.png", None, 1), listed(" b, c/two words.png", None, 4), listed("/abs/3.jpg", None, 5)];
    assert_eq!(manifest_pictures(text, false).unwrap(), expected);
}

#[test]
fn a_table_with_the_things_names() {
    let text = "\u{feff}note,OBJECT, Path \r\nold,gear, a/1.png\r\n\r\n,\"bolt, large\",\"b, c/2.png\"\r\nnew,,3.png\r\n";
    for csv in [false, true] {
        let expected = [
            listed("a/1.png", Some("gear"), 2),
            listed("b, c/2.png", Some("bolt, large"), 4),
            listed("3.png", None, 5),
        ];
        assert_eq!(manifest_pictures(text, csv).unwrap(), expected);
    }
}

#[test]
fn what_a_list_lacks_is_said() {
    for text in ["", "\n \r\n", "path\n", "path,object\n\n"] {
        assert_eq!(manifest_pictures(text, false), Err(ManifestError::Empty), "{text:?}");
    }
    let error = manifest_pictures("file,object\n1.png,gear\n", true).unwrap_err();
    assert_eq!(error.to_string(), "its first line lacks path: the columns are path[,object]");
    let error = manifest_pictures("path,object\n1.png,gear\n,bolt\n\"\",\n", true).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 3, column path: it names no picture\nline 4, column path: it names no picture"
    );
}

const LABELLED: &str = "path,label,mask,class,object,defect
b/2.png,anomaly,masks/2.png,nut,hex nut,dent
b/1.png,normal,,nut,,
a/9.png,NOK,,,toy brick,
/far/0.png,ok,,,,
";

#[test]
fn a_data_set_with_all_columns() {
    let asked = RefCell::new(Vec::new());
    let found = manifest_dataset(LABELLED, |path| {
        asked.borrow_mut().push(path.to_owned());
        true
    })
    .unwrap();
    assert_eq!((found.layout, found.root.as_str()), (Layout::Manifest, ""));
    assert_eq!(found.layout.mask_values(), MaskValues::Binary);
    same_samples(
        &found,
        &[
            whole("/far/0.png"),
            defective("a/9.png").of("toy brick"),
            whole("b/1.png").of("nut"),
            defective("b/2.png").of("nut").defect("dent").mask("masks/2.png"),
        ],
    );
    let objects: Vec<_> = found.objects.iter().map(|(class, name)| (class.as_str(), name.as_str())).collect();
    assert_eq!(objects, [("nut", "hex nut"), ("toy brick", "toy brick")]);
    assert_eq!(found.leftovers, []);
    assert_eq!(asked.into_inner(), ["b/2.png", "masks/2.png", "b/1.png", "a/9.png", "/far/0.png"]);
}

#[test]
fn two_columns_will_do_in_any_order() {
    let found = manifest_dataset("Label,when,PATH\nnormal,today,1.png\n", |_| true).unwrap();
    same_samples(&found, &[whole("1.png")]);
    assert!(found.objects.is_empty());
}

#[test]
fn every_cell_that_cannot_be_used_is_named() {
    let text = "path,label,mask,class,object,defect
1.png,odd,,,,
,normal,,,,
gone.png,normal,,,,
2.png,anomaly,gone.png,nut,hex nut,
./2.png,,,nut,wing nut,
3.png,normal,m.png,,,dent
4.png
";
    let error = manifest_dataset(text, |path| !path.contains("gone")).unwrap_err();
    let ManifestError::Cells(cells) = &error else { panic!("{error}") };
    let gone = || CellProblem::Missing("gone.png".into());
    let other = CellProblem::OtherObject {
        class: "nut".into(),
        name: "hex nut".into(),
        first: 5,
        other: "wing nut".into(),
    };
    assert_eq!(
        cells[..],
        [
            cell(2, "label", CellProblem::Label("odd".into())),
            cell(3, "path", CellProblem::NoPath),
            cell(4, "path", gone()),
            cell(5, "mask", gone()),
            cell(6, "path", CellProblem::Duplicate { path: "./2.png".into(), first: 5 }),
            cell(6, "label", CellProblem::Label(String::new())),
            cell(6, "object", other),
            cell(7, "mask", CellProblem::MaskOfWhole),
            cell(7, "defect", CellProblem::DefectOfWhole),
            cell(8, "label", CellProblem::Label(String::new())),
        ]
    );
    let said = error.to_string();
    for line in [
        "line 2, column label: “odd” is neither normal nor anomaly",
        "line 4, column path: there is no file gone.png",
        "line 6, column path: ./2.png is on line 5 already",
        "line 6, column object: the class nut is called “hex nut” on line 5, and “wing nut” here",
        "line 7, column mask: its picture is labelled normal, and needs no mask",
    ] {
        assert!(said.lines().any(|found| found == line), "{line}\nis not in\n{said}");
    }
}

#[test]
fn a_long_list_of_errors_is_cut() {
    let rows: String = (0..12).map(|number| format!("{number}.png,?\n")).collect();
    let said = manifest_dataset(&format!("path,label\n{rows}"), |_| true).unwrap_err().to_string();
    assert_eq!(said.lines().count(), 11);
    assert!(said.ends_with("\nand 2 more"), "{said}");
}

#[test]
fn columns_that_are_missing_are_named() {
    let error = manifest_dataset("object,split,label,image,mask\n", |_| true).unwrap_err();
    assert_eq!(
        error.to_string(),
        "its first line lacks path: the columns are path,label[,mask][,class][,object][,defect]"
    );
    assert!(
        manifest_dataset("1.png\n2.png\n", |_| true).unwrap_err().to_string().contains("lacks path, label:")
    );
    assert_eq!(manifest_dataset("path,label\n", |_| true), Err(ManifestError::Empty));
    assert!(manifest_dataset("", |_| true).is_err());
}

proptest! {
    #[test]
    fn no_text_panics_and_no_line_is_lost(
        rows in prop::collection::vec(("[ab./]{0,4}", "(normal|anomaly|good|odd|)", "[mn]{0,2}", "[cd]?", "[op]?"), 0..12),
        text in ".{0,60}",
    ) {
        let _ = (manifest_pictures(&text, true), manifest_pictures(&text, false), manifest_dataset(&text, |_| true));
        let lines: Vec<String> =
            rows.iter().map(|(path, label, mask, class, object)| format!("{path},{label},{mask},{class},{object}")).collect();
        let text = format!("path,label,mask,class,object\n{}\n", lines.join("\n"));
        match manifest_dataset(&text, |_| true) {
            Ok(found) => prop_assert_eq!(found.samples.len(), rows.len()),
            Err(ManifestError::Cells(cells)) => {
                prop_assert!(cells.iter().all(|cell| (2..rows.len() as u64 + 2).contains(&cell.line)));
            }
            Err(error) => prop_assert_eq!((error, rows.len()), (ManifestError::Empty, 0)),
        }
    }
}
