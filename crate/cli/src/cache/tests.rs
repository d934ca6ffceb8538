use std::cell::Cell;

use image::RgbImage;
use pollster::block_on;
use spotcheck_imaging::{Map, Mask};
use spotcheck_method::{CancellationToken, Inspection, MaskCandidate, NetworkError, Options};
use tempfile::TempDir;

use super::*;

mod features;

/// Networks that count the texts they encode.
#[derive(Default)]
struct Counting(Cell<usize>);

#[async_trait::async_trait(?Send)]
impl Networks for Counting {
    type SamEmbedding = ();

    fn segmenter_input(&self) -> u32 {
        8
    }

    async fn saliency(&self, picture: &RgbImage, _: bool) -> Result<Map, NetworkError> {
        Ok(Map::filled(picture.width(), picture.height(), 0.5))
    }

    async fn sam_encode(&self, _: &RgbImage) -> Result<(), NetworkError> {
        Ok(())
    }

    async fn sam_masks(&self, _: &(), _: &[[f32; 2]], _: f32) -> Result<Vec<MaskCandidate>, NetworkError> {
        Ok(Vec::new())
    }

    fn sam_upsample(&self, _: &(), logits: &Map) -> Map {
        logits.clone()
    }

    async fn embed_image(&self, _: &RgbImage) -> Result<Vec<f32>, NetworkError> {
        Ok(vec![0.6, 0.8])
    }

    async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError> {
        self.0.set(self.0.get() + texts.len());
        Ok(texts.iter().map(|text| vec![text.len() as f32, text.bytes().map(f32::from).sum()]).collect())
    }

    fn text_length(&self, text: &str) -> usize {
        text.len()
    }

    fn texts_done(&self) {}

    async fn localise(&self, _: &RgbImage, prompts: &[Vec<f32>]) -> Result<Vec<Map>, NetworkError> {
        Ok(prompts.iter().map(|prompt| Map::filled(2, 2, prompt[0] / 9.0 - 1.0)).collect())
    }
}

fn settings() -> Settings {
    let json = r#"{"normal_states": ["[o]"], "anomalous_states": ["bad [o]"], "templates": ["a [o]", "the [o]"],
                   "localising_prompts": ["a tear", "an error", "an error"]}"#;
    Settings::default().with_json(json).unwrap()
}

/// All texts of these settings for one name.
const ALL: usize = 6;

fn cache(folder: &TempDir, pack: &str, engine: &str) -> TextCache {
    TextCache { folder: folder.path().join("texts"), files: TextFiles::new(pack, engine) }
}

/// Inspects as the command line does; tells how many texts were encoded.
fn inspect(cache: &TextCache, settings: Settings, object: &str) -> (Inspection, usize) {
    let mut inspector = Inspector::new(Counting::default(), settings).unwrap();
    cache.restore(&mut inspector, object);
    let options = Options { foreground: Some(Mask::filled(9, 9, true)), no_sam: true, ..Options::default() };
    let picture = RgbImage::new(9, 9);
    let token = CancellationToken::default();
    let found = block_on(inspector.inspect(&picture, object, &options, &mut |_| {}, &token, None)).unwrap();
    cache.keep(&inspector, object).unwrap();
    (found, inspector.networks().0.get())
}

fn files(folder: &TempDir) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(folder.path().join("texts")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn the_second_time_no_text_is_encoded_and_the_result_is_the_same() {
    let folder = TempDir::new().unwrap();
    let cache = cache(&folder, "pack", "rten");
    let (first, encoded) = inspect(&cache, settings(), "cap");
    assert_eq!((encoded, files(&folder).len()), (ALL, 2));
    let (second, encoded) = inspect(&cache, settings(), "cap");
    assert_eq!(encoded, 0);
    assert_eq!((second.score, second.tiles, second.map), (first.score, first.tiles, first.map));
    // Another name costs its own prompts; what is there stays.
    assert_eq!(inspect(&cache, settings(), "lid").1, 4);
    assert_eq!(inspect(&cache, settings(), "cap").1, 0);
    assert_eq!(files(&folder).len(), 3);
}

#[test]
fn another_pack_engine_or_prompt_finds_nothing() {
    let folder = TempDir::new().unwrap();
    assert_eq!(inspect(&cache(&folder, "pack", "rten"), settings(), "cap").1, ALL);
    assert_eq!(inspect(&cache(&folder, "another", "rten"), settings(), "cap").1, ALL);
    assert_eq!(inspect(&cache(&folder, "pack", "wonnx"), settings(), "cap").1, ALL);
    let edited = settings().with_json(r#"{"templates": ["a [o]", "one [o]"]}"#).unwrap();
    assert_eq!(inspect(&cache(&folder, "pack", "rten"), edited, "cap").1, 4);
    let edited = settings().with_json(r#"{"localising_prompts": ["a tear", "a hole"]}"#).unwrap();
    assert_eq!(inspect(&cache(&folder, "pack", "rten"), edited, "cap").1, 2);
    let swapped =
        settings().with_json(r#"{"normal_states": ["bad [o]"], "anomalous_states": ["[o]"]}"#).unwrap();
    assert_eq!(inspect(&cache(&folder, "pack", "rten"), swapped, "cap").1, 4);
    // What is in no text does not matter.
    let other = settings().with_json(r#"{"top_share": 0.5}"#).unwrap();
    assert_eq!(inspect(&cache(&folder, "pack", "rten"), other, "cap").1, 0);
}

#[test]
fn a_broken_file_is_written_anew() {
    let folder = TempDir::new().unwrap();
    let cache = cache(&folder, "pack", "rten");
    inspect(&cache, settings(), "cap");
    for file in files(&folder) {
        let whole = fs::read(&file).unwrap();
        let mut breaks: Vec<Vec<u8>> = (0..whole.len()).step_by(7).map(|end| whole[..end].to_vec()).collect();
        for place in (0..whole.len()).step_by(11) {
            let mut flipped = whole.clone();
            flipped[place] ^= 1;
            breaks.push(flipped);
        }
        for broken in breaks {
            fs::write(&file, broken).unwrap();
            assert!(inspect(&cache, settings(), "cap").1 > 0);
            assert_eq!(fs::read(&file).unwrap(), whole);
        }
    }
    assert_eq!(inspect(&cache, settings(), "cap").1, 0);
    assert_eq!(files(&folder).len(), 2);
}

#[test]
fn a_file_in_another_ones_place_is_not_taken() {
    let folder = TempDir::new().unwrap();
    let cache = cache(&folder, "pack", "rten");
    inspect(&cache, settings(), "cap");
    let [texts, localising] = [cache.texts_file(&settings(), "cap"), cache.localising_file(&settings())];
    fs::copy(&texts, cache.texts_file(&settings(), "lid")).unwrap();
    fs::copy(&texts, &localising).unwrap();
    assert_eq!(inspect(&cache, settings(), "lid").1, ALL);
}

#[test]
fn a_folder_that_cannot_be_made_is_said() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("texts"), "in the way").unwrap();
    let cache = cache(&folder, "pack", "rten");
    let mut inspector = Inspector::new(Counting::default(), settings()).unwrap();
    cache.restore(&mut inspector, "cap");
    let options = Options { foreground: Some(Mask::filled(9, 9, true)), no_sam: true, ..Options::default() };
    let token = CancellationToken::default();
    block_on(inspector.inspect(&RgbImage::new(9, 9), "cap", &options, &mut |_| {}, &token, None)).unwrap();
    assert!(cache.keep(&inspector, "cap").is_err());
}
