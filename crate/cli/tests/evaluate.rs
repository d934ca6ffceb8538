//! `spotcheck evaluate` as a person runs it, on drawn parts with the embedded demo pack, on the CPU engine.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use common::{command, computed, kill_after, metrics, parts, results, spotcheck, text};
use tempfile::TempDir;

/// Of the kinds that are drawn; one of them has a name that VisA has, too.
const CLASSES: &str = "cashew,toy_brick";

/// Pictures as VisA lays them out, and their results in one go.
struct Visa {
    dir: TempDir,
    stdout: String,
}

impl Visa {
    fn shared() -> &'static Self {
        static VISA: OnceLock<Visa> = OnceLock::new();
        VISA.get_or_init(|| {
            let dir = parts("visa");
            // One picture is for training.
            let table = dir.path().join("data/split_csv/1cls.csv");
            let rows = std::fs::read_to_string(&table).unwrap();
            let train = rows.replacen("cashew,test,normal", "cashew,train,normal", 1);
            assert_ne!(rows, train);
            std::fs::write(table, train).unwrap();
            let mut visa = Self { dir, stdout: String::new() };
            let done = visa.evaluate("whole", &[]).output().unwrap();
            assert!(done.status.success(), "{}", text(&done.stderr));
            visa.stdout = text(&done.stdout);
            let said = text(&done.stderr);
            assert!(said.contains("7 of 7 · ") && said.contains(" s left"), "{said}");
            visa
        })
    }

    fn out(&self, name: &str) -> PathBuf {
        self.dir.path().join("out").join(name)
    }

    fn evaluate(&self, out: &str, more: &[&str]) -> Command {
        let (dir, out) = (self.dir.path().join("data"), self.out(out));
        let arguments = [
            "evaluate",
            "--dataset",
            "visa",
            dir.to_str().unwrap(),
            "--engine",
            "rten",
            "--no-sam",
            "--classes",
            CLASSES,
            "--out",
            out.to_str().unwrap(),
        ];
        command(&[&arguments[..], more].concat())
    }
}

#[test]
fn the_papers_tables_stand_beside_ours() {
    let visa = Visa::shared();
    let shown = &visa.stdout;
    for part in [
        "Sample F1-max in percent, beside table 1",
        "Pixel F1-max in percent, beside table 2",
        "WinCLIP (published)  APRIL-GAN (published)  VVV (published)",
        "88.4                   84.8             82.3",
        "Nothing of them was measured here.",
        "AUPRO",
    ] {
        assert!(shown.contains(part), "{part}\nis not in\n{shown}");
    }
    assert!(!shown.contains("NaN"), "{shown}");
    let out = visa.out("whole");
    let found = metrics(&out);
    let classes = found["classes"].as_array().unwrap();
    let counts: Vec<[u64; 3]> = classes
        .iter()
        .map(|class| ["whole", "defective", "missing"].map(|key| class[key].as_u64().unwrap()))
        .collect();
    assert_eq!(counts, [[1, 2, 0], [2, 2, 0]]);
    assert_eq!((&classes[0]["name"], &classes[1]["object"]), (&"cashew".into(), &"toy_brick".into()));
    for class in classes {
        assert!((0.0..=1.0).contains(&class["sample"]["auroc"].as_f64().unwrap()));
        assert!(
            class["pixel"]["regions"].as_u64().unwrap() >= 2
                && class["pixel"]["pictures"].as_u64().unwrap() >= 3
        );
        assert!(class["pixel"]["aupro"]["value"].as_f64().unwrap() > 0.0);
        assert!(class["pixel"]["f1_max"]["error"].as_f64().unwrap() < 0.005);
    }
    assert_eq!(results(&out).len(), 8);
    assert!(out.join("results.parquet").metadata().unwrap().len() > 500);
    assert!(computed(&out).contains_key("cashew.svg"));
}

#[test]
fn a_run_that_was_killed_twice_ends_as_one_that_was_not() {
    let visa = Visa::shared();
    let out = visa.out("killed");
    kill_after(visa.evaluate("killed", &[]), &out, 2);
    // And as if it had been killed while it wrote.
    let log = out.join("results.csv");
    let mut bytes = std::fs::read(&log).unwrap();
    bytes.truncate(bytes.len() - 9);
    std::fs::write(&log, bytes).unwrap();
    kill_after(visa.evaluate("killed", &["--resume"]), &out, 5);
    assert!(results(&out).len() < 8, "it was not killed");
    let refused = visa.evaluate("killed", &[]).output().unwrap();
    assert!(
        text(&refused.stderr).contains("holds results already: resume them"),
        "{}",
        text(&refused.stderr)
    );
    let done = visa.evaluate("killed", &["--resume"]).output().unwrap();
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert_eq!(text(&done.stdout), visa.stdout);
    assert_eq!(results(&out), results(&visa.out("whole")));
    assert!(computed(&out) == computed(&visa.out("whole")));
}

#[test]
fn two_shards_are_the_whole() {
    let visa = Visa::shared();
    for shard in ["1/2", "2/2"] {
        let done = visa.evaluate(&format!("shard-{}", &shard[..1]), &["--shard", shard]).output().unwrap();
        assert!(done.status.success(), "{}", text(&done.stderr));
        assert!(text(&done.stdout).contains("have no result"), "{}", text(&done.stdout));
    }
    let [one, two, merged] = ["shard-1", "shard-2", "merged"].map(|name| visa.out(name));
    let [one, two, to] = [&one, &two, &merged].map(|path| path.to_str().unwrap());
    let done = spotcheck(&["evaluate", "--merge", one, two, "--out", to]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert_eq!(text(&done.stdout), visa.stdout);
    assert_eq!(results(&merged), results(&visa.out("whole")));
    assert!(computed(&merged) == computed(&visa.out("whole")));
}

#[test]
fn a_resume_with_something_else_is_refused() {
    let visa = Visa::shared();
    let out = visa.out("whole");
    let before = std::fs::read(out.join("results.csv")).unwrap();
    let settings = visa.dir.path().join("settings.json");
    std::fs::write(&settings, r#"{"top_share": 0.5}"#).unwrap();
    for (more, expected) in [
        (&["--settings", settings.to_str().unwrap()][..], "another setting, top_share: 0.25 then, 0.5 now"),
        (&["--limit", "1"], "another choice of pictures"),
        (&["--name", "cashew=nut"], "another choice of pictures"),
        (&["--shard", "1/2"], "another shard: all pictures then, 1/2 now"),
    ] {
        let done = visa.evaluate("whole", &[&["--resume"], more].concat()).output().unwrap();
        let said = text(&done.stderr);
        assert!(!done.status.success() && said.contains(expected), "{more:?}: {said}");
    }
    assert!(std::fs::read(out.join("results.csv")).unwrap() == before);
    let done = visa.evaluate("other", &["--classes", "spoon"]).output().unwrap();
    assert!(
        text(&done.stderr).contains("there is no class \"spoon\": the data set has"),
        "{}",
        text(&done.stderr)
    );
}

#[test]
fn mvtec_and_plain_folders_are_read_and_broken_pictures_are_tried_again() {
    for (layout, other, broken) in
        [("mvtec", "visa", "test/good/000.png"), ("folder", "mvtec", "good/000.png")]
    {
        let dir = parts(layout);
        let [data, out, maps] =
            ["data", "out", "maps"].map(|name| dir.path().join(name).to_str().unwrap().to_owned());
        let evaluate = |kind: &str, more: &[&str]| {
            let arguments = [
                "evaluate",
                "--dataset",
                kind,
                &data,
                "--engine",
                "rten",
                "--no-sam",
                "--classes",
                "cashew",
                "--limit",
                "3",
                "--out",
                &out,
            ];
            spotcheck(&[&arguments[..], more].concat())
        };
        let refused = text(&evaluate(other, &[]).stderr);
        assert!(refused.contains(&format!("is laid out for --dataset {layout}")), "{refused}");

        let picture = Path::new(&data).join("cashew").join(broken);
        let whole = std::fs::read(&picture).unwrap();
        // Of the same size, so that it is the same data set.
        std::fs::write(&picture, vec![0; whole.len()]).unwrap();
        let done = evaluate(layout, &[]);
        let said = text(&done.stderr);
        assert!(!done.status.success() && said.contains("1 of 3 pictures could not be scored"), "{said}");
        assert!(said.contains("this is not a picture"), "{said}");
        let shown = text(&done.stdout);
        assert!(
            shown.contains("cashew: 1 picture has no result") && shown.contains("no picture is whole"),
            "{shown}"
        );
        assert!(metrics(out.as_ref())["classes"][0]["sample"]["f1_max"].is_null());

        std::fs::write(&picture, whole).unwrap();
        let done = evaluate(layout, &["--resume", "--maps", &maps]);
        assert!(done.status.success(), "{}", text(&done.stderr));
        let found = metrics(out.as_ref());
        assert_eq!(found["run"]["dataset"]["layout"], layout);
        assert!(found["published"].is_null() && !text(&done.stdout).contains("published"));
        let class = &found["classes"][0];
        assert_eq!((class["whole"].as_u64(), class["defective"].as_u64()), (Some(1), Some(2)));
        assert!(class["pixel"]["f1_max"]["value"].as_f64().unwrap() > 0.0);
        // The one picture of this call has its map written.
        let map = std::fs::read_dir(&maps).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
        assert_eq!(map.len(), 1);
        let map = npyz::NpyFile::new(&std::fs::read(&map[0]).unwrap()[..]).unwrap().shape().to_vec();
        assert_eq!(map, [128, 128]);
    }
}
