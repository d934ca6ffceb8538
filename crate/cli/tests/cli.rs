//! The binary as a person runs it, with the embedded demo pack on the CPU engine.

mod common;

use std::path::{Path, PathBuf};
use std::process::Output;

use common::{command_with_cache, spotcheck, text};
use serde_json::Value;
use spotcheck_metrics::Ranking;
use tempfile::TempDir;

fn spotcheck_with_cache(cache: &Path, arguments: &[&str]) -> Output {
    command_with_cache(cache, arguments).output().unwrap()
}

/// Draws pictures; gives every one with whether it is defective.
fn parts(dir: &Path, split: &str, seed: &str, count: &str) -> Vec<(PathBuf, bool)> {
    let out = dir.join("parts");
    let drawn = spotcheck(&[
        "parts",
        "--split",
        split,
        "--seed",
        seed,
        "--count",
        count,
        "--size",
        "512",
        "--out",
        out.to_str().unwrap(),
    ]);
    assert!(drawn.status.success(), "{}", text(&drawn.stderr));
    let mut pictures = Vec::new();
    for kind in std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()) {
        if !kind.join("test").is_dir() {
            continue;
        }
        for label in std::fs::read_dir(kind.join("test")).unwrap().map(|entry| entry.unwrap().path()) {
            let defective = label.file_name().unwrap() != "good";
            for picture in std::fs::read_dir(&label).unwrap().map(|entry| entry.unwrap().path()) {
                pictures.push((picture, defective));
            }
        }
    }
    pictures.sort();
    pictures
}

fn kind(picture: &Path) -> String {
    picture.ancestors().nth(3).unwrap().file_name().unwrap().to_string_lossy().replace('_', " ")
}

#[test]
fn inspect_prints_json_and_writes_results() {
    let dir = TempDir::new().unwrap();
    let (picture, _) = &parts(dir.path(), "seen", "3", "2")[0];
    let [out, dump] = ["out", "dump"].map(|name| dir.path().join(name).display().to_string());
    let picture = picture.to_str().unwrap();
    let done = spotcheck(&[
        "inspect", "--object", "part", "--engine", "rten", "--json", "--out", &out, "--dump", &dump, picture,
    ]);
    assert!(done.status.success(), "{}", text(&done.stderr));

    let line: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(line["path"], picture);
    assert_eq!(line["engine"], "rten");
    assert!((0.0..=1.0).contains(&line["score"].as_f64().unwrap()));
    assert!(line["foreground"].is_string());
    assert!(!line["components"].as_array().unwrap().is_empty());
    assert!(!line["tiles"].as_array().unwrap().is_empty());
    assert!(line["seconds"]["total"].as_f64().unwrap() > 0.0);
    assert!(line["pack"].is_string());

    let stem = Path::new(picture).file_stem().unwrap().to_str().unwrap();
    let map = image::open(format!("{out}/{stem}.map.png")).unwrap();
    assert_eq!((map.width(), map.height(), map.color()), (512, 512, image::ColorType::L16));
    assert!(image::open(format!("{out}/{stem}.heatmap.png")).is_ok());
    assert!(image::open(format!("{out}/{stem}.foreground.png")).is_ok());
    let written: Value =
        serde_json::from_slice(&std::fs::read(format!("{out}/{stem}.json")).unwrap()).unwrap();
    assert_eq!(written["score"], line["score"]);

    let npy = std::fs::read(format!("{dump}/{stem}/saliency.npy")).unwrap();
    let saliency = npyz::NpyFile::new(&npy[..]).unwrap();
    assert_eq!(saliency.shape(), &[512, 512]);
    assert!(saliency.into_vec::<f32>().unwrap().iter().all(|value| (0.0..=1.0).contains(value)));
}

#[test]
fn a_report_is_written_in_the_language_that_is_asked_for() {
    let dir = TempDir::new().unwrap();
    let (picture, _) = &parts(dir.path(), "seen", "9", "2")[0];
    let [report, broken] = ["report.html", "broken.png"].map(|name| dir.path().join(name));
    std::fs::write(&broken, "").unwrap();
    let [picture, file, broken] = [picture, &report, &broken].map(|path| path.to_str().unwrap());
    let inspect = ["inspect", "--object", "part", "--engine", "rten", "--no-sam", "--report", file];
    let done = spotcheck(&[&inspect[..], &["--language", "de", picture, broken]].concat());
    // One of the two is no picture.
    assert!(!done.status.success());
    let html = std::fs::read_to_string(&report).unwrap();
    for expected in ["<html lang=\"de\">", "Prüfbericht", "Schwelle", "2 Bilder", "data:image/jpeg;base64,"]
    {
        assert!(html.contains(expected), "{expected:?} is missing");
    }
    assert!(html.contains("the file is empty."), "the other is told of, too");
    let done = spotcheck(&[&inspect[..], &["--language", "tlh", picture]].concat());
    assert!(text(&done.stderr).contains("[possible values: en, de]"), "{}", text(&done.stderr));
}

#[test]
fn texts_are_kept_for_the_next_call_and_change_no_result() {
    let dir = TempDir::new().unwrap();
    let (picture, _) = &parts(dir.path(), "seen", "6", "2")[0];
    let cache = dir.path().join("cache");
    let inspect = |more: &[&str]| {
        let picture = picture.to_str().unwrap();
        let all = [&["inspect", "--object", "part", "--engine", "rten", "--json", "--no-sam", picture], more];
        let done = spotcheck_with_cache(&cache, &all.concat());
        assert!(done.status.success(), "{}", text(&done.stderr));
        let mut line: Value = serde_json::from_slice(&done.stdout).unwrap();
        line.as_object_mut().unwrap().remove("seconds");
        line
    };
    let files = || -> Vec<PathBuf> {
        let folder = std::fs::read_dir(cache.join("spotcheck/texts"));
        folder.into_iter().flatten().map(|entry| entry.unwrap().path()).collect()
    };
    let without = inspect(&["--no-cache"]);
    assert!(files().is_empty());
    assert_eq!(inspect(&[]), without);
    assert_eq!(files().len(), 2);
    assert_eq!(inspect(&[]), without);
    // A broken file is no error, and is whole again afterwards.
    for file in files() {
        std::fs::write(file, "broken").unwrap();
    }
    assert_eq!(inspect(&[]), without);
    assert!(files().iter().all(|file| file.metadata().unwrap().len() > 100));
    assert_eq!(inspect(&[]), without);
}

#[test]
fn bench_tells_seconds_and_operations() {
    let dir = TempDir::new().unwrap();
    let (picture, _) = &parts(dir.path(), "seen", "7", "2")[0];
    let done = spotcheck(&["bench", "--engine", "rten", "--flops", "--no-sam", picture.to_str().unwrap()]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let shown = text(&done.stdout);
    for part in ["run 2", "IS-Net", "CLIPSeg, tiles", "GFLOP", "of the naive way"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    // The texts are encoded in the first run alone: 924 and the 18 different localising prompts.
    assert_eq!(shown.matches("CLIP, texts").count(), 3);
    assert!(shown.contains(" 942 "), "{shown}");
}

#[test]
fn a_broken_file_is_named_and_the_rest_go_on() {
    let dir = TempDir::new().unwrap();
    let (good, _) = &parts(dir.path(), "seen", "4", "2")[0];
    let broken = dir.path().join("broken.png");
    std::fs::write(&broken, b"not a picture").unwrap();
    let done = spotcheck(&[
        "inspect",
        "--object",
        "part",
        "--engine",
        "rten",
        broken.to_str().unwrap(),
        good.to_str().unwrap(),
    ]);
    assert!(!done.status.success());
    let (lines, errors) = (text(&done.stdout), text(&done.stderr));
    assert!(lines.starts_with(good.to_str().unwrap()), "{lines}");
    assert!(errors.contains("broken.png"), "{errors}");
    assert!(errors.contains("1 of 2 pictures"), "{errors}");
}

#[test]
fn a_given_foreground_is_used_and_must_fit() {
    let dir = TempDir::new().unwrap();
    let (picture, _) = &parts(dir.path(), "seen", "5", "2")[0];
    let mask = dir.path().join("mask.png");
    image::GrayImage::from_fn(512, 512, |x, y| {
        image::Luma([if (100..300).contains(&x) && (150..400).contains(&y) { 255 } else { 0 }])
    })
    .save(&mask)
    .unwrap();
    let arguments = ["inspect", "--object", "part", "--engine", "rten", "--json", "--foreground"];
    let with = |mask: &Path| {
        let mut all = arguments.to_vec();
        all.extend([mask.to_str().unwrap(), picture.to_str().unwrap()]);
        spotcheck(&all)
    };
    let done = with(&mask);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let line: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(line["foreground"], "given");
    assert_eq!(line["components"][0]["area"], 200 * 250);

    let region = dir.path().join("region.png");
    image::GrayImage::from_fn(512, 512, |x, _| image::Luma([if x < 200 { 255 } else { 0 }]))
        .save(&region)
        .unwrap();
    let mut all = arguments.to_vec();
    all.extend([mask.to_str().unwrap(), "--region", region.to_str().unwrap(), picture.to_str().unwrap()]);
    let done = spotcheck(&all);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let line: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(line["components"][0]["area"], 100 * 250);

    image::GrayImage::new(10, 10).save(&mask).unwrap();
    let done = with(&mask);
    assert!(!done.status.success());
    assert!(text(&done.stderr).contains("10"), "{}", text(&done.stderr));
}

#[test]
fn settings_are_described_and_unknown_keys_refused() {
    let described = text(&spotcheck(&["settings"]).stdout);
    let json: Value = serde_json::from_slice(&spotcheck(&["settings", "--json"]).stdout).unwrap();
    for key in json.as_object().unwrap().keys() {
        assert!(described.contains(&format!("{key} = ")), "{key} is not described");
    }
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("settings.json");
    std::fs::write(&file, r#"{"verdict_treshold": 0.7}"#).unwrap();
    let done =
        spotcheck(&["inspect", "--object", "x", "--settings", file.to_str().unwrap(), "no-such-picture.png"]);
    assert!(!done.status.success());
    assert!(text(&done.stderr).contains("verdict_treshold"), "{}", text(&done.stderr));
}

#[test]
fn nobody_reading_is_no_panic() {
    let dir = TempDir::new().unwrap();
    let (picture, _) = &parts(dir.path(), "seen", "8", "2")[0];
    let picture = picture.to_str().unwrap();
    let calls: [&[&str]; 4] = [
        &["settings"],
        &["settings", "--json"],
        &["pack", "info"],
        &["inspect", "--object", "part", "--engine", "rten", "--no-sam", picture],
    ];
    for arguments in calls {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = command_with_cache(dir.path(), arguments);
        command.stdout(writer);
        let done = command.stderr(std::process::Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
        let said = text(&done.stderr);
        assert_eq!(done.status.code(), Some(141), "{arguments:?}: {said}");
        assert!(!said.contains("panicked") && !said.contains("spotcheck:"), "{arguments:?}: {said}");
    }
}

/// The demo pack ranks defective parts of kinds that it has never seen above whole ones: better than chance (0.5) by a
/// clear margin.
#[test]
fn the_demo_pack_ranks_unseen_kinds() {
    let dir = TempDir::new().unwrap();
    let pictures = parts(dir.path(), "unseen", "2026", "40");
    assert_eq!(pictures.iter().filter(|(_, defective)| *defective).count(), 20);
    let mut kinds: Vec<String> = pictures.iter().map(|(path, _)| kind(path)).collect();
    kinds.dedup();
    let (mut scores, mut labels) = (Vec::new(), Vec::new());
    for object in kinds {
        let of_kind: Vec<&(PathBuf, bool)> =
            pictures.iter().filter(|(path, _)| kind(path) == object).collect();
        let mut arguments = vec!["inspect", "--object", &object, "--engine", "rten", "--json"];
        arguments.extend(of_kind.iter().map(|(path, _)| path.to_str().unwrap()));
        let done = spotcheck(&arguments);
        assert!(done.status.success(), "{}", text(&done.stderr));
        for (line, (_, defective)) in text(&done.stdout).lines().zip(of_kind) {
            let line: Value = serde_json::from_str(line).unwrap();
            scores.push(line["score"].as_f64().unwrap() as f32);
            labels.push(*defective);
        }
    }
    assert_eq!(scores.len(), 40);
    let auroc = Ranking::new(&scores, &labels).unwrap().auroc().unwrap();
    assert!(auroc >= 0.70, "AUROC {auroc}");
}
