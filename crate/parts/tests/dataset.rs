//! The folder layout of a written data set.

use std::fs;
use std::path::{Path, PathBuf};

use spotcheck_parts::{DatasetRequest, Layout, Split, Written, write_dataset};

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn request(layout: Layout, split: Split, count: u32) -> DatasetRequest {
    DatasetRequest { layout, split, seed: 3, count, train: 0, series: false, size: 64 }
}

#[test]
fn half_of_a_data_set_is_defective_and_has_masks() {
    let dir = tempfile::tempdir().unwrap();
    let written = write_dataset(dir.path(), &request(Layout::MvtecAd, Split::Seen, 60)).unwrap();
    assert_eq!(written, Written { good: 30, defective: 30, train: 0 });
    let all = files(dir.path());
    let count =
        |part: &str| all.iter().filter(|p| p.to_string_lossy().replace('\\', "/").contains(part)).count();
    assert_eq!(count("/test/good/"), 30);
    assert_eq!(count("/test/"), 60);
    assert_eq!(count("/ground_truth/"), 30);
    assert_eq!(all.len(), 91);
    let labels: Vec<serde_json::Value> =
        serde_json::from_slice(&fs::read(dir.path().join("labels.json")).unwrap()).unwrap();
    assert_eq!(labels.len(), 60);
    for label in &labels {
        let path = label["picture"].as_str().unwrap();
        assert_eq!(image::open(dir.path().join(path)).unwrap().to_rgb8().dimensions(), (64, 64));
        let kind = label["kind"].as_str().unwrap().replace(' ', "_");
        let defect = label["defect"].as_str().map_or_else(|| "good".to_owned(), |d| d.replace(' ', "_"));
        assert!(path.starts_with(&format!("{kind}/test/{defect}/")), "{path}");
        if let Some(mask) = label["mask"].as_str() {
            assert_eq!(mask, path.replace("/test/", "/ground_truth/").replace(".png", "_mask.png"));
            let mask = image::open(dir.path().join(mask)).unwrap().to_luma8();
            assert!(mask.pixels().all(|p| p.0[0] == 0 || p.0[0] == 255));
            assert!(mask.pixels().any(|p| p.0[0] == 255), "{path}");
        } else {
            assert!(label["defect"].is_null());
        }
    }
    let again = tempfile::tempdir().unwrap();
    write_dataset(again.path(), &request(Layout::MvtecAd, Split::Seen, 60)).unwrap();
    for path in &all {
        let other = again.path().join(path.strip_prefix(dir.path()).unwrap());
        assert!(fs::read(path).unwrap() == fs::read(other).unwrap(), "{}", path.display());
    }
}

/// The pictures are those of the other layout, and every file is where VisA has it.
#[test]
fn visa_has_masks_of_class_ids_and_a_table() {
    let dir = tempfile::tempdir().unwrap();
    write_dataset(dir.path(), &request(Layout::Visa, Split::Unseen, 24)).unwrap();
    let table = fs::read_to_string(dir.path().join("split_csv/1cls.csv")).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!((rows.len(), rows[0].join(",").as_str()), (25, "object,split,label,image,mask"));
    let mut ids = Vec::new();
    for row in &rows[1..] {
        let [object, "test", label, image, mask] = row[..] else { panic!("{row:?}") };
        let folder = if label == "normal" { "Normal" } else { "Anomaly" };
        assert!(image.starts_with(&format!("{object}/Data/Images/{folder}/")) && image.ends_with(".JPG"));
        let picture = fs::read(dir.path().join(image)).unwrap();
        assert_eq!(image::guess_format(&picture).unwrap(), image::ImageFormat::Jpeg);
        assert_eq!(mask.is_empty(), label == "normal");
        if !mask.is_empty() {
            assert_eq!(mask, image.replace("Images", "Masks").replace(".JPG", ".png"));
            let mask = image::open(dir.path().join(mask)).unwrap().to_luma8();
            let most = mask.pixels().map(|p| p.0[0]).max().unwrap();
            assert!(mask.pixels().all(|p| p.0[0] == 0 || p.0[0] == most));
            ids.push(most);
        }
    }
    ids.sort_unstable();
    ids.dedup();
    assert!(ids.len() > 3 && ids.iter().all(|id| (1..20).contains(id)), "{ids:?}");
    assert_eq!(files(dir.path()).len(), 24 + 12 + 2);
}

#[test]
fn plain_folders_are_named_good_bad_and_masks() {
    let dir = tempfile::tempdir().unwrap();
    write_dataset(dir.path(), &request(Layout::Folders, Split::Unseen, 24)).unwrap();
    let mut folders: Vec<String> = files(dir.path())
        .iter()
        .filter_map(|path| Some(path.parent()?.file_name()?.to_string_lossy().into_owned()))
        .collect();
    folders.sort();
    let count = |name: &str| folders.iter().filter(|folder| *folder == name).count();
    assert_eq!((count("good"), count("bad"), count("masks"), folders.len()), (12, 12, 12, 37));
}

/// Those for testing are the same as without them.
#[test]
fn pictures_for_training_are_whole_and_lie_where_the_layout_has_them() {
    let read = |dir: &Path, path: &str| fs::read(dir.join(path)).unwrap();
    let kinds = Split::Unseen.kinds().len();
    for (layout, folder) in
        [(Layout::MvtecAd, "/train/good/"), (Layout::Visa, "/Normal/"), (Layout::Folders, "/good/")]
    {
        let [dir, without] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let request = request(layout, Split::Unseen, 12);
        let written = write_dataset(dir.path(), &DatasetRequest { train: 2, ..request }).unwrap();
        assert_eq!(written, Written { good: 6, defective: 6, train: 2 * kinds as u32 });
        write_dataset(without.path(), &request).unwrap();
        let labels: Vec<serde_json::Value> =
            serde_json::from_slice(&read(dir.path(), "labels.json")).unwrap();
        for label in &labels {
            let path = label["picture"].as_str().unwrap();
            if label["split"] == "train" {
                assert!(label["defect"].is_null() && path.contains(folder), "{path}");
            } else {
                assert!(read(dir.path(), path) == read(without.path(), path), "{path}");
            }
        }
        assert_eq!(labels.iter().filter(|label| label["split"] == "train").count(), 2 * kinds);
        if layout == Layout::Visa {
            let table = String::from_utf8(read(dir.path(), "split_csv/1cls.csv")).unwrap();
            assert_eq!(table.lines().filter(|row| row.contains(",train,normal,")).count(), 2 * kinds);
        }
    }
}

/// All grounds of a kind are one colour, and otherwise not.
#[test]
fn pictures_of_a_series_are_of_one_product() {
    let corners = |series: bool| -> Vec<[u8; 3]> {
        let dir = tempfile::tempdir().unwrap();
        let request = DatasetRequest { train: 4, series, ..request(Layout::MvtecAd, Split::Unseen, 0) };
        write_dataset(dir.path(), &request).unwrap();
        let of_kind =
            files(dir.path()).into_iter().filter(|path| path.to_string_lossy().contains("bottle_cap"));
        of_kind.map(|path| image::open(path).unwrap().to_rgb8().get_pixel(0, 0).0).collect()
    };
    let spread = |corners: Vec<[u8; 3]>| {
        assert_eq!(corners.len(), 4);
        let channel = |c: usize| corners.iter().map(move |corner| corner[c]);
        (0..3).map(|c| channel(c).max().unwrap() - channel(c).min().unwrap()).max().unwrap()
    };
    let (one, many) = (spread(corners(true)), spread(corners(false)));
    assert!(2 * one < many, "{one} and {many}");
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = write_dataset(&file, &request(Layout::MvtecAd, Split::All, 2)).unwrap_err();
    assert!(error.to_string().contains("file"), "{error}");
}
