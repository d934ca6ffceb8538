//! IS-Net read from its ONNX exports (`tests/parity/isnet/make_onnx.py`) gives what PyTorch gives for it.

#[path = "support/fixtures.rs"]
#[allow(dead_code)]
mod fixtures;

use std::io::Read;

use fixtures::{Expected, bytes, difference, folder, run};
use half::f16;
use prost::Message;
use spotcheck_engine::onnx::{ElementType, GraphProto, ModelProto, TensorProto};
use spotcheck_engine::{Engine, Preference};
use spotcheck_networks::{Inline, IsNetConfig};

const CASE: &str = "isnet/odd";
/// Largest difference of a saliency, which is 0 to 1.
const TOLERANCE: f32 = 1e-3;
/// Half precision rounds the folded weights by up to 1 in 2048, through fifty layers: ten times as much.
const HALF_TOLERANCE: f32 = 1e-2;

fn export(name: &str) -> ModelProto {
    let packed = bytes(&folder(CASE), &format!("{name}.onnx.gz"));
    let mut onnx = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut onnx).unwrap();
    ModelProto::read(onnx).unwrap()
}

fn graph(model: &mut ModelProto) -> &mut GraphProto {
    model.graph.as_mut().unwrap()
}

fn config() -> IsNetConfig {
    IsNetConfig::from_json(&bytes(&folder(CASE), "config.json")).unwrap()
}

/// The network built from an export, or why it cannot be.
fn built(model: &ModelProto) -> Result<Vec<u8>, String> {
    let onnx = model.encode_to_vec();
    let weights = config().weights_from_onnx(onnx.as_slice()).map_err(|e| e.to_string())?;
    config().graph(&weights, &mut Inline).map_err(|e| e.to_string())
}

/// How far the saliency is from what PyTorch gives.
fn error(model: &ModelProto) -> f32 {
    let expected = Expected::read(&folder(CASE));
    let engine = pollster::block_on(Engine::choose(Preference::Rten)).unwrap();
    let out = run(&engine, "isnet", &built(model).unwrap(), &[("image", &expected.get("pixels"))]);
    difference(out[0].as_f32().unwrap(), expected.get("saliency").as_f32().unwrap())
}

/// Gives every constant another name, as exporters do with what they have touched.
fn rename(model: &mut ModelProto, name: impl Fn(usize, &str) -> String) {
    let graph = graph(model);
    let names: Vec<(String, String)> = graph
        .initializer
        .iter()
        .enumerate()
        .map(|(i, tensor)| (tensor.name.clone(), name(i, &tensor.name)))
        .collect();
    for (old, new) in names {
        let inputs = graph.node.iter_mut().flat_map(|node| &mut node.input);
        inputs.filter(|input| **input == old).for_each(|input| input.clone_from(&new));
        graph
            .initializer
            .iter_mut()
            .filter(|tensor| tensor.name == old)
            .for_each(|t| t.name.clone_from(&new));
    }
}

/// Half precision written as single, in the field that older exporters use.
fn widen(tensor: &mut TensorProto) {
    if tensor.element_type() == Some(ElementType::Float16) {
        tensor.float_data = tensor.to_f32().unwrap();
        tensor.data_type = ElementType::Float as i32;
        tensor.raw_data = Default::default();
    }
}

#[test]
fn with_batch_normalisation_names_kept_or_lost() {
    let kept = export("unfolded");
    assert!(error(&kept) <= TOLERANCE, "{}", error(&kept));
    let mut lost = kept.clone();
    rename(&mut lost, |i, _| format!("onnx::Conv_{}", 900 + i));
    assert_eq!(built(&lost), built(&kept));

    // In half precision the fixture's weights are what they are: they were rounded when it was made.
    let mut half = kept.clone();
    for tensor in &mut graph(&mut half).initializer {
        if tensor.element_type() == Some(ElementType::Float) {
            let halves =
                tensor.to_f32().unwrap().into_iter().flat_map(|v| f16::from_f32(v).to_le_bytes()).collect();
            *tensor = TensorProto {
                dims: tensor.dims.clone(),
                ..TensorProto::raw(&tensor.name, &[], ElementType::Float16, halves)
            };
        }
    }
    assert_eq!(built(&half), built(&kept));

    // With names, the order of the nodes does not matter.
    let mut shuffled = kept.clone();
    graph(&mut shuffled).node.reverse();
    rename(&mut shuffled, |_, name| format!("network.{name}"));
    assert_eq!(built(&shuffled), built(&kept));
}

#[test]
fn with_batch_normalisation_folded_names_kept_or_lost() {
    // As torch's exporter leaves it: only layers without a normalisation have kept their names.
    let exported = export("folded");
    let worst = error(&exported);
    assert!(worst <= HALF_TOLERANCE, "{worst}");
    let mut lost = exported.clone();
    rename(&mut lost, |i, _| format!("{i}"));
    assert_eq!(built(&lost), built(&exported));
    // In single precision, as `float_data`.
    let mut single = exported.clone();
    graph(&mut single).initializer.iter_mut().for_each(widen);
    assert_eq!(built(&single), built(&exported));
    // As folded before the export: under the names that the unfolded one has, in its order of convolutions.
    let conv_inputs = |model: &ModelProto| -> Vec<String> {
        let nodes = &model.graph.as_ref().unwrap().node;
        nodes.iter().filter(|n| n.op_type == "Conv").flat_map(|n| n.input[1..].to_vec()).collect()
    };
    let (from, to) = (conv_inputs(&exported), conv_inputs(&export("unfolded")));
    assert_eq!(from.len(), to.len());
    let mut kept = exported.clone();
    rename(&mut kept, |_, name| match from.iter().position(|n| n == name) {
        Some(i) => to[i].clone(),
        None => name.into(),
    });
    graph(&mut kept).node.reverse();
    assert_eq!(built(&kept), built(&exported));
}

#[test]
fn without_the_coarser_outputs() {
    let whole = export("folded");
    let mut stripped = whole.clone();
    let coarse = ["side2", "side3", "side4", "side5", "side6"];
    graph(&mut stripped).node.retain(|n| !n.input.iter().any(|i| coarse.iter().any(|c| i.starts_with(c))));
    assert_eq!(built(&stripped), built(&whole));
}

#[test]
fn what_does_not_fit_is_named() {
    let conv = |model: &mut ModelProto, i: usize| {
        let nodes = &mut graph(model).node;
        nodes.iter().enumerate().filter(|(_, n)| n.op_type == "Conv").nth(i).unwrap().0
    };
    let whole = export("folded");
    // Two convolutions of different shapes change places.
    let mut swapped = whole.clone();
    let (a, b) = (conv(&mut swapped, 3), conv(&mut swapped, 20));
    graph(&mut swapped).node.swap(a, b);
    let message = built(&swapped).unwrap_err();
    assert!(message.contains("where stage1.rebnconv2.conv_s1 is expected"), "{message}");
    assert!(message.contains("has the shape [") && message.contains("], not [3, 3, 3, 3]"), "{message}");
    // Of one shape, but not of one dilation.
    let mut dilated = whole.clone();
    let (a, b) = (conv(&mut dilated, 3), conv(&mut dilated, 8));
    graph(&mut dilated).node.swap(a, b);
    let message = built(&dilated).unwrap_err();
    assert!(message.contains("its dilations are [2, 2], not 1"), "{message}");
    // Names that say otherwise.
    let mut misnamed = whole.clone();
    rename(&mut misnamed, |_, name| match name.starts_with("onnx::Conv") {
        true => format!("stage9.rebnconv{name}.conv_s1.weight"),
        false => name.into(),
    });
    assert!(built(&misnamed).unwrap_err().contains("but its weight is `stage9"));
    let mut short = whole.clone();
    let at = conv(&mut short, 60);
    graph(&mut short).node.truncate(at);
    assert!(built(&short).unwrap_err().contains("60 convolutions, where IS-Net has 114"));
    let mut quantised = whole.clone();
    graph(&mut quantised).initializer.iter_mut().for_each(|t| t.data_type = ElementType::Uint8 as i32);
    assert!(built(&quantised).is_err());
    let mut outside = whole.clone();
    graph(&mut outside).initializer[0].data_location = 1;
    assert!(built(&outside).unwrap_err().contains("stands in another file"));
    let mut other = config();
    other.decoder[4][1] = 9;
    let onnx = whole.encode_to_vec();
    let message = other.weights_from_onnx(onnx.as_slice()).err().unwrap().to_string();
    assert!(message.contains("stage1d.rebnconv1.conv_s1") && message.contains("[9, 4, 3, 3]"), "{message}");
}

#[test]
fn files_that_are_cut_or_scrambled_are_errors() {
    let onnx = export("folded").encode_to_vec();
    let config = config();
    for cut in (0..onnx.len()).step_by(997) {
        assert!(config.weights_from_onnx(&onnx[..cut]).is_err(), "{cut} bytes");
    }
    // Whatever is overwritten, it ends, and nothing is asked for that is not there.
    for at in (0..onnx.len()).step_by(401) {
        for byte in [0, 0x7f, 0xff] {
            let mut other = onnx.clone();
            other[at] = byte;
            if let Ok(weights) = config.weights_from_onnx(other.as_slice()) {
                let _ = config.graph(&weights, &mut Inline);
            }
        }
    }
    assert!(config.weights_from_onnx(&b"PK"[..]).is_err());
}

#[test]
fn an_export_says_the_side_of_its_input() {
    let mut model = export("folded");
    let size =
        |model: &ModelProto| IsNetConfig::from_onnx(&model.encode_to_vec().as_slice()).unwrap().input_size;
    assert_eq!(size(&model), config().input_size);
    graph(&mut model).input.clear();
    assert_eq!(size(&model), 1024);
}
