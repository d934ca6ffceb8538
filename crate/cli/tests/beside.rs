//! `spotcheck inspect` of pictures that are compared with others, held against the library with the whole batch in memory
//! (`examples/join.rs`).

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::{command, spotcheck, text};
use serde_json::{Value, json};
use tempfile::TempDir;

/// As many as a batch needs.
const COUNT: usize = 20;

/// Pictures of kinds of part, as `01.png` and so on.
fn pictures(dir: &Path, count: usize) -> Vec<PathBuf> {
    let drawn = dir.join("drawn");
    let arguments = ["parts", "--layout", "folder", "--split", "unseen", "--seed", "21", "--size", "128"];
    let count = count.to_string();
    let made = spotcheck(&[&arguments[..], &["--count", &count, "--out", drawn.to_str().unwrap()]].concat());
    assert!(made.status.success(), "{}", text(&made.stderr));
    let classes = sorted(&drawn).into_iter().filter(|path| path.is_dir());
    let found = classes.flat_map(|class| ["good", "bad"].map(|label| sorted(&class.join(label))).concat());
    let found: Vec<PathBuf> = found.collect();
    let named = |(at, path): (usize, &PathBuf)| {
        let to = dir.join(format!("{:02}.png", at + 1));
        std::fs::copy(path, &to).unwrap();
        to
    };
    found.iter().enumerate().map(named).collect()
}

fn sorted(dir: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn inspect(pictures: &[PathBuf], more: &[&str]) -> Command {
    let mut command = command(&["inspect", "--engine", "rten", "--json"]);
    command.args(more).args(pictures);
    command
}

/// What is said of each picture, by the file's name.
fn said(output: &Output) -> BTreeMap<String, Value> {
    assert!(output.status.success(), "{}", text(&output.stderr));
    let lines = text(&output.stdout);
    let parse = |line: &str| {
        let said: Value = serde_json::from_str(line).unwrap();
        let path = PathBuf::from(said["path"].as_str().unwrap());
        (path.file_name().unwrap().to_string_lossy().into_owned(), said)
    };
    lines.lines().map(parse).collect()
}

/// What the library says.
fn library(pictures: &[PathBuf], maps: &Path, more: &[&str]) -> Value {
    let example = Path::new(env!("CARGO_BIN_EXE_spotcheck")).with_file_name("examples").join("join");
    let done = Command::new(example).args(more).arg("--maps").arg(maps).args(pictures).output().unwrap();
    assert!(done.status.success(), "{}", text(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn a_batch_is_held_against_itself_as_the_library_does_it() {
    let dir = TempDir::new().unwrap();
    let pictures = pictures(dir.path(), COUNT);
    let [out, maps, report] = ["out", "maps", "report.html"].map(|name| dir.path().join(name));
    let files = ["--consensus", "--out", out.to_str().unwrap(), "--report", report.to_str().unwrap()];
    let found = said(&inspect(&pictures, &[&["--object", "gear"], &files[..]].concat()).output().unwrap());
    let expected = library(&pictures, &maps, &["--object", "gear", "--together"]);
    assert_eq!(found.len(), COUNT);
    let mut moved = 0;
    for (name, found) in &found {
        let expected = &expected["pictures"][name];
        assert!((number(&found["score"]) - number(&expected["joined"])).abs() < 1e-6, "{name}");
        assert!((number(&found["zero_shot_score"]) - number(&expected["zero_shot"])).abs() < 1e-6, "{name}");
        assert_eq!(found["partners"], json!({ "good": 0, "others": COUNT - 1 }));
        assert_eq!(found["verdict"] == "reject", number(&found["score"]) >= 0.5);
        moved += usize::from((number(&found["score"]) - number(&found["zero_shot_score"])).abs() > 0.01);
        let stem = name.strip_suffix(".png").unwrap();
        let map = |path: PathBuf| image::open(path).unwrap().into_luma16();
        assert_eq!(map(out.join(format!("{stem}.map.png"))), map(maps.join(format!("{name}.png"))), "{name}");
        let file: Value =
            serde_json::from_slice(&std::fs::read(out.join(format!("{stem}.json"))).unwrap()).unwrap();
        assert_eq!(file["zero_shot_score"], found["zero_shot_score"]);
    }
    assert!(moved > COUNT / 2, "{moved} scores are others than by the prompts alone");
    assert!(std::fs::read_to_string(report).unwrap().contains("By the prompts alone"));
}

#[test]
fn pictures_are_held_against_whole_ones_which_may_be_of_the_batch() {
    let dir = TempDir::new().unwrap();
    let pictures = pictures(dir.path(), 6);
    let [first, second] = [&pictures[0], &pictures[1]].map(|path| path.to_str().unwrap());
    let reference = ["--object", "gear", "--reference", first, "--reference", second];
    let found = said(&inspect(&pictures, &reference).output().unwrap());
    let expected = library(
        &pictures,
        &dir.path().join("maps"),
        &["--object", "gear", "--good", first, "--good", second],
    );
    for (at, path) in pictures.iter().enumerate() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let (found, expected) = (&found[name], &expected["pictures"][name]);
        if at < 2 {
            // Not held against itself, nor against the other.
            assert_eq!((&found["partners"], &expected["joined"]), (&Value::Null, &Value::Null));
            assert!((number(&found["score"]) - number(&expected["zero_shot"])).abs() < 1e-6);
        } else {
            assert_eq!(found["partners"], json!({ "good": 2, "others": 0 }));
            assert!((number(&found["score"]) - number(&expected["joined"])).abs() < 1e-6, "{name}");
        }
    }
    // Outside of the batch they are the same ones, but say nothing of what is ordinary in it.
    let found = said(&inspect(&pictures[2..], &reference).output().unwrap());
    assert_eq!(found.len(), 4);
    assert!(found.values().all(|found| found["partners"] == json!({ "good": 2, "others": 0 })));
}

#[test]
fn each_object_is_a_batch_of_its_own() {
    let dir = TempDir::new().unwrap();
    let pictures = pictures(dir.path(), COUNT);
    let mut manifest = String::from("path,object\n");
    // In turns.
    for path in &pictures {
        for object in ["gear", "cashew"] {
            manifest += &format!("{},{object}\n", path.display());
        }
    }
    let list = dir.path().join("list.csv");
    std::fs::write(&list, manifest).unwrap();
    let output = inspect(&[], &["--consensus", "--manifest", list.to_str().unwrap()]).output().unwrap();
    let lines: Vec<Value> = {
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    for (of_object, object) in lines.chunks(COUNT).zip(["gear", "cashew"]) {
        let alone = said(&inspect(&pictures, &["--object", object, "--consensus"]).output().unwrap());
        for line in of_object {
            let name = Path::new(line["path"].as_str().unwrap()).file_name().unwrap().to_str().unwrap();
            assert_eq!((&line["object"], &line["score"]), (&json!(object), &alone[name]["score"]));
            assert_eq!(line["partners"], json!({ "good": 0, "others": COUNT - 1 }));
        }
    }
    assert_eq!(lines.len(), 2 * COUNT);
}

#[test]
fn pictures_that_cannot_be_inspected_are_named_and_the_others_are_compared() {
    let dir = TempDir::new().unwrap();
    let mut pictures = pictures(dir.path(), COUNT);
    let region = dir.path().join("region.png");
    image::GrayImage::from_pixel(128, 128, image::Luma([255])).save(&region).unwrap();
    // One that is read, but not of the region's size, and one that is no picture.
    let [small, broken] = ["small.png", "broken.png"].map(|name| dir.path().join(name));
    image::RgbImage::new(64, 64).save(&small).unwrap();
    std::fs::write(&broken, "no picture").unwrap();
    pictures.extend([small, broken]);
    let arguments = ["--object", "gear", "--consensus", "--region", region.to_str().unwrap()];
    let output = inspect(&pictures, &arguments).output().unwrap();
    let told = text(&output.stderr);
    assert!(!output.status.success());
    for name in ["small.png: ", "broken.png: ", "2 of 22 pictures could not be inspected"] {
        assert!(told.contains(name), "{told}");
    }
    let lines: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), COUNT);
    assert!(lines.iter().all(|line| line["partners"] == json!({ "good": 0, "others": COUNT - 1 })));
}

#[test]
fn what_cannot_be_compared_is_refused_by_name() {
    let dir = TempDir::new().unwrap();
    let pictures = pictures(dir.path(), 6);
    let first = pictures[0].to_str().unwrap();
    let list = dir.path().join("list.csv");
    std::fs::write(&list, format!("path,object\n{first},gear\n{first},cashew\n")).unwrap();
    let manifest = ["--manifest", list.to_str().unwrap(), "--reference", first];
    let many: Vec<&str> = std::iter::repeat_n(["--reference", first], 11).flatten().collect();
    let gear = ["--object", "gear"];
    let none = dir.path().join("none.png");
    let gone = [&gear[..], &["--reference", none.to_str().unwrap()]].concat();
    let cases: [(&[PathBuf], &[&str], &str); 6] = [
        (
            &pictures,
            &["--object", "gear", "--consensus"],
            "--consensus takes 20 pictures of an object or more, and of “gear” there are 6: inspect more at once",
        ),
        (&pictures, &[&gear[..], &many].concat(), "--reference: 11 are too many, ten are the most"),
        (&[], &manifest, "the pictures are of several, cashew, gear"),
        (&pictures, &gone, &format!("the reference {}: cannot be read", none.display())),
        (&[], &["--frames", "--consensus"], "cannot be used with"),
        (&pictures, &[&gear[..], &["--reference", first, "--dump", "x"]].concat(), "cannot be used with"),
    ];
    for (pictures, more, reason) in cases {
        let refused = inspect(pictures, more).output().unwrap();
        assert!(!refused.status.success(), "{more:?}");
        assert!(text(&refused.stderr).contains(reason), "{more:?}: {}", text(&refused.stderr));
        assert!(refused.stdout.is_empty(), "{more:?}: {}", text(&refused.stdout));
    }
}
