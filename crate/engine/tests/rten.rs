//! rten behind the trait: right answers, and errors where a graph or an input is wrong.

use spotcheck_engine::{DataType, Engine, Error, ErrorKind, Preference, Session, Tensor};

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/../../tests/parity/engine/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn load(name: &str) -> Result<Box<dyn Session>, Error> {
    pollster::block_on(async {
        let engine = Engine::choose(Preference::Rten).await?;
        engine.load(name, &fixture(&format!("{name}.onnx"))).await
    })
}

fn numbers(key: &str) -> Vec<f32> {
    let all: serde_json::Value = serde_json::from_slice(&fixture("two_roads.json")).unwrap();
    all[key].as_array().unwrap().iter().map(|v| v.as_f64().unwrap() as f32).collect()
}

fn two_roads_inputs() -> (Tensor, Tensor) {
    let ids = numbers("ids").iter().map(|&v| v as i32).collect();
    (Tensor::f32([2, 3], numbers("x")).unwrap(), Tensor::i32([2], ids).unwrap())
}

#[test]
fn answers_as_onnxruntime_does() {
    let session = load("two_roads").unwrap();
    let names: Vec<_> = session.inputs().iter().map(|v| (v.name.as_str(), v.data_type)).collect();
    assert_eq!(names, [("x", DataType::F32), ("ids", DataType::I32)]);
    assert_eq!(session.outputs()[0].shape, [2, 4]);

    let (x, ids) = two_roads_inputs();
    // Inputs may come in any order; outputs come in the graph's.
    let outputs = pollster::block_on(session.run(&[("ids", &ids), ("x", &x)])).unwrap();
    for (output, key) in outputs.iter().zip(["shares", "rows"]) {
        assert_eq!(output.shape(), [2, 4]);
        for (a, b) in output.as_f32().unwrap().iter().zip(numbers(key)) {
            assert!((a - b).abs() < 1e-6, "{key}: {a} {b}");
        }
    }
}

#[test]
fn refuses_inputs_that_are_not_as_declared() {
    let session = load("two_roads").unwrap();
    let (x, ids) = two_roads_inputs();
    let turned = Tensor::f32([3, 2], numbers("x")).unwrap();
    let floats = Tensor::f32([2], vec![5.0, 2.0]).unwrap();
    let cases: [(&[(&str, &Tensor)], &str); 5] = [
        (&[("x", &x)], "\"ids\" is missing"),
        (&[("x", &x), ("ids", &ids), ("more", &x)], "no input \"more\""),
        (&[("x", &x), ("ids", &ids), ("x", &x)], "\"x\" is given twice"),
        (&[("x", &turned), ("ids", &ids)], "\"x\" must be F32 [2, 3], not F32 [3, 2]"),
        (&[("x", &x), ("ids", &floats)], "\"ids\" must be I32 [2], not F32 [2]"),
    ];
    for (inputs, expected) in cases {
        let error = pollster::block_on(session.run(inputs)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadInput);
        let text = error.to_string();
        assert!(text.contains(expected) && text.contains("two_roads"), "{text}");
    }
}

#[test]
fn refuses_graphs_when_the_session_is_made() {
    let cases = [
        ("unknown_op", ErrorKind::Unsupported, "in node \"odd\": operator error: Det"),
        ("dangling", ErrorKind::BadGraph, "node \"sum\" (Add) reads \"ghost\""),
        ("unmade", ErrorKind::BadGraph, "nothing makes the output \"y\""),
        ("twice", ErrorKind::BadGraph, "node \"second\" (Abs) makes \"y\", which exists"),
        ("dynamic", ErrorKind::Unsupported, "\"x\" has a shape that is not static"),
        ("int64", ErrorKind::Unsupported, "\"x\" is neither a float32 nor an int32"),
    ];
    for (name, kind, expected) in cases {
        let error = load(name).err().unwrap_or_else(|| panic!("{name} was accepted"));
        let text = error.to_string();
        assert_eq!(error.kind(), kind, "{text}");
        assert!(text.contains(expected) && text.contains(name), "{text}");
    }
}

#[test]
fn refuses_bytes_that_are_no_model() {
    let engine = pollster::block_on(Engine::choose(Preference::Rten)).unwrap();
    for bytes in [&b""[..], b"not a model", &fixture("two_roads.onnx")[..100]] {
        let error = pollster::block_on(engine.load("junk", bytes)).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::BadGraph);
        assert!(error.to_string().contains("junk"));
    }
}

#[test]
fn notices_an_output_that_is_not_as_declared() {
    // rten may see this at the start or at the run; either is an error, never a wrong shape handed on.
    let x = Tensor::f32([2, 2], vec![1.0; 4]).unwrap();
    let error = match load("wrong_shape") {
        Ok(session) => pollster::block_on(session.run(&[("x", &x)])).unwrap_err(),
        Err(error) => error,
    };
    assert!(error.to_string().contains("wrong_shape"), "{error}");
}
