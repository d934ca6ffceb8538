//! Results that survive a stop, and shards that are joined.

mod common;

use std::fs;
use std::path::Path;

use common::{TWO_CLASSES, add_one, computed, run};
use spotcheck_evaluation::{Error, Evaluation, Folder, Run, Shard, tables, write_results};
use tempfile::tempdir;

fn two_classes(shard: Option<&str>) -> Run {
    run("folder", &TWO_CLASSES, shard.map(|shard| shard.parse::<Shard>().unwrap()))
}

fn write(folder: &Folder) {
    let evaluation = Evaluation::of(folder).unwrap();
    write_results(folder, &evaluation, &tables(&evaluation)).unwrap();
}

/// Begins a folder with the pictures of these places.
fn with(dir: &Path, run: Run, indices: &[usize]) -> Folder {
    let mut folder = Folder::begin(dir, run).unwrap();
    indices.iter().for_each(|&index| add_one(&mut folder, index));
    folder
}

#[test]
fn a_log_torn_anywhere_goes_on_to_the_same_results() {
    let dir = tempdir().unwrap();
    let whole = dir.path().join("whole");
    let folder = with(&whole, two_classes(None), &[0, 1, 2, 3, 4, 5]);
    write(&folder);
    let expected = computed(&whole);
    let log = fs::read(whole.join("results.csv")).unwrap();
    let lines: Vec<usize> =
        log.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1).collect();
    assert_eq!(lines.len(), 7);
    drop(folder);

    let torn = dir.path().join("torn");
    with(&torn, two_classes(None), &[0, 1, 2, 3, 4, 5]);
    for end in 0..=log.len() {
        fs::write(torn.join("results.csv"), &log[..end]).unwrap();
        let mut folder = Folder::resume(&torn, two_classes(None)).unwrap();
        let kept = lines.iter().filter(|&&line| line <= end).count().saturating_sub(1);
        assert_eq!(folder.records().count(), kept, "cut at {end}");
        let rest: Vec<usize> = (0..6).filter(|&index| !folder.holds(index)).collect();
        assert_eq!(rest, (kept..6).collect::<Vec<_>>());
        rest.into_iter().for_each(|index| add_one(&mut folder, index));
        assert!(fs::read(torn.join("results.csv")).unwrap() == log, "cut at {end}");
        if end % 97 == 0 {
            write(&folder);
            assert!(computed(&torn) == expected, "cut at {end}");
        }
    }
}

#[test]
fn what_a_disk_leaves_behind_the_last_line_is_cut_off() {
    let dir = tempdir().unwrap();
    with(dir.path(), two_classes(None), &[0, 1]);
    let path = dir.path().join("results.csv");
    let log = fs::read(&path).unwrap();
    for tail in [&b"\0\0\0\0"[..], b"2,nut/2.png\r\n", b"\"2,nut\r\n/2.png", b"\xff\xfe\r\n"] {
        fs::write(&path, [&log, tail].concat()).unwrap();
        let folder = Folder::resume(dir.path(), two_classes(None)).unwrap();
        assert_eq!(folder.records().count(), 2);
        assert!(fs::read(&path).unwrap() == log, "{tail:?}");
    }
}

#[test]
fn damage_in_the_middle_is_told_and_not_passed_over() {
    let dir = tempdir().unwrap();
    with(dir.path(), two_classes(None), &[0, 1, 2]);
    let path = dir.path().join("results.csv");
    let log = fs::read_to_string(&path).unwrap();
    fs::write(&path, log.replacen("defective", "dfective", 1)).unwrap();
    let error = Folder::resume(dir.path(), two_classes(None)).unwrap_err();
    assert!(error.to_string().ends_with("is damaged: line 2 is no result"), "{error}");
    fs::write(&path, "name,score\r\na,1\r\n").unwrap();
    let error = Folder::resume(dir.path(), two_classes(None)).unwrap_err();
    assert!(error.to_string().contains("its first line"), "{error}");
}

#[test]
fn a_picture_whose_pixels_are_damaged_is_scored_again() {
    let dir = tempdir().unwrap();
    drop(with(dir.path(), two_classes(None), &[0, 1, 2, 3, 4, 5]));
    let pixels = |index: usize| dir.path().join(format!("pixels/{index:06}.bin"));
    let mut bytes = fs::read(pixels(1)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(pixels(1), bytes).unwrap();
    fs::remove_file(pixels(4)).unwrap();
    let mut folder = Folder::resume(dir.path(), two_classes(None)).unwrap();
    let rest: Vec<usize> = (0..6).filter(|&index| !folder.holds(index)).collect();
    assert_eq!(rest, [1, 4]);
    rest.into_iter().for_each(|index| add_one(&mut folder, index));
    write(&folder);
    let again = tempdir().unwrap();
    write(&with(again.path(), two_classes(None), &[0, 1, 2, 3, 4, 5]));
    assert!(computed(dir.path()) == computed(again.path()));
}

#[test]
fn shards_are_the_whole() {
    let dir = tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    // Not in the order of the plan, and one picture in two of them.
    drop(with(&at("a"), two_classes(Some("1/3")), &[3, 0]));
    drop(with(&at("b"), two_classes(Some("2/3")), &[1, 4]));
    drop(with(&at("c"), two_classes(Some("3/3")), &[5, 2, 0]));
    let read = |name: &str| Folder::read(&at(name)).unwrap();
    let merged = Folder::merge(&[read("b"), read("c"), read("a")], &at("merged")).unwrap();
    write(&merged);
    write(&with(&at("whole"), two_classes(None), &[0, 1, 2, 3, 4, 5]));
    assert!(computed(&at("merged")) == computed(&at("whole")));
    let log = |name: &str| fs::read(at(name).join("results.csv")).unwrap();
    assert!(log("merged") == log("whole"));
    drop(merged);
    // A merged folder is one that can be gone on with, and be merged again.
    assert_eq!(Folder::resume(&at("merged"), two_classes(None)).unwrap().records().count(), 6);

    let part = Folder::merge(&[read("a"), read("b")], &at("part")).unwrap();
    let notes = Evaluation::of(&part).unwrap().notes.join("\n");
    assert!(
        notes.contains("bolt: 1 picture has no result") && notes.contains("nut: 1 picture has no"),
        "{notes}"
    );
    assert!(matches!(Folder::merge(&[read("a")], &at("part")), Err(Error::HasResults { .. })));
}

#[test]
fn what_contradicts_is_not_joined() {
    let dir = tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    drop(with(&at("a"), two_classes(Some("1/2")), &[0, 2]));
    drop(with(&at("b"), two_classes(Some("2/2")), &[1, 2]));
    let path = at("b").join("results.csv");
    let log = fs::read_to_string(&path).unwrap();
    fs::write(&path, log.replace(",0.5,", ",0.75,")).unwrap();
    let folders = [Folder::read(&at("a")).unwrap(), Folder::read(&at("b")).unwrap()];
    let error = Folder::merge(&folders, &at("merged")).unwrap_err();
    assert_eq!(error.to_string(), "bolt/2.png has the score 0.5 in one folder, and 0.75 in another");

    drop(with(&at("c"), run("folder", &[("bolt", [1, 1, 0])], None), &[]));
    let folders = [Folder::read(&at("a")).unwrap(), Folder::read(&at("c")).unwrap()];
    let said = Folder::merge(&folders, &at("merged")).unwrap_err().to_string();
    assert!(said.contains("the choice of pictures") && said.contains("2 pictures, 1 classes"), "{said}");
}

#[test]
fn another_run_is_refused_in_a_sentence() {
    let dir = tempdir().unwrap();
    drop(with(dir.path(), two_classes(Some("1/2")), &[0]));
    let json = serde_json::to_value(two_classes(Some("1/2"))).unwrap();
    let changed = |pointer: &str, value: serde_json::Value| {
        let mut json = json.clone();
        *json.pointer_mut(pointer).unwrap() = value;
        let run: Run = serde_json::from_value(json).unwrap();
        Folder::resume(dir.path(), run).unwrap_err().to_string()
    };
    for (pointer, value, expected) in [
        ("/settings/logit_scale", 50.0.into(), "another setting, logit_scale: 100.0 then, 50.0 now"),
        (
            "/settings/templates",
            vec!["a"].into(),
            "another setting, templates: a list of 2 then, a list of 1 now",
        ),
        ("/method", "winclip".into(), "another method: vvv then, winclip now"),
        ("/engine", "wonnx".into(), "another engine: rten then, wonnx now"),
        ("/version", "9".into(), "another version of Spotcheck"),
        ("/pack/fingerprint", "00".into(), "another pack: demo (fedcba987654) then, demo (00) now"),
        ("/dataset/fingerprint", "11".into(), "another choice of pictures"),
        ("/shard/number", 2.into(), "another shard: 1/2 then, 2/2 now"),
    ] {
        let said = changed(pointer, value);
        assert!(said.contains(expected), "{pointer}: {said}");
    }
    // Where the data set lies is no difference.
    let mut json = json.clone();
    json["dataset"]["name"] = "copy".into();
    assert!(Folder::resume(dir.path(), serde_json::from_value(json).unwrap()).is_ok());
    let error = Folder::begin(dir.path(), two_classes(None)).unwrap_err();
    assert!(error.to_string().contains("holds results already: resume them"), "{error}");
}

#[test]
fn two_at_a_time_do_not_write_into_one_folder() {
    let dir = tempdir().unwrap();
    let folder = with(dir.path(), two_classes(None), &[0]);
    assert!(matches!(Folder::resume(dir.path(), two_classes(None)), Err(Error::InUse { .. })));
    drop(folder);
    assert!(Folder::resume(dir.path(), two_classes(None)).is_ok());
}

#[test]
fn shards_are_numbers_from_one() {
    for bad in ["", "1", "0/2", "3/2", "a/2", "1/0", "-1/2"] {
        assert!(bad.parse::<Shard>().is_err(), "{bad}");
    }
    let shards = ["1/3", "2/3", "3/3"].map(|shard| shard.parse::<Shard>().unwrap());
    for index in 0..7 {
        assert_eq!(shards.iter().filter(|shard| shard.holds(index)).count(), 1);
    }
}
