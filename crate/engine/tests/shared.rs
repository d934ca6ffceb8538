//! Weights that stand outside of their graphs: held once, the same answers, and errors where they are not there.

use prost::Message;
use spotcheck_engine::onnx::{ModelProto, StringStringEntryProto};
use spotcheck_engine::{Engine, Error, ErrorKind, Onnx, Preference, SharedWeights, Tensor};

const FILE: &str = "weights.data";

fn two_roads() -> Vec<u8> {
    let path = format!("{}/../../tests/parity/engine/two_roads.onnx", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The graph with its weights moved out, each at a multiple of 64 bytes, and these.
fn moved_out(location: &str) -> (Vec<u8>, Vec<u8>) {
    let mut model = ModelProto::read(two_roads()).unwrap();
    let mut weights = Vec::new();
    let graph = model.graph.as_mut().unwrap();
    assert!(!graph.initializer.is_empty());
    for tensor in &mut graph.initializer {
        weights.resize(weights.len().next_multiple_of(64), 0xff);
        let entry = |key: &str, value: String| StringStringEntryProto { key: key.into(), value };
        tensor.external_data = vec![
            entry("location", location.into()),
            entry("offset", weights.len().to_string()),
            entry("length", tensor.raw_data.len().to_string()),
        ];
        tensor.data_location = 1;
        weights.extend(std::mem::take(&mut tensor.raw_data));
    }
    (model.encode_to_vec(), weights)
}

fn engines() -> impl Iterator<Item = Engine> {
    let engines = [Preference::Rten, Preference::Wonnx].map(|p| (p, pollster::block_on(Engine::choose(p))));
    engines.into_iter().filter_map(|(preference, engine)| match engine {
        Ok(engine) => Some(engine),
        Err(e) if preference == Preference::Wonnx => {
            eprintln!("not tested on the GPU: {e}");
            None
        }
        Err(e) => panic!("{e}"),
    })
}

fn run(engine: &Engine, bytes: &[u8], weights: Option<&SharedWeights>) -> Result<Vec<Tensor>, Error> {
    let x = Tensor::f32([2, 3], vec![0.5, -1.0, 2.0, 0.0, 1.5, -0.25]).unwrap();
    let ids = Tensor::i32([2], vec![5, 2]).unwrap();
    pollster::block_on(async {
        let session = engine.load("two_roads", Onnx { bytes, weights }).await?;
        session.run(&[("x", &x), ("ids", &ids)]).await
    })
}

#[test]
fn graphs_that_share_weights_answer_as_with_their_own() {
    let (graph, weights) = moved_out(FILE);
    for engine in engines() {
        let expected = run(&engine, &two_roads(), None).unwrap();
        let weights = engine.share(FILE, weights.clone());
        for _ in 0..2 {
            assert_eq!(run(&engine, &graph, Some(&weights)).unwrap(), expected, "{}", engine.kind());
        }
    }
}

#[test]
fn weights_that_are_not_there_are_errors() {
    let (graph, weights) = moved_out(FILE);
    let (elsewhere, _) = moved_out("other.data");
    for engine in engines() {
        let short = engine.share(FILE, weights[..weights.len() - 1].to_vec());
        assert_eq!(run(&engine, &graph, Some(&short)).unwrap_err().kind(), ErrorKind::BadGraph);
        let whole = engine.share(FILE, weights.clone());
        assert_eq!(run(&engine, &elsewhere, Some(&whole)).unwrap_err().kind(), ErrorKind::BadGraph);
        assert!(run(&engine, &graph, None).is_err());
    }
}
