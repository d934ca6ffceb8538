//! Tokens against transformers' CLIPTokenizer and, through it, OpenAI's own (`tests/parity/tokenizer/make_fixtures.py`).

use std::io::Read;
use std::path::Path;

use serde_json::Value;
use spotcheck_networks::Tokenizer;

const START: i32 = 49406;
const END: i32 = 49407;

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/tokenizer").join(name);
    std::fs::read(path).unwrap()
}

/// CLIP's whole tokenizer.json: the layout with OpenAI's merges in it, and the vocabulary that follows from them.
fn clip_json() -> Vec<u8> {
    let mut merges = String::new();
    flate2::read::GzDecoder::new(&fixture("merges.txt.gz")[..]).read_to_string(&mut merges).unwrap();
    let printable = (33..=126).chain(161..=172).chain(174..=255);
    let others = (0..256u32).filter(|b| !printable.clone().any(|p| p == *b));
    let bytes: Vec<String> = printable
        .clone()
        .chain((256..).take(others.count()))
        .map(|c| char::from_u32(c).unwrap().to_string())
        .collect();
    let ends = bytes.iter().map(|c| format!("{c}</w>"));
    let merged = merges.lines().map(|pair| pair.replace(' ', ""));
    let specials = ["<|startoftext|>", "<|endoftext|>"].map(String::from);
    let tokens = bytes.iter().cloned().chain(ends).chain(merged).chain(specials);

    let mut json: Value = serde_json::from_slice(&fixture("layout.json")).unwrap();
    json["model"]["vocab"] = tokens.enumerate().map(|(id, token)| (token, Value::from(id))).collect();
    json["model"]["merges"] = merges.lines().map(Value::from).collect();
    assert_eq!(json["model"]["vocab"].as_object().unwrap().len(), 49408);
    serde_json::to_vec(&json).unwrap()
}

#[test]
fn equals_clip_on_a_thousand_texts() {
    let tokenizer = Tokenizer::from_json(&clip_json(), 77).unwrap();
    let cases: Vec<(String, Vec<i32>)> = serde_json::from_slice(&fixture("cases.json")).unwrap();
    assert_eq!(cases.len(), 1000);
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, expected)| (text, expected, tokenizer.encode(text).unwrap()))
        .filter(|(_, expected, found)| *expected != found)
        .collect();
    assert!(
        wrong.is_empty(),
        "{} texts differ, the first ones: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(5)]
    );
}

#[test]
fn gives_the_published_ids() {
    let tokenizer = Tokenizer::from_json(&clip_json(), 77).unwrap();
    let golden: [(&str, &[i32]); 5] = [
        ("a photo of a cat", &[320, 1125, 539, 320, 2368]),
        ("a photo of a broken macaroni2.", &[320, 1125, 539, 320, 5107, 41824, 273, 269]),
        ("an imperfection", &[550, 732, 9646]),
        ("a photo of the pipe_fryum.", &[320, 1125, 539, 518, 10459, 318, 936, 7259, 269]),
        (
            "a jpeg corrupted photo of the metal nut without any imperfections.",
            &[320, 73, 11207, 30429, 775, 1125, 539, 518, 4044, 6491, 2193, 1504, 732, 6599, 1371, 269],
        ),
    ];
    for (text, inner) in golden {
        assert_eq!(tokenizer.encode(text).unwrap(), [&[START], inner, &[END]].concat(), "{text}");
    }
    assert_eq!(tokenizer.end(), END);
}

#[test]
fn the_older_pair_of_files_says_the_same() {
    let expected: Value = serde_json::from_slice(&clip_json()).unwrap();
    let vocab = serde_json::to_vec(&expected["model"]["vocab"]).unwrap();
    let merges = expected["model"]["merges"].as_array().unwrap().iter().map(|pair| pair.as_str().unwrap());
    let merges = format!("#version: 0.2\n{}\n", merges.collect::<Vec<_>>().join("\n"));
    let json = Tokenizer::json_from_vocabulary(&vocab, merges.as_bytes()).unwrap();
    let found: Value = serde_json::from_slice(&json).unwrap();
    for (key, expected) in expected.as_object().unwrap() {
        assert!(found[key] == *expected, "{key} differs");
    }
    assert!(Tokenizer::from_json(&json, 77).is_ok());
    let message =
        |vocab: &[u8], merges: &[u8]| Tokenizer::json_from_vocabulary(vocab, merges).unwrap_err().to_string();
    assert!(message(br#"{"a": 0}"#, b"").contains("no token <|startoftext|>"));
    assert!(message(b"[]", b"").contains("vocab.json"));
    assert!(message(b"{}", b"\xff").contains("merges.txt"));
}

#[test]
fn cuts_long_texts_and_keeps_their_end() {
    let tokenizer = Tokenizer::from_json(&clip_json(), 8).unwrap();
    let tokens = tokenizer.encode("a photo of a broken macaroni2.").unwrap();
    assert_eq!(tokens, [START, 320, 1125, 539, 320, 5107, 41824, END]);
}

#[test]
fn refuses_what_is_no_tokenizer() {
    let message = |json: &[u8]| Tokenizer::from_json(json, 77).err().unwrap().to_string();
    assert!(message(b"{").contains("tokenizer.json"));
    let mut json: Value = serde_json::from_slice(&clip_json()).unwrap();
    json["post_processor"] = Value::Null;
    assert!(message(&serde_json::to_vec(&json).unwrap()).contains("start and end"));
}
