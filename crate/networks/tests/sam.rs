//! SAM against transformers' SamModel on random weights (`tests/parity/sam/make_fixtures.py`).

#[path = "support/fixtures.rs"]
#[allow(dead_code)]
mod fixtures;

use fixtures::{Expected, bytes, difference, engines, folder, picture, run};
use spotcheck_engine::Tensor;
use spotcheck_imaging::Map;
use spotcheck_networks::{Inline, Sam, SamConfig, SamDecoder, SamPromptEncoder, Weights, sam_input};

/// Largest difference of a value, or of its share where it is above 1.
const TOLERANCE: f32 = 1e-4;
const CASES: [&str; 2] = ["sam/padded", "sam/odd"];
/// Points that the decoders of these tests take at a time: the fixtures' three leave a batch that is not full.
const POINTS: usize = 2;

fn config(case: &str) -> SamConfig {
    SamConfig::from_json(&bytes(&folder(case), "config.json")).unwrap()
}

struct Parts {
    prompts: SamPromptEncoder,
    encoder: Vec<u8>,
    /// The whole decoder.
    decoder: Vec<u8>,
    /// Its two parts.
    points: Vec<u8>,
    masks: Vec<u8>,
}

fn parts(case: &str, points: usize) -> Parts {
    let checkpoint = bytes(&folder(case), "model.safetensors");
    let weights = Weights::from_safetensors(&checkpoint).unwrap();
    let config = config(case);
    Parts {
        prompts: SamPromptEncoder::new(&config, &weights).unwrap(),
        encoder: config.encoder_graph(&weights, &mut Inline).unwrap(),
        decoder: config.decoder_graph(&weights, &mut Inline, points).unwrap(),
        points: config.points_graph(&weights, &mut Inline, points).unwrap(),
        masks: config.masks_graph(&weights, &mut Inline).unwrap(),
    }
}

/// The largest difference; where a value is above 1, of its share.
fn relative_difference(actual: &[f32], expected: &[f32]) -> f32 {
    let scaled = |values: &[f32]| -> Vec<f32> {
        values.iter().zip(expected).map(|(v, e)| v / e.abs().max(1.0)).collect()
    };
    assert_eq!(actual.len(), expected.len());
    difference(&scaled(actual), &scaled(expected))
}

fn assert_close(actual: &Tensor, expected: &Tensor, what: std::fmt::Arguments<'_>) {
    assert_eq!(actual.shape(), expected.shape(), "{what}");
    let worst = relative_difference(actual.as_f32().unwrap(), expected.as_f32().unwrap());
    assert!(worst <= TOLERANCE, "{what}: {worst}");
}

fn points(expected: &Expected, name: &str) -> Vec<[f32; 2]> {
    expected.get(name).as_f32().unwrap().as_chunks().0.to_vec()
}

#[test]
fn preprocesses_as_transformers_does() {
    for case in CASES {
        let pixels = sam_input(&picture(&folder(case)), config(case).image_size() as u32).unwrap();
        let expected = Expected::read(&folder(case)).get("pixels");
        assert_eq!(pixels.shape(), expected.shape());
        let worst = difference(pixels.as_f32().unwrap(), expected.as_f32().unwrap());
        assert!(worst < 1e-5, "{case}: {worst}");
    }
}

#[test]
fn encodes_pictures_as_transformers_does() {
    for case in CASES {
        let expected = Expected::read(&folder(case));
        let Parts { encoder, .. } = parts(case, POINTS);
        for engine in engines() {
            let out = run(&engine, "sam_encoder", &encoder, &[("image", &expected.get("pixels"))]);
            assert_close(&out[0], &expected.get("embedding"), format_args!("{case} on {}", engine.kind()));
        }
    }
}

#[test]
fn encodes_points_as_transformers_does() {
    for case in CASES {
        let expected = Expected::read(&folder(case));
        let Parts { prompts, .. } = parts(case, POINTS);
        let tokens = prompts.encode(&points(&expected, "placed"));
        let sparse = expected.get("sparse");
        let worst = difference(&tokens, sparse.as_f32().unwrap());
        assert!(worst <= 1e-5, "{case}: {worst}");
    }
}

#[test]
fn decodes_masks_as_transformers_does() {
    for case in CASES {
        let expected = Expected::read(&folder(case));
        let sparse = expected.get("sparse");
        // All of the fixture's points at once, and one alone: the graph's shapes differ there.
        for count in [sparse.shape()[0], 1] {
            let Parts { decoder, points, masks, .. } = parts(case, count);
            let first = |tensor: Tensor| {
                let shape = [&[count], &tensor.shape()[1..]].concat();
                let len = shape.iter().product();
                Tensor::f32(shape, tensor.as_f32().unwrap()[..len].to_vec()).unwrap()
            };
            let (embedding, sparse) = (expected.get("embedding"), first(sparse.clone()));
            for engine in engines() {
                let inputs = [("embedding", &embedding), ("sparse", &sparse)];
                let out = run(&engine, "sam_decoder", &decoder, &inputs);
                let on = engine.kind();
                assert_close(&out[0], &first(expected.get("masks")), format_args!("{case} masks on {on}"));
                assert_close(&out[1], &first(expected.get("iou")), format_args!("{case} iou on {on}"));

                let out = run(&engine, "sam_points", &points, &inputs);
                assert_close(&out[0], &first(expected.get("iou")), format_args!("{case} parts' iou on {on}"));
                let of_first = |tensor: &Tensor| {
                    let shape = [&[1], &tensor.shape()[1..]].concat();
                    let len = shape.iter().product();
                    Tensor::f32(shape, tensor.as_f32().unwrap()[..len].to_vec()).unwrap()
                };
                let (image, kernels) = (of_first(&out[1]), of_first(&out[2]));
                let out = run(&engine, "sam_masks", &masks, &[("image", &image), ("kernels", &kernels)]);
                let expected = of_first(&expected.get("masks"));
                assert_close(&out[0], &expected, format_args!("{case} parts' masks on {on}"));
            }
        }
    }
}

#[test]
fn goes_from_picture_and_points_to_masks_as_transformers_does() {
    for case in CASES {
        let expected = Expected::read(&folder(case));
        let picture = picture(&folder(case));
        let Parts { prompts, encoder, decoder, points: first, masks: second } = parts(case, POINTS);
        let decoders = [
            SamDecoder::Whole((&decoder).into()),
            SamDecoder::Parts { points: (&first).into(), masks: (&second).into() },
        ];
        for (engine, decoder) in
            engines().flat_map(|engine| decoders.map(|decoder| (engine.clone(), decoder)))
        {
            let points = points(&expected, "points");
            let (sam, embedding, candidates) = pollster::block_on(async {
                let sam =
                    Sam::load(&engine, &config(case), prompts.clone(), &encoder, decoder).await.unwrap();
                let embedding = sam.encode(&picture).await.unwrap();
                let candidates = sam.masks(&embedding, &points, f32::NEG_INFINITY).await.unwrap();
                (sam, embedding, candidates)
            });
            let numbers: Vec<usize> = candidates.iter().map(|c| c.point).collect();
            assert_eq!(numbers, [0, 0, 0, 1, 1, 1, 2, 2, 2]);

            let drawn: Vec<&Map> = candidates.iter().map(|c| c.logits.as_ref().unwrap()).collect();
            let logits: Vec<f32> = drawn.iter().flat_map(|map| map.data()).copied().collect();
            let iou: Vec<f32> = candidates.iter().map(|c| c.predicted_iou).collect();
            let upsampled: Vec<Map> = drawn[..3].iter().map(|map| sam.upsample(&embedding, map)).collect();
            assert_eq!((upsampled[0].width(), upsampled[0].height()), picture.dimensions());
            let upsampled: Vec<f32> = upsampled.iter().flat_map(Map::data).copied().collect();
            for (name, actual) in [("masks", logits), ("iou", iou.clone()), ("upsampled", upsampled)] {
                let worst = relative_difference(&actual, expected.get(name).as_f32().unwrap());
                assert!(worst <= TOLERANCE, "{case} {name} on {}: {worst}", engine.kind());
            }

            // Of masks above a predicted IoU, those are left out whose IoU is not above it, and no other changes.
            let mut sorted = iou.clone();
            sorted.sort_by(f32::total_cmp);
            for least in [sorted[4], sorted[7], sorted[8]] {
                let above = pollster::block_on(sam.masks(&embedding, &points, least)).unwrap();
                assert_eq!(above.len(), candidates.len());
                for (some, all) in above.iter().zip(&candidates) {
                    assert_eq!((some.point, some.predicted_iou), (all.point, all.predicted_iou));
                    let wanted = all.logits.as_ref().filter(|_| all.predicted_iou > least);
                    assert_eq!(some.logits.as_ref(), wanted, "{case} on {}", engine.kind());
                }
            }
        }
    }
}

#[test]
fn a_picture_without_pixels_is_an_error() {
    assert!(sam_input(&image::RgbImage::new(0, 7), 64).is_err());
}
