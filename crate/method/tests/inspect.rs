//! The whole way through networks that are formulas, against `tests/parity/method/make_fixtures.py`; caching,
//! cancellation, progress, dumps and errors.

mod common;

use std::collections::BTreeMap;

use common::{ComponentCase, Fake, Numbers, fixture, mask, near, rect, settings};
use image::RgbImage;
use serde::Deserialize;
use spotcheck_imaging::{Map, Mask, Rect};
use spotcheck_method::{
    CancellationToken, Dump, Error, ForegroundSource, Inspection, Inspector, Options, Progress, Settings,
    Stage,
};

#[derive(Deserialize)]
struct Case {
    width: u32,
    height: u32,
    object: String,
    settings: serde_json::Value,
    side: u32,
    given: bool,
    picture: Vec<u8>,
    foreground: Vec<usize>,
    source: ForegroundSource,
    components: Vec<ComponentCase>,
    tiles: Vec<TileCase>,
    score: f64,
    map: Vec<f64>,
}

#[derive(Deserialize)]
struct TileCase {
    component: usize,
    rect: Numbers,
    normal: f64,
    anomalous: f64,
    score: f64,
}

fn inspect(
    inspector: &mut Inspector<Fake>,
    picture: &RgbImage,
    object: &str,
    options: &Options,
) -> Result<Inspection, Error> {
    let none = CancellationToken::default();
    pollster::block_on(inspector.inspect(picture, object, options, &mut |_| {}, &none, None))
}

#[test]
fn whole_inspections_equal_the_script() {
    for case in fixture::<Vec<Case>>("whole.json") {
        let picture = RgbImage::from_raw(case.width, case.height, case.picture).unwrap();
        let foreground = mask(case.width, case.height, &case.foreground);
        let saliency = foreground.data().iter().map(|&v| if v { 0.8 } else { 0.2 }).collect();
        let saliency = Map::from_vec(case.width, case.height, saliency).unwrap();
        let fake = Fake { side: case.side, saliency: Some(saliency), ..Fake::default() };
        let mut inspector = Inspector::new(fake, settings(&case.settings)).unwrap();
        let options = Options {
            foreground: case.given.then(|| foreground.clone()),
            no_sam: true,
            ..Options::default()
        };
        let found = inspect(&mut inspector, &picture, &case.object, &options).unwrap();

        assert_eq!(found.foreground_source, case.source);
        if case.source != ForegroundSource::WholeImage {
            assert_eq!(found.foreground, foreground);
        }
        assert_eq!(found.dichotomous.is_none(), case.given);
        assert_eq!(found.components.len(), case.components.len());
        for (found, expected) in found.components.iter().zip(&case.components) {
            assert_eq!((found.rect, found.area), (rect(expected.rect), expected.area));
            near(f64::from(found.score), expected.score, 2e-5);
        }
        assert_eq!(found.tiles.len(), case.tiles.len());
        for (found, expected) in found.tiles.iter().zip(&case.tiles) {
            assert_eq!((found.rect, found.component), (rect(expected.rect), expected.component));
            near(f64::from(found.normal), expected.normal, 1e-6);
            near(f64::from(found.anomalous), expected.anomalous, 1e-6);
            near(f64::from(found.score), expected.score, 2e-5);
        }
        near(f64::from(found.score), case.score, 2e-5);
        assert_eq!((found.map.width(), found.map.height()), (case.width, case.height));
        for (&found, &expected) in found.map.data().iter().zip(&case.map) {
            near(f64::from(found), expected, 2e-5);
        }
        assert_eq!(found.rejected, found.score >= 0.5);
    }
}

/// Few prompts, two components.
fn small() -> (RgbImage, Inspector<Fake>) {
    let picture = RgbImage::from_fn(40, 20, |x, y| image::Rgb([x as u8 * 6, y as u8 * 12, 90]));
    let saliency = (0..800).map(|i| f32::from(u8::from((i % 40 < 8 || i % 40 > 30) && i / 40 > 4))).collect();
    let fake = Fake { side: 16, saliency: Map::from_vec(40, 20, saliency), ..Fake::default() };
    let settings = settings(&serde_json::json!({
        "normal_states": ["[o]", "good [o]", "[o]"],
        "anomalous_states": ["bad [o]"],
        "templates": ["the [o].", "a [o]."],
        "localising_prompts": ["a tear", "an error", "an error"],
    }));
    (picture, Inspector::new(fake, settings).unwrap())
}

const NO_SAM: Options = Options { foreground: None, no_sam: true, region: None, tile_features: false };

#[test]
fn no_network_is_asked_twice_for_the_same() {
    let (picture, mut inspector) = small();
    let first = inspect(&mut inspector, &picture, "cap", &NO_SAM).unwrap();
    assert_eq!(
        *inspector.networks().asked.borrow(),
        [
            // Duplicates once, and the localising prompts without the name.
            "texts: a cap. | a tear | the cap. | an error | a bad cap. | a good cap. | the bad cap. | the good cap.",
            "IS-Net: saliency",
            "CLIP: image of 16 × 16",
            "CLIP: image of 16 × 16",
            "CLIPSeg: 2 prompts",
            "CLIPSeg: 2 prompts",
        ]
    );
    // The same name again: no text at all. Another name: its own prompts only.
    let again = inspect(&mut inspector, &picture, "cap", &NO_SAM).unwrap();
    assert_eq!(inspector.networks().calls("texts"), 1);
    assert_eq!((again.score, again.map), (first.score, first.map));
    inspect(&mut inspector, &picture, "lid", &NO_SAM).unwrap();
    let last_texts = inspector.networks().asked.borrow().iter().rfind(|c| c.starts_with("texts")).cloned();
    assert_eq!(
        last_texts.unwrap(),
        "texts: a lid. | the lid. | a bad lid. | a good lid. | the bad lid. | the good lid."
    );
    // A given foreground asks neither IS-Net nor SAM.
    let options = Options { foreground: Some(Mask::filled(40, 20, true)), ..Options::default() };
    let given = inspect(&mut inspector, &picture, "cap", &options).unwrap();
    assert_eq!(given.foreground_source, ForegroundSource::Given);
    assert_eq!((inspector.networks().calls("IS-Net"), inspector.networks().calls("SAM")), (3, 0));
}

#[test]
fn features_of_tiles_come_with_no_further_call() {
    let (picture, mut inspector) = small();
    let without = inspect(&mut inspector, &picture, "cap", &NO_SAM).unwrap();
    let calls = inspector.networks().asked.borrow().len();
    assert!(without.tile_features.is_none());

    let (_, mut other) = small();
    let with = Options { tile_features: true, ..NO_SAM };
    let found = inspect(&mut other, &picture, "cap", &with).unwrap();
    assert_eq!(other.networks().asked.borrow().len(), calls);
    assert_eq!((found.score, found.map, &found.tiles), (without.score, without.map, &without.tiles));
    let features = found.tile_features.unwrap();
    assert_eq!(features.len(), found.tiles.len());
    for (features, tile) in features.iter().zip(&found.tiles) {
        // The upper left quarter's middle of each tile.
        let (x, y) = (tile.rect.x as u32 + tile.rect.width / 4, tile.rect.y as u32 + tile.rect.height / 4);
        let colours = picture.get_pixel(x, y).0.map(f32::from);
        assert_eq!(features.patches.layers()[0][..3], colours);
        assert_eq!(features.patches.layers()[1][..3], colours.map(|value| -value));
        near(features.embedding.iter().map(|v| f64::from(v * v)).sum(), 1.0, 1e-6);
    }
    assert_ne!(features[0], features[1]);

    let fake = Fake { side: 16, nan_in: Some("features"), ..Fake::default() };
    let mut broken = Inspector::new(fake, without.settings.clone()).unwrap();
    let error = inspect(&mut broken, &picture, "cap", &with).unwrap_err().to_string();
    assert_eq!(error, "CLIPSeg gave values that are not finite numbers");
}

#[test]
fn features_of_another_length_are_none() {
    use spotcheck_method::PatchFeatures;
    assert!(PatchFeatures::new(2, 3, vec![vec![0.0; 12]]).is_some());
    assert!(PatchFeatures::new(2, 3, vec![vec![0.0; 12], vec![0.0; 9]]).is_none());
    assert!(PatchFeatures::new(2, 3, Vec::new()).is_none());
    assert!(PatchFeatures::new(0, 3, vec![Vec::new()]).is_none());
    assert!(PatchFeatures::new(usize::MAX, 3, vec![Vec::new()]).is_none());
}

#[test]
fn text_vectors_can_be_stored_and_go_stale() {
    let (picture, mut inspector) = small();
    let first = inspect(&mut inspector, &picture, "cap", &NO_SAM).unwrap();
    let stored = serde_json::to_string(inspector.text_vectors("cap").unwrap()).unwrap();

    let (_, mut other) = small();
    assert!(other.insert_text_vectors(serde_json::from_str(&stored).unwrap()));
    let second = inspect(&mut other, &picture, "cap", &NO_SAM).unwrap();
    // The localising prompts alone.
    assert_eq!(other.networks().asked.borrow()[0], "texts: a tear | an error");
    assert_eq!((second.score, second.tiles), (first.score, first.tiles));

    let same = Settings { top_share: 1.0, ..other.settings().clone() };
    other.set_settings(same.clone()).unwrap();
    assert!(other.text_vectors("cap").is_some());
    let edited = Settings { templates: vec!["one [o]".to_owned()], ..same };
    other.set_settings(edited).unwrap();
    assert!(other.text_vectors("cap").is_none());
    assert!(!other.insert_text_vectors(serde_json::from_str(&stored).unwrap()));
    inspect(&mut other, &picture, "cap", &NO_SAM).unwrap();
    assert_eq!(other.networks().calls("texts"), 2);
    let local = Settings { localising_prompts: vec!["a hole".to_owned()], ..other.settings().clone() };
    other.set_settings(local).unwrap();
    inspect(&mut other, &picture, "cap", &NO_SAM).unwrap();
    assert_eq!(
        *other.networks().asked.borrow().iter().rfind(|c| c.starts_with("texts")).unwrap(),
        "texts: a hole"
    );
    assert!(other.set_settings(Settings { top_share: 9.0, ..Settings::default() }).is_err());
}

#[test]
fn with_all_vectors_put_back_no_text_is_encoded() {
    let (picture, mut inspector) = small();
    let first = inspect(&mut inspector, &picture, "cap", &NO_SAM).unwrap();
    let (texts, localising) =
        (inspector.text_vectors("cap").unwrap(), inspector.localising_vectors().unwrap());

    let (_, mut other) = small();
    assert!(other.insert_text_vectors(texts.clone()));
    assert!(other.insert_localising_vectors(localising.clone()));
    let second = inspect(&mut other, &picture, "cap", &NO_SAM).unwrap();
    assert_eq!(other.networks().calls("texts"), 0);
    assert_eq!((second.score, second.tiles, second.map), (first.score, first.tiles, first.map));

    // What is not whole is not taken.
    let mut short = texts.clone();
    short.anomalous.vectors[1].pop();
    assert!(!other.insert_text_vectors(short));
    let mut mean = texts.clone();
    mean.normal.mean.pop();
    assert!(!other.insert_text_vectors(mean));
    let mut few = localising.clone();
    few.embeddings.pop();
    assert!(!other.insert_localising_vectors(few));
    let mut odd = localising.clone();
    odd.embeddings[0][0] = f32::NAN;
    assert!(!other.insert_localising_vectors(odd));
    let edited = Settings { localising_prompts: vec!["a hole".to_owned()], ..other.settings().clone() };
    other.set_settings(edited).unwrap();
    assert!(other.localising_vectors().is_none());
    assert!(!other.insert_localising_vectors(localising.clone()));
}

#[test]
fn progress_only_grows_and_every_stage_ends() {
    let (picture, mut inspector) = small();
    let mut seen: Vec<Progress> = Vec::new();
    let none = CancellationToken::default();
    pollster::block_on(inspector.inspect(&picture, "cap", &NO_SAM, &mut |p| seen.push(p), &none, None))
        .unwrap();
    for pair in seen.windows(2) {
        assert!(
            pair[0].stage < pair[1].stage
                || (pair[0].stage == pair[1].stage && pair[0].fraction <= pair[1].fraction),
            "{pair:?}"
        );
    }
    for stage in
        [Stage::Prompts, Stage::Foreground, Stage::Tiles, Stage::Score, Stage::Segment, Stage::Aggregate]
    {
        let of: Vec<f32> = seen.iter().filter(|p| p.stage == stage).map(|p| p.fraction).collect();
        assert_eq!((of.first(), of.last()), (Some(&0.0), Some(&1.0)), "{stage:?}");
        assert!(of.iter().all(|f| (0.0..=1.0).contains(f)));
    }
}

#[test]
fn cancellation_stops_before_the_next_call() {
    for call in 0..6 {
        let (picture, inspector) = small();
        let token = CancellationToken::default();
        let cancel = token.clone();
        let settings = inspector.settings().clone();
        let (_, with_saliency) = small();
        let saliency = with_saliency.networks().saliency.clone();
        let after: Box<dyn Fn(usize)> = Box::new(move |number| {
            if number == call {
                cancel.cancel();
            }
        });
        let fake = Fake { side: 16, saliency, after: Some(after), ..Fake::default() };
        let mut inspector = Inspector::new(fake, settings).unwrap();
        let found =
            pollster::block_on(inspector.inspect(&picture, "cap", &NO_SAM, &mut |_| {}, &token, None));
        // The sixth call is the last: nothing is left to be cancelled.
        assert_eq!(matches!(found, Err(Error::Cancelled)), call < 5);
        assert_eq!(inspector.networks().asked.borrow().len(), call + 1);
    }
}

#[test]
fn isnet_reads_pictures_at_half_its_size_by_a_setting() {
    let (picture, inspector) = small();
    let settings = Settings { saliency_at_half_size: true, ..inspector.settings().clone() };
    let mut inspector = Inspector::new(Fake { side: 16, ..Fake::default() }, settings).unwrap();
    inspect(&mut inspector, &picture, "cap", &NO_SAM).unwrap();
    let asked = inspector.networks().asked.borrow();
    let isnet: Vec<_> = asked.iter().filter(|call| call.starts_with("IS-Net")).collect();
    assert_eq!(isnet, ["IS-Net: saliency at half size"]);
}

#[test]
fn failures_name_the_network_and_leave_the_inspector_usable() {
    for call in 0..6 {
        let (picture, inspector) = small();
        let (_, other) = small();
        let fake = Fake {
            side: 16,
            saliency: other.networks().saliency.clone(),
            fails_at: Some(call),
            ..Fake::default()
        };
        let mut inspector = Inspector::new(fake, inspector.settings().clone()).unwrap();
        let error = inspect(&mut inspector, &picture, "cap", &NO_SAM).unwrap_err();
        assert!(error.to_string().ends_with(": out of memory"), "{error}");
        // The failing call is behind us: the next picture goes through.
        assert!(inspect(&mut inspector, &picture, "cap", &NO_SAM).is_ok());
    }
    for network in ["texts", "IS-Net", "SAM", "CLIP", "CLIPSeg"] {
        let (picture, inspector) = small();
        let (_, other) = small();
        let mut settings = inspector.settings().clone();
        settings.points_per_side = 1;
        settings.points_near_object_only = false;
        let sam = vec![common::Replay {
            point: [20.0, 10.0],
            ious: vec![0.9],
            logits: vec![Map::filled(4, 4, 1.0)],
        }];
        let fake = Fake {
            side: 16,
            saliency: other.networks().saliency.clone(),
            sam,
            nan_in: Some(network),
            ..Fake::default()
        };
        let mut inspector = Inspector::new(fake, settings).unwrap();
        let error = inspect(&mut inspector, &picture, "cap", &Options::default()).unwrap_err();
        let name = if network == "texts" { "CLIP" } else { network };
        assert_eq!(error.to_string(), format!("{name} gave values that are not finite numbers"));
    }
}

#[test]
fn input_that_cannot_be_inspected() {
    let (picture, mut inspector) = small();
    let error = |inspector: &mut Inspector<Fake>, picture: &RgbImage, name: &str, options: &Options| {
        inspect(inspector, picture, name, options).unwrap_err().to_string()
    };
    assert!(error(&mut inspector, &RgbImage::new(0, 4), "cap", &NO_SAM).contains("no pixels"));
    assert!(error(&mut inspector, &picture, "  ", &NO_SAM).contains("no name"));
    let other = Options { foreground: Some(Mask::filled(20, 40, true)), ..Options::default() };
    assert_eq!(
        error(&mut inspector, &picture, "cap", &other),
        "the given foreground has 20 × 40 pixels, the picture 40 × 20: they must be the same"
    );
    assert!(inspector.networks().asked.borrow().is_empty());
    // Nothing set in a given foreground is the whole picture.
    let empty = Options { foreground: Some(Mask::filled(40, 20, false)), ..Options::default() };
    let found = inspect(&mut inspector, &picture, "cap", &empty).unwrap();
    assert_eq!((found.foreground_source, found.components.len()), (ForegroundSource::WholeImage, 1));
}

#[test]
fn the_prompts_maps_make_the_picture_s() {
    let (picture, mut inspector) = small();
    // Before any inspection, too.
    let tile = spotcheck_imaging::Rect::new(0, 0, 16, 16);
    let before = pollster::block_on(inspector.prompt_maps(&picture, tile)).unwrap();
    let found = inspect(&mut inspector, &picture, "cap", &NO_SAM).unwrap();
    assert_eq!(inspector.networks().asked.borrow()[0], "texts: a tear | an error");
    let first = &found.tiles[0];
    let maps = pollster::block_on(inspector.prompt_maps(&picture, first.rect)).unwrap();
    let prompts: Vec<&str> = maps.iter().map(|(prompt, _)| prompt.as_str()).collect();
    assert_eq!(prompts, before.iter().map(|(prompt, _)| prompt.as_str()).collect::<Vec<_>>());
    assert_eq!(prompts, ["a tear", "an error"]);
    for (_, map) in &maps {
        assert!(map.data().iter().all(|value| (0.0..=1.0).contains(value)));
    }
}

#[test]
fn nothing_outside_of_the_region_is_looked_at() {
    let (picture, mut inspector) = small();
    let all = inspect(&mut inspector, &picture, "cap", &NO_SAM).unwrap();
    let columns = |wanted: std::ops::Range<usize>| {
        Mask::from_vec(40, 20, (0..800).map(|at| wanted.contains(&(at % 40))).collect()).unwrap()
    };
    let left = columns(0..20);
    let within = |region: &Mask| Options { region: Some(region.clone()), ..NO_SAM };
    let found = inspect(&mut inspector, &picture, "cap", &within(&left)).unwrap();
    assert_eq!(found.foreground, all.foreground.and(&left).unwrap());
    assert!(found.components.len() < all.components.len());
    assert!(found.map.data().iter().zip(left.data()).all(|(&value, &inside)| inside || value == 0.0));
    assert!(found.map.data().iter().any(|&value| value > 0.0));
    // A given foreground is cut, too.
    let given = Options { foreground: Some(Mask::filled(40, 20, true)), ..within(&left) };
    assert_eq!(inspect(&mut inspector, &picture, "cap", &given).unwrap().foreground, left);
    // Where nothing stands out in the region, all of it is looked at.
    let bare = all.foreground.data().iter().map(|inside| !inside).collect();
    let bare = Mask::from_vec(40, 20, bare).unwrap();
    let found = inspect(&mut inspector, &picture, "cap", &within(&bare)).unwrap();
    assert_eq!((found.foreground_source, found.foreground), (ForegroundSource::WholeImage, bare));

    // A region is looked at however small it is, and nothing but it.
    let (picture, mut inspector) = small();
    inspector.set_settings(Settings { speck_share: 0.5, ..inspector.settings().clone() }).unwrap();
    let mut corner = Mask::filled(40, 20, false);
    corner.fill_polygon(&[[2.0, 1.0], [5.0, 1.0], [5.0, 3.0], [2.0, 3.0]], true);
    let found = inspect(&mut inspector, &picture, "cap", &within(&corner)).unwrap();
    let [component] = &found.components[..] else { panic!("{:?}", found.components) };
    assert_eq!((component.rect, component.area), (Rect::new(2, 1, 3, 2), 6));
    assert!(found.map.data().iter().zip(corner.data()).all(|(&value, &inside)| inside || value == 0.0));

    let error = |region: Mask| {
        let (picture, mut inspector) = small();
        inspect(&mut inspector, &picture, "cap", &within(&region)).unwrap_err().to_string()
    };
    assert_eq!(
        error(Mask::filled(20, 40, true)),
        "the region has 20 × 40 pixels, the picture 40 × 20: they must be the same"
    );
    assert_eq!(error(Mask::filled(40, 20, false)), "the region is empty: there is nothing to inspect in it");
}

#[derive(Default)]
struct Arrays(BTreeMap<String, (Vec<usize>, Vec<f32>)>);

impl Dump for Arrays {
    fn array(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        assert_eq!(shape.iter().product::<usize>(), values.len(), "{name}");
        assert!(self.0.insert(name.to_owned(), (shape.to_vec(), values.to_vec())).is_none(), "{name} twice");
    }
}

#[test]
fn every_stage_is_dumped() {
    let (picture, mut inspector) = small();
    let mut arrays = Arrays::default();
    let none = CancellationToken::default();
    let found = pollster::block_on(inspector.inspect(
        &picture,
        "cap",
        &NO_SAM,
        &mut |_| {},
        &none,
        Some(&mut arrays),
    ))
    .unwrap();
    let shape = |name: &str| arrays.0.get(name).map(|(shape, _)| shape.clone()).unwrap_or_default();
    for (name, expected) in [
        ("saliency", vec![20, 40]),
        ("dichotomous", vec![20, 40]),
        ("foreground", vec![20, 40]),
        ("components", vec![2, 5]),
        ("tiles", vec![2, 5]),
        ("text_normal", vec![4, 4]),
        ("text_anomalous", vec![2, 4]),
        ("text_normal_mean", vec![4]),
        ("text_anomalous_mean", vec![4]),
        ("text_localising", vec![2, 4]),
        ("tile_00_picture", vec![16, 16, 3]),
        ("tile_01_embedding", vec![4]),
        ("tile_01_cosines_normal", vec![4]),
        ("tile_01_cosines_anomalous", vec![2]),
        ("tile_scores", vec![2, 3]),
        ("tile_01_logits", vec![2, 8, 8]),
        ("tile_01_map", vec![8, 8]),
        ("map", vec![20, 40]),
        ("score", vec![1]),
    ] {
        assert_eq!(shape(name), expected, "{name}");
    }
    assert_eq!(arrays.0["map"].1, found.map.data());
    assert_eq!(arrays.0["tiles"].1[..5], [0.0, 0.0, 4.0, 16.0, 16.0]);
    assert_eq!(arrays.0["tile_scores"].1[5], found.tiles[1].score);
}

#[test]
fn the_json_is_everything_but_the_pictures() {
    let (picture, mut inspector) = small();
    let found = inspect(&mut inspector, &picture, "cap", &NO_SAM).unwrap();
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["foreground_source"], "dichotomous");
    assert_eq!(json["tiles"][0]["normal_prompts"].as_array().unwrap().len(), 4);
    assert_eq!(json["components"].as_array().unwrap().len(), 2);
    assert!(json["seconds"]["segment"].as_f64().unwrap() >= 0.0);
    assert_eq!(json["settings"]["top_share"], 0.25);
    assert!(json.get("map").is_none() && json.get("foreground").is_none() && json.get("sam_masks").is_none());
}
