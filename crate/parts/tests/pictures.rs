//! What a picture promises: the same bytes every time, exact masks, and splits that hold.

use spotcheck_parts::{
    Defect, DefectChoice, Error, Kind, Picture, Request, Split, Stream, UNSEEN_DEFECTS, UNSEEN_KINDS,
    generate, generate_pair,
};

fn stream(threads: usize, seed: u64, paired: bool) -> Vec<u8> {
    let split = Split::All;
    let mut bytes = Vec::new();
    let stream = Stream { split, seed, count: 10, size: 96, paired, max_instances: 5, threads };
    assert_eq!(stream.write(&mut bytes).unwrap(), 10);
    bytes
}

#[test]
fn bytes_depend_on_the_seed_and_not_on_the_threads() {
    for paired in [false, true] {
        let once = stream(1, 5, paired);
        assert!(once == stream(3, 5, paired), "three threads");
        assert!(once == stream(1, 5, paired), "again");
        assert!(once != stream(1, 6, paired), "another seed");
    }
}

#[test]
fn a_frame_is_as_documented() {
    let bytes = stream(2, 9, true);
    let mut at = 0;
    let mut frames = 0;
    while at < bytes.len() {
        let length = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        let json: serde_json::Value = serde_json::from_slice(&bytes[at + 4..at + 4 + length]).unwrap();
        assert_eq!(json["pair"], frames % 2);
        assert_eq!(json["defect"].is_null(), frames % 2 == 0);
        assert!(json["kind"].is_string() && json["name"].is_string() && json["seed"].is_u64());
        assert!(json["synonyms"].as_array().is_some_and(|a| !a.is_empty()));
        for field in ["x", "y", "w", "h"] {
            assert!(json["instances"][0][field].is_u64(), "{field}");
        }
        assert!(json["instances"][0]["defective"].is_boolean());
        let masks = &bytes[at + 4 + length + 4 * 96 * 96..at + 4 + length + 6 * 96 * 96];
        assert!(masks.iter().all(|&v| v == 0 || v == 255));
        at += 4 + length + 6 * 96 * 96;
        frames += 1;
    }
    assert_eq!((at, frames), (bytes.len(), 20));
}

/// The largest difference of a channel at each pixel.
fn differences(a: &Picture, b: &Picture) -> Vec<u8> {
    let pairs = a.rgb.pixels().zip(b.rgb.pixels());
    pairs.map(|(a, b)| (0..3).map(|i| a.0[i].abs_diff(b.0[i])).max().unwrap_or(0)).collect()
}

#[test]
fn every_kind_and_defect_has_an_exact_mask() {
    for (k, kind) in Kind::ALL.into_iter().enumerate() {
        for (d, defect) in Defect::ALL.into_iter().enumerate() {
            let mut request = Request::new((k * 100 + d) as u64, 128);
            request.kind = Some(kind);
            request.defect = DefectChoice::Only(defect);
            request.camera = false;
            let (whole, defective) = generate_pair(&request).unwrap();
            let name = format!("{kind:?} with {defect:?}");
            assert_eq!(whole.label.defect, None);
            assert_eq!(defective.label.defect.as_deref(), Some(defect.name()), "{name}");
            assert!(whole.defect.pixels().all(|p| p.0[0] == 0), "{name}: whole");
            let area = defective.defect.pixels().filter(|p| p.0[0] == 255).count();
            let object = whole.instances.pixels().filter(|p| p.0[0] > 0).count();
            assert!(area >= 6, "{name}: {area} of {object}");
            assert!(area * 2 < object, "{name}: {area} of {object}");
            let mut agree = 0;
            for (i, difference) in differences(&whole, &defective).into_iter().enumerate() {
                let (x, y) = (i as u32 % 128, i as u32 / 128);
                let seen = |x: u32, y: u32| {
                    whole.instances.get_pixel(x, y).0[0] > 0 || defective.instances.get_pixel(x, y).0[0] > 0
                };
                let around = || {
                    (x.saturating_sub(1)..=(x + 1).min(127))
                        .flat_map(|x| (y.saturating_sub(1)..=(y + 1).min(127)).map(move |y| (x, y)))
                };
                if defective.defect.get_pixel(x, y).0[0] == 255 {
                    assert!(seen(x, y), "{name}: marked on the ground at {x}, {y}");
                    if difference >= 2 {
                        agree += 1;
                    } else {
                        // A gap that the neighbours have closed.
                        let near =
                            around().filter(|&(x, y)| defective.defect.get_pixel(x, y).0[0] == 255).count();
                        assert!(near > 5, "{name}: marked but equal at {x}, {y}");
                    }
                } else if difference > 4 {
                    // Another outline casts another shadow, which also shows through the part's outermost pixels.
                    // Otherwise only pixels that the part covers by less than half may differ.
                    let ground = around().any(|(x, y)| !seen(x, y));
                    let edge = !seen(x, y) && around().any(|(x, y)| seen(x, y));
                    let reshaped = defect.reshapes();
                    assert!(
                        edge || (reshaped && ground),
                        "{name}: {difference} levels at {x}, {y}, not marked"
                    );
                }
            }
            assert!(agree * 100 >= area * 85, "{name}: only {agree} of {area} marked pixels differ");
        }
    }
}

#[test]
fn the_camera_sees_both_of_a_pair_alike() {
    let (whole, defective) = generate_pair(&Request::new(77, 128)).unwrap();
    assert_eq!(generate(&Request { defect: DefectChoice::Any, ..Request::new(77, 128) }).unwrap(), defective);
    assert_eq!(generate(&Request::new(77, 128)).unwrap(), whole);
    let same = differences(&whole, &defective).iter().filter(|&&d| d == 0).count();
    assert!(same > 128 * 128 / 2, "noise differs: {same}");
}

#[test]
fn a_series_shows_one_product() {
    let picture = |seed, series| {
        let ideal = Request {
            kind: Some(UNSEEN_KINDS[0]),
            camera: false,
            instances: Some(1),
            series,
            ..Request::new(seed, 128)
        };
        generate(&ideal).unwrap()
    };
    // The ground's colour, in a corner that no part reaches: the one thing that is plainly the same, or plainly not.
    let corner = |picture: &Picture| {
        let mut sum = [0u32; 3];
        for (x, y) in (0..12).flat_map(|x| (0..12).map(move |y| (x, y))) {
            sum.iter_mut()
                .zip(picture.rgb.get_pixel(x, y).0)
                .for_each(|(sum, value)| *sum += u32::from(value));
        }
        sum.map(|sum| (sum / 144) as i32)
    };
    let apart = |a: &Picture, b: &Picture| {
        let (a, b) = (corner(a), corner(b));
        a.iter().zip(b).map(|(a, b)| (a - b).abs()).max().unwrap()
    };
    let first = picture(1, Some(5));
    let others: Vec<Picture> = (2..10).map(|seed| picture(seed, Some(5))).collect();
    assert!(others.iter().all(|other| other.rgb != first.rgb), "two pictures are one");
    assert!(others.iter().all(|other| apart(&first, other) < 30), "the ground changes within a series");
    assert!((2..10).any(|seed| apart(&picture(1, None), &picture(seed, None)) > 60));
    assert!((6..12).any(|series| apart(&first, &picture(1, Some(series))) > 60));
}

#[test]
fn boxes_are_those_of_the_instances() {
    let mut several = 0;
    for seed in 0..24 {
        let mut request = Request::new(seed, 96);
        request.defect = if seed % 2 == 0 { DefectChoice::Whole } else { DefectChoice::Any };
        let picture = generate(&request).unwrap();
        let count = picture.label.instances.len();
        several += usize::from(count > 1);
        assert!((1..=5).contains(&count));
        let flawed = picture.label.instances.iter().filter(|i| i.defective).count();
        assert_eq!(flawed > 0, seed % 2 == 1);
        assert!(count < 2 || flawed < count, "seed {seed}: all of {count} are defective");
        for (index, b) in picture.label.instances.iter().enumerate() {
            let seen: Vec<_> = picture
                .instances
                .enumerate_pixels()
                .filter(|(_, _, p)| usize::from(p.0[0]) == index + 1)
                .collect();
            assert!(!seen.is_empty());
            let x0 = seen.iter().map(|p| p.0).min().unwrap();
            let x1 = seen.iter().map(|p| p.0).max().unwrap();
            let y0 = seen.iter().map(|p| p.1).min().unwrap();
            let y1 = seen.iter().map(|p| p.1).max().unwrap();
            assert_eq!((b.x, b.y, b.w, b.h), (x0, y0, x1 + 1 - x0, y1 + 1 - y0), "seed {seed}, part {index}");
        }
        assert!(picture.instances.pixels().all(|p| usize::from(p.0[0]) <= count));
        let overlap = picture.shadow.pixels().zip(picture.instances.pixels());
        assert!(overlap.into_iter().all(|(s, i)| s.0[0] == 0 || i.0[0] == 0), "a shadow on a part");
        assert!(picture.shadow.pixels().any(|p| p.0[0] == 255), "seed {seed}: no shadow");
    }
    assert!(several > 3);
}

#[test]
fn splits_hold() {
    let unseen = |name: &str| UNSEEN_KINDS.iter().any(|k| k.name() == name);
    let (mut kinds, mut defects) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    for seed in 0..240 {
        for split in [Split::Seen, Split::Unseen] {
            let mut request = Request::new(seed, 16);
            request.split = split;
            request.defect = DefectChoice::Any;
            let label = generate(&request).unwrap().label;
            assert_eq!(unseen(&label.kind), split == Split::Unseen, "{split}: {}", label.kind);
            let defect = label.defect.unwrap();
            if split == Split::Seen {
                assert!(UNSEEN_DEFECTS.iter().all(|unseen| defect != unseen.name()));
            }
            kinds.insert(label.kind);
            defects.insert(defect);
        }
    }
    assert_eq!(kinds.len(), Kind::ALL.len());
    assert_eq!(defects.len(), Defect::ALL.len());
}

#[test]
fn impossible_requests_are_errors() {
    let good = Request::new(1, 32);
    for (width, height) in [(0, 32), (32, 0), (4097, 32)] {
        let request = Request { width, height, ..good };
        assert!(matches!(generate(&request), Err(Error::Size { .. })), "{width} × {height}");
    }
    assert!(matches!(generate(&Request { instances: Some(0), ..good }), Err(Error::Instances(0))));
    assert!(matches!(generate(&Request { max_instances: 41, ..good }), Err(Error::Instances(41))));
    let seen = Request { split: Split::Seen, ..good };
    let kind = Request { kind: Some(UNSEEN_KINDS[0]), ..seen };
    assert!(matches!(generate(&kind), Err(Error::NotInSplit { .. })));
    let defect = Request { defect: DefectChoice::Only(UNSEEN_DEFECTS[0]), ..seen };
    assert!(matches!(generate(&defect), Err(Error::NotInSplit { .. })));
    assert!("other".parse::<Split>().is_err());
}

#[test]
fn any_size_is_drawn() {
    for (width, height) in [(1, 1), (1, 40), (3, 2), (37, 111), (1100, 60)] {
        for instances in [None, Some(40)] {
            let mut request = Request::new(u64::from(width), 1);
            (request.width, request.height, request.instances) = (width, height, instances);
            request.defect = DefectChoice::Any;
            let picture = generate(&request).unwrap();
            assert_eq!(picture.rgb.dimensions(), (width, height));
            assert_eq!(picture.defect.dimensions(), (width, height));
        }
    }
}
