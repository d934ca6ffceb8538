//! What holds for every list of paths and every text of a CSV.

use std::collections::HashMap;

use proptest::prelude::*;
use spotcheck_datasets::{Dataset, Label, Layout, Reason, object_name, recognise, split_csv};

const SYSTEM: [&str; 5] = ["__MACOSX", ".DS_Store", "Thumbs.db", "._1.png", "@eaDir"];

/// Words that mean something somewhere, and any others.
fn name() -> impl Strategy<Value = String> {
    const KNOWN: [&str; 29] = [
        "Data",
        "Images",
        "Masks",
        "Normal",
        "Anomaly",
        "split_csv",
        "1cls.csv",
        "image_anno.csv",
        "train",
        "test",
        "good",
        "bad",
        "ground_truth",
        "masks",
        "ok",
        "NOK",
        "images",
        "pcb1",
        "a",
        "b",
        "000.png",
        "000.JPG",
        "000_mask.png",
        "1.jpg",
        "_mask.png",
        ".png",
        "license.txt",
        "..",
        ".",
    ];
    prop_oneof![
        20 => prop::sample::select(&KNOWN[..]).prop_map(str::to_owned),
        1 => prop::sample::select(&SYSTEM[..]).prop_map(str::to_owned),
        1 => ".{0,6}",
    ]
}

fn path() -> impl Strategy<Value = String> {
    const LAYOUTS: [&str; 9] = [
        "pcb1/Data/Images/Normal/",
        "pcb1/Data/Images/Anomaly/",
        "pcb1/Data/Masks/Anomaly/",
        "cap/train/good/",
        "cap/test/bent/",
        "cap/ground_truth/bent/",
        "cap\\good\\",
        "cap\\bad\\",
        "cap\\masks\\",
    ];
    let free = (prop::collection::vec(name(), 0..7), prop::sample::select(&["/", "\\", "//"][..]))
        .prop_map(|(names, separator)| names.join(separator));
    let placed =
        (prop::sample::select(&LAYOUTS[..]), name()).prop_map(|(folder, name)| format!("{folder}{name}"));
    prop_oneof![free, placed]
}

fn csv() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        path(),
        prop::sample::select(&["train", "test", "normal", "anomaly", "pcb1", "", "\"", "\"a,\nb\""][..])
            .prop_map(str::to_owned),
    ];
    let row = prop::collection::vec(value, 0..7).prop_map(|values| values.join(","));
    let rows = prop::collection::vec(row, 0..8).prop_map(|rows| rows.join("\r\n"));
    prop_oneof![4 => rows.prop_map(|rows| format!("object,split,label,image,mask\n{rows}")), 1 => ".{0,40}"]
}

/// Every path is a sample, a mask or left over, or one of those that are passed over in silence.
fn all_accounted_for(paths: &[String], found: &Dataset) -> Result<(), TestCaseError> {
    let mut counts: HashMap<&str, [usize; 3]> = HashMap::new();
    for sample in &found.samples {
        counts.entry(&sample.path).or_default()[0] += 1;
        if let Some(mask) = &sample.mask {
            prop_assert_ne!(sample.label, Label::Whole);
            counts.entry(mask).or_default()[1] += 1;
        }
    }
    let of_the_list = |reason: &Reason| !matches!(reason, Reason::Missing | Reason::Csv { .. });
    for leftover in found.leftovers.iter().filter(|leftover| of_the_list(&leftover.reason)) {
        counts.entry(&leftover.path).or_default()[2] += 1;
    }
    for path in counts.keys() {
        prop_assert!(paths.iter().any(|given| given == path), "{} was not given", path);
    }
    for path in paths {
        let given = paths.iter().filter(|given| *given == path).count();
        let [samples, masks, left] = counts.get(path.as_str()).copied().unwrap_or_default();
        prop_assert!(samples <= 1 && (samples == 0 || masks == 0), "{path}");
        let places = samples + usize::from(masks > 0) + left;
        // Those that are passed over may still be named for being listed twice.
        let fits = places == given || (places < given && passed_over(path, found.layout));
        prop_assert!(fits, "{}: {:?}", path, found);
    }
    Ok(())
}

fn passed_over(path: &str, layout: Layout) -> bool {
    let names: Vec<String> = path.split(['/', '\\']).map(str::to_lowercase).collect();
    let of_system =
        |name: &String| name.starts_with("._") || SYSTEM.iter().any(|system| name == &system.to_lowercase());
    let is_folder = matches!(names.last().map(String::as_str), None | Some("" | "." | ".."));
    let published = match layout {
        Layout::Visa => path.to_lowercase().ends_with(".csv"),
        Layout::MvtecAd => path.to_lowercase().ends_with(".txt"),
        _ => false,
    };
    is_folder || names.iter().any(of_system) || published
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn no_list_panics_and_no_file_is_lost(paths in prop::collection::vec(path(), 0..24), csv in prop::option::of(csv())) {
        let found = recognise(&paths, csv.as_deref());
        all_accounted_for(&paths, &found)?;
        if let Some(path) = split_csv(&paths) {
            prop_assert!(paths.iter().any(|given| given == path));
        }
        // The order of the list does not matter.
        let turned: Vec<&String> = paths.iter().rev().collect();
        if found.leftovers.iter().all(|left| left.reason != Reason::Duplicate) {
            prop_assert_eq!(recognise(&turned, csv.as_deref()), found);
        }
    }

    #[test]
    fn any_text_is_a_path(paths in prop::collection::vec(".{0,30}", 0..8), csv in ".{0,80}") {
        let found = recognise(&paths, Some(&csv));
        all_accounted_for(&paths, &found)?;
    }

    #[test]
    fn any_text_has_a_name_in_words(class in ".{0,20}") {
        let name = object_name(&class);
        prop_assert_eq!(name.is_empty(), class.is_empty());
    }
}
