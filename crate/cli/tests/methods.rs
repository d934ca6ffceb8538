//! `spotcheck evaluate` with each of its methods, on tiny data sets, with the embedded demo pack on the CPU engine.

mod common;

use std::path::Path;
use std::process::Command;

use common::{command, computed, kill_after, metrics, results, spotcheck, text};
use image::GrayImage;
use tempfile::TempDir;

/// What is put behind `evaluate`, and what the method is then called.
const METHODS: [(&[&str], &str); 6] = [
    (&[], "vvv"),
    (&["--consensus"], "vvv+consensus"),
    (&["--references", "2"], "vvv+references"),
    (&["--consensus", "--references", "1"], "vvv+consensus+references"),
    (&["--method", "winclip"], "winclip"),
    (&["--method", "aprilgan"], "aprilgan"),
];

/// Four pictures of each of six kinds that are tested, and two whole ones for training, in the folder `data`.
fn parts(layout: &str) -> TempDir {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    let drawn = spotcheck(&[
        "parts",
        "--layout",
        layout,
        "--split",
        "unseen",
        "--series",
        "--seed",
        "12",
        "--count",
        "24",
        "--train",
        "2",
        "--size",
        "128",
        "--out",
        data.to_str().unwrap(),
    ]);
    assert!(drawn.status.success(), "{}", text(&drawn.stderr));
    dir
}

fn evaluate(dir: &Path, layout: &str, out: &str, more: &[&str]) -> Command {
    let [data, out] = [dir.join("data"), dir.join(out)];
    let arguments = [
        "evaluate",
        "--dataset",
        layout,
        data.to_str().unwrap(),
        "--engine",
        "rten",
        "--no-sam",
        "--classes",
        "cashew,toy_brick",
        "--out",
        out.to_str().unwrap(),
    ];
    command(&[&arguments[..], more].concat())
}

/// F1 at the best of all thresholds, by trying each of them.
fn f1_max(scored: &[(f32, bool)]) -> f64 {
    let mut ranked = scored.to_vec();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let positives = ranked.iter().filter(|(_, is_positive)| *is_positive).count();
    let (mut best, mut hits) = (0.0f64, 0);
    for (place, (score, is_positive)) in ranked.iter().enumerate() {
        hits += usize::from(*is_positive);
        // Equal scores are told apart by no threshold.
        if ranked.get(place + 1).is_none_or(|next| next.0 != *score) {
            best = best.max(2.0 * hits as f64 / (place + 1 + positives) as f64);
        }
    }
    best
}

/// The share of pairs of a positive and a negative that are in order.
fn auroc(scored: &[(f32, bool)]) -> f64 {
    let of = |wanted: bool| scored.iter().filter(move |one| one.1 == wanted).map(|one| one.0);
    let pairs = of(true).flat_map(|positive| of(false).map(move |negative| (positive, negative)));
    let worth = pairs.map(|(p, n)| {
        if p > n {
            1.0
        } else if p == n {
            0.5
        } else {
            0.0
        }
    });
    let (count, sum) = worth.fold((0.0, 0.0), |(count, sum), worth| (count + 1.0, sum + worth));
    sum / count
}

/// A line of results.csv: index, path, whether it is defective, score.
fn scored(out: &Path, class: &str) -> Vec<(usize, String, bool, f32)> {
    let log = std::fs::read_to_string(out.join("results.csv")).unwrap();
    let mut lines = log.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    let at = |name: &str| head.iter().position(|column| *column == name).unwrap();
    let [index, path, of, label, score] = ["index", "path", "class", "label", "score"].map(at);
    let of_class = lines.filter(|line| line[of] == class);
    let read = |line: Vec<&str>| {
        let defective = line[label] == "defective";
        (line[index].parse().unwrap(), line[path].to_owned(), defective, line[score].parse().unwrap())
    };
    of_class.map(read).collect()
}

fn mask_of(data: &Path, layout: &str, path: &str) -> Option<GrayImage> {
    let mask = match layout {
        "visa" => path.replace("Images", "Masks").replace(".JPG", ".png"),
        _ => path.replace("/test/", "/ground_truth/").replace(".png", "_mask.png"),
    };
    image::open(data.join(mask)).ok().map(|mask| mask.to_luma8())
}

/// The figures are those of the scores and maps that were written, computed anew from the definitions.
#[test]
fn figures_of_all_methods_are_those_of_their_scores_and_maps() {
    for layout in ["visa", "mvtec"] {
        let dir = parts(layout);
        for (method, (more, name)) in METHODS.into_iter().enumerate() {
            let out = format!("out-{method}");
            let maps = dir.path().join(format!("maps-{method}"));
            let more = [more, &["--maps", maps.to_str().unwrap()]].concat();
            let done = evaluate(dir.path(), layout, &out, &more).output().unwrap();
            assert!(done.status.success(), "{name}: {}", text(&done.stderr));
            let out = dir.path().join(out);
            let found = metrics(&out);
            assert_eq!(found["run"]["method"], name);
            assert!(text(&done.stdout).contains(name), "{}", text(&done.stdout));
            for class in found["classes"].as_array().unwrap() {
                let results = scored(&out, class["name"].as_str().unwrap());
                assert_eq!(results.len(), 4, "{name}");
                let samples: Vec<(f32, bool)> = results.iter().map(|one| (one.3, one.2)).collect();
                assert!(samples.iter().all(|(score, _)| (0.0..=1.0).contains(score)), "{name}: {samples:?}");
                let mut pixels = Vec::new();
                for (index, path, defective, _) in &results {
                    let map = std::fs::read(maps.join(format!("{index:06}.npy"))).unwrap();
                    let map: Vec<f32> = npyz::NpyFile::new(&map[..]).unwrap().into_vec().unwrap();
                    let mask = mask_of(&dir.path().join("data"), layout, path);
                    assert_eq!(mask.is_some(), *defective, "{path}");
                    let marked = |at: usize| mask.as_ref().is_some_and(|mask| mask.as_raw()[at] > 0);
                    pixels.extend(map.into_iter().enumerate().map(|(at, score)| (score, marked(at))));
                }
                let sample = |metric: &str| class["sample"][metric].as_f64().unwrap();
                assert!((sample("auroc") - auroc(&samples)).abs() < 1e-12, "{name}");
                assert!((sample("f1_max") - f1_max(&samples)).abs() < 1e-12, "{name}");
                let pixel = &class["pixel"]["f1_max"];
                let off = (pixel["value"].as_f64().unwrap() - f1_max(&pixels)).abs();
                assert!(off <= pixel["error"].as_f64().unwrap() + 1e-12, "{name}: off by {off}");
            }
        }
    }
}

#[test]
fn comparisons_do_not_depend_on_stops_and_shards() {
    let dir = parts("visa");
    let ways = ["--consensus", "--references", "1"];
    let run = |out: &str, more: &[&str]| evaluate(dir.path(), "visa", out, &[&ways[..], more].concat());
    let [whole, killed, merged] = ["whole", "killed", "merged"].map(|name| dir.path().join(name));
    let done = run("whole", &[]).output().unwrap();
    assert!(done.status.success(), "{}", text(&done.stderr));
    let shown = text(&done.stdout);

    kill_after(run("killed", &[]), &killed, 2);
    kill_after(run("killed", &["--resume"]), &killed, 5);
    assert!(results(&killed).len() < 9, "it was not killed");
    let done = run("killed", &["--resume"]).output().unwrap();
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert_eq!(text(&done.stdout), shown);
    assert_eq!(results(&killed), results(&whole));
    assert!(computed(&killed) == computed(&whole));

    let shards = ["1/2", "2/2"].map(|shard| {
        let out = format!("shard-{}", &shard[..1]);
        let done = run(&out, &["--shard", shard]).output().unwrap();
        assert!(done.status.success(), "{}", text(&done.stderr));
        dir.path().join(out)
    });
    let [one, two, to] = [&shards[0], &shards[1], &merged].map(|path| path.to_str().unwrap());
    let done = spotcheck(&["evaluate", "--merge", one, two, "--out", to]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert_eq!(results(&merged), results(&whole));
    assert!(computed(&merged) == computed(&whole));
}

#[test]
fn what_cannot_be_compared_is_refused_by_name() {
    let dir = parts("folder");
    let said = |out: &str, more: &[&str]| {
        let done = evaluate(dir.path(), "folder", out, more).output().unwrap();
        assert!(!done.status.success());
        text(&done.stderr)
    };
    // Two whole ones for testing, two more.
    let few = said("few", &["--references", "5"]);
    assert!(
        few.contains("5 reference pictures of cashew are wanted, and there are 4 whole ones for it"),
        "{few}"
    );
    let alone = said("alone", &["--consensus", "--limit", "1"]);
    assert!(alone.contains("cashew: a batch of 1: pictures are compared with the others"), "{alone}");
    assert!(alone.contains("2 of 2 pictures could not be scored"), "{alone}");
    let none = said("none", &["--references", "0"]);
    assert!(none.contains("0 is not in 1..=10"), "{none}");

    // A picture that nobody can read is no part of the batch, and a reference that nobody can read stops its class alone.
    let good = |number: u32| dir.path().join(format!("data/cashew/good/{number:03}.png"));
    std::fs::write(good(3), b"no picture").unwrap();
    let broken = said("broken", &["--consensus"]);
    assert!(broken.contains("1 of 12 pictures could not be scored"), "{broken}");
    std::fs::write(good(0), b"no picture").unwrap();
    let broken = said("reference", &["--references", "1"]);
    assert!(broken.contains("cashew: the reference cashew/good/000.png"), "{broken}");
    assert!(broken.contains("5 of 10 pictures could not be scored"), "{broken}");
    assert_eq!(results(&dir.path().join("reference")).len(), 6);
}
