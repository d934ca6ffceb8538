//! Lists of pictures, for `spotcheck inspect` and `evaluate`, with the embedded demo pack on the CPU engine.

mod common;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use common::{command, parts, spotcheck, text};
use serde_json::Value;
use tempfile::TempDir;

const INSPECT: [&str; 5] = ["inspect", "--engine", "rten", "--no-sam", "--json"];

/// What a call printed, line by line: path, object and score.
fn lines(done: &Output) -> Vec<(String, String, f64)> {
    let line = |line: &str| {
        let found: Value = serde_json::from_str(line).unwrap();
        let [path, object] = ["path", "object"].map(|key| found[key].as_str().unwrap().to_owned());
        (path, object, found["score"].as_f64().unwrap())
    };
    text(&done.stdout).lines().map(line).collect()
}

fn inspect(more: &[&str]) -> Output {
    spotcheck(&[&INSPECT[..], more].concat())
}

#[test]
fn listed_pictures_follow_those_of_the_command_line() {
    let dir = parts("folder");
    let data = dir.path().join("data");
    let [one, two] =
        ["cashew/bad/000.png", "cashew/good/000.png"].map(|path| data.join(path).display().to_string());
    let list = data.join("cashew/list.txt");
    fs::write(&list, format!("good/000.png\r\n\n{one}\nnowhere.png\n")).unwrap();
    let list = list.to_str().unwrap();

    let expected = lines(&inspect(&["--object", "cashew", &one, &two]));
    let done = inspect(&["--object", "cashew", &one, "--manifest", list]);
    let said = text(&done.stderr);
    assert!(!done.status.success() && said.contains("1 of 4 pictures could not be inspected"), "{said}");
    assert!(said.contains("cashew/nowhere.png: cannot be read"), "{said}");
    assert_eq!(lines(&done), [&expected[0], &expected[1], &expected[0]].map(Clone::clone));
    assert_ne!(expected[0].2, expected[1].2);

    fs::write(list, "\n").unwrap();
    let done = inspect(&["--object", "cashew", "--manifest", list]);
    assert!(
        text(&done.stderr).contains("list.txt cannot be used: it lists no picture"),
        "{}",
        text(&done.stderr)
    );
}

#[test]
fn the_standard_input_is_a_manifest_too() {
    let dir = parts("folder");
    let mut command = command(&[&INSPECT[..], &["--object", "toy brick", "--manifest", "-"]].concat());
    command.current_dir(dir.path().join("data/cashew"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"path,object\ngood/000.png,cashew\nbad/000.png,\n").unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success());
    let found = lines(&done);
    let names: Vec<_> = found.iter().map(|(path, object, _)| (path.as_str(), object.as_str())).collect();
    assert_eq!(names, [("good/000.png", "cashew"), ("bad/000.png", "toy brick")]);
}

#[test]
fn a_table_names_the_things() {
    let dir = parts("folder");
    let data = dir.path().join("data");
    let (list, report) = (data.join("list.csv"), dir.path().join("report.html"));
    fs::write(&list, "object,path\ncashew,cashew/bad/000.png\ntoy brick,toy_brick/bad/000.png\ncashew,cashew/good/000.png\n")
        .unwrap();
    let (list, report) = (list.to_str().unwrap(), report.to_str().unwrap());
    let done = inspect(&["--manifest", list, "--report", report]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let found = lines(&done);
    for (path, object, score) in &found {
        assert_eq!(lines(&inspect(&["--object", object, path])), [(path.clone(), object.clone(), *score)]);
    }
    let objects: Vec<&str> = found.iter().map(|(_, object, _)| object.as_str()).collect();
    assert_eq!(objects, ["cashew", "toy brick", "cashew"]);
    assert!(fs::read_to_string(report).unwrap().contains("cashew, toy brick"));

    fs::write(list, "path,object\n1.png,cashew\n2.png,\n").unwrap();
    let said = text(&inspect(&["--manifest", list]).stderr);
    assert!(
        said.contains("line 3 of ") && said.contains("give --object, or fill a column `object`"),
        "{said}"
    );
    fs::write(list, "file,object\n1.png,cashew\n").unwrap();
    let said = text(&inspect(&["--manifest", list]).stderr);
    assert!(said.contains("its first line lacks path"), "{said}");
    // Without a manifest, the name is needed as it was.
    assert!(text(&inspect(&["1.png"]).stderr).contains("--object <NAME>"));
    let said = text(&inspect(&["1.png", "--manifest", list]).stderr);
    assert!(said.contains("--object says what the thing in the pictures is"), "{said}");
}

/// The test pictures of a drawn VisA as a manifest that lies elsewhere.
fn manifest(dir: &TempDir) -> String {
    let table = fs::read_to_string(dir.path().join("data/split_csv/1cls.csv")).unwrap();
    let mut rows = vec!["class,label,path,mask".to_owned()];
    for row in table.lines().skip(1) {
        let [class, split, label, image, mask] = row.split(',').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        assert_eq!(split, "test");
        let mask = if mask.is_empty() { String::new() } else { format!("../data/{mask}") };
        rows.push(format!("{class},{label},../data/{image},{mask}"));
    }
    // The order of its lines does not matter.
    rows[1..].reverse();
    let folder = dir.path().join("lists");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("parts.csv");
    fs::write(&file, rows.join("\n")).unwrap();
    file.display().to_string()
}

fn evaluate(kind: &str, path: &str, out: &Path, more: &[&str]) -> Output {
    let out = out.to_str().unwrap();
    let arguments = [
        "evaluate",
        "--dataset",
        kind,
        path,
        "--engine",
        "rten",
        "--no-sam",
        "--classes",
        "cashew,toy_brick",
        "--out",
        out,
    ];
    spotcheck(&[&arguments[..], more].concat())
}

fn metrics(out: &Path) -> Value {
    let found: Value = serde_json::from_slice(&fs::read(out.join("metrics.json")).unwrap()).unwrap();
    found["classes"].clone()
}

#[test]
fn a_manifest_gives_the_metrics_of_the_data_set_that_it_lists() {
    let dir = parts("visa");
    let list = manifest(&dir);
    let out = |name: &str| dir.path().join("out").join(name);
    let done = evaluate("visa", dir.path().join("data").to_str().unwrap(), &out("visa"), &[]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let expected = metrics(&out("visa"));
    assert!(expected[0]["pixel"]["aupro"]["value"].is_f64() && expected[1]["sample"]["auroc"].is_f64());

    // In two shards, one of which is stopped and goes on.
    for (shard, name) in [("1/2", "one"), ("2/2", "two")] {
        let done = evaluate("manifest", &list, &out(name), &["--shard", shard]);
        assert!(done.status.success(), "{}", text(&done.stderr));
    }
    let log = out("two").join("results.csv");
    let kept: Vec<String> =
        fs::read_to_string(&log).unwrap().split_inclusive('\n').take(3).map(str::to_owned).collect();
    fs::write(&log, kept.concat()).unwrap();
    let done = evaluate("manifest", &list, &out("two"), &["--shard", "2/2", "--resume"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert!(text(&done.stderr).contains("2 of 2 · "), "{}", text(&done.stderr));
    let [one, two, merged] = ["one", "two", "merged"].map(out);
    let folders = [&one, &two, &merged].map(|path| path.to_str().unwrap());
    let done = spotcheck(&["evaluate", "--merge", folders[0], folders[1], "--out", folders[2]]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert_eq!(metrics(&merged), expected);
    let run: Value = serde_json::from_slice(&fs::read(merged.join("run.json")).unwrap()).unwrap();
    assert_eq!((&run["dataset"]["layout"], &run["dataset"]["name"]), (&"manifest".into(), &"parts".into()));

    // Another label is another choice of pictures.
    let other = fs::read_to_string(&list).unwrap().replacen("cashew,normal", "cashew,anomaly", 1);
    fs::write(&list, other).unwrap();
    let said = text(&evaluate("manifest", &list, &one, &["--shard", "1/2", "--resume"]).stderr);
    assert!(said.contains("another choice of pictures"), "{said}");
}

#[test]
fn a_manifest_that_cannot_be_used_says_where() {
    let dir = parts("folder");
    let list = dir.path().join("list.csv");
    let picture = "data/cashew/good/000.png";
    fs::write(&list, format!("path,label\n{picture},whle\ndata/none.png,ok\n./{picture},normal\n")).unwrap();
    let out = dir.path().join("out");
    let done = evaluate("manifest", list.to_str().unwrap(), &out, &[]);
    let said = text(&done.stderr);
    assert!(!done.status.success() && !out.exists());
    for line in [
        "list.csv cannot be used: line 2, column label: “whle” is neither normal nor anomaly",
        "line 3, column path: there is no file data/none.png",
        &format!("line 4, column path: ./{picture} is on line 2 already"),
    ] {
        assert!(said.lines().any(|found| found.ends_with(line)), "{line}\nis not in\n{said}");
    }
    let said = text(&evaluate("manifest", dir.path().to_str().unwrap(), &out, &[]).stderr);
    assert!(said.contains("cannot be used"), "{said}");
}
