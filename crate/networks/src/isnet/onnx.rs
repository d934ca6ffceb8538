use std::collections::BTreeMap;

use spotcheck_engine::onnx::NodeProto;

use super::graph::{BATCH_NORM_EPS, Block, STAGES};
use super::{IsNetConfig, NAME};
use crate::weights::{Element, Entry, OnnxGraph, Place};
use crate::{Error, ReadAt, Weights};

/// A convolution of IS-Net, in the order in which DIS runs them.
pub(super) struct Layer {
    /// What stands before `.weight` and `.bias` in DIS's names.
    pub name: String,
    /// Output channels, input channels and the kernel's sides.
    pub shape: [usize; 4],
    dilation: usize,
    /// What stands before the names of its batch normalisation.
    pub norm: Option<String>,
}

impl IsNetConfig {
    /// The official network at the side of the square that an ONNX export of it reads, where the export says one.
    pub fn from_onnx(file: &dyn ReadAt) -> Result<Self, Error> {
        let graph = OnnxGraph::read(file)?;
        let default = Self::default();
        let side = graph.inputs.iter().find_map(|input| match input.shape()?[..] {
            [1, 3, height, width] if height == width => Some(width),
            _ => None,
        });
        let config = Self { input_size: side.unwrap_or(default.input_size), ..default };
        config.check()?;
        Ok(config)
    }

    /// The weights in an ONNX export of this network, under DIS's names: in f32 or f16, with its batch normalisations or
    /// with those folded into the convolutions, which then have one that changes nothing.
    ///
    /// Convolutions are known by their weights' names where the export has kept them all; otherwise they are taken in the
    /// graph's order, which is the order in which DIS runs them. Either way each is held against the configuration, and the
    /// error names the node that does not fit, and both shapes.
    pub fn weights_from_onnx<'a>(&self, file: impl ReadAt + 'a) -> Result<Weights<'a>, Error> {
        self.check()?;
        let graph = OnnxGraph::read(&file)?;
        let mut entries = BTreeMap::new();
        for (layer, node) in self.matched(&graph)? {
            take(&graph, &layer, node, &mut entries)?;
        }
        Ok(Weights::new(entries, file))
    }

    /// The node of each convolution.
    fn matched<'g>(&self, graph: &'g OnnxGraph) -> Result<Vec<(Layer, &'g NodeProto)>, Error> {
        let layers = self.layers();
        let convs: Vec<&NodeProto> = graph.nodes.iter().filter(|node| node.op_type == "Conv").collect();
        let weight = |node: &NodeProto| graph.constant(node.input_name(1)?).map(|(name, _)| name.to_owned());
        let named: Vec<(&NodeProto, String)> =
            convs.iter().filter_map(|node| Some((*node, weight(node)?))).collect();
        let by_name = |layer: &Layer| {
            let is = |name: &str| {
                name.strip_suffix(".weight").and_then(|n| n.strip_suffix(&layer.name)).is_some_and(is_prefix)
            };
            named.iter().find(|(_, name)| is(name)).map(|(node, _)| *node)
        };
        let nodes: Option<Vec<&NodeProto>> = layers.iter().map(by_name).collect();
        let nodes = match nodes {
            Some(nodes) => nodes,
            None if convs.len() < layers.len() => {
                let message = format!(
                    "an ONNX export with {} convolutions, where IS-Net has {} (quantised exports cannot be read)",
                    convs.len(),
                    layers.len()
                );
                return Err(Error::Checkpoint(message));
            }
            // The coarser outputs, which stand last, are left over.
            None => convs,
        };
        Ok(layers.into_iter().zip(nodes).collect())
    }

    /// Every convolution on the way to the finest output.
    pub(super) fn layers(&self) -> Vec<Layer> {
        let plain = |name: &str, shape| Layer { name: name.into(), shape, dilation: 1, norm: None };
        let mut layers = vec![plain("conv_in", [self.conv_in, 3, 3, 3])];
        for (i, (&channels, block)) in self.stages.iter().zip(STAGES).enumerate() {
            rsu(&mut layers, &format!("stage{}", i + 1), channels, block);
        }
        for (i, (&channels, block)) in self.decoder.iter().zip(STAGES.iter().rev().skip(1)).enumerate() {
            rsu(&mut layers, &format!("stage{}d", 5 - i), channels, *block);
        }
        let [.., [_, _, finest]] = self.decoder;
        layers.push(plain("side1", [1, finest, 3, 3]));
        layers
    }
}

/// The convolutions of a U-block, in the order of DIS's `forward`.
fn rsu(layers: &mut Vec<Layer>, stage: &str, [input, inside, out]: [usize; 3], block: Block) {
    let mut push = |layer: String, out: usize, input: usize, dilation: usize| {
        let name = format!("{stage}.rebnconv{layer}");
        let norm = Some(format!("{name}.bn_s1"));
        layers.push(Layer { name: format!("{name}.conv_s1"), shape: [out, input, 3, 3], dilation, norm });
    };
    push("in".into(), out, input, 1);
    let depth = block.depth();
    for level in 1..=depth {
        push(level.to_string(), inside, if level == 1 { out } else { inside }, block.dilation(level));
    }
    for level in (1..depth).rev() {
        let dilation = if matches!(block, Block::Dilated) { block.dilation(level) } else { 1 };
        push(format!("{level}d"), if level == 1 { out } else { inside }, 2 * inside, dilation);
    }
}

/// Whether this may stand before a tensor's name: nothing, or a module that it is in.
fn is_prefix(text: &str) -> bool {
    text.is_empty() || text.ends_with('.')
}

/// Takes a convolution's weights, and those of the batch normalisation behind it.
fn take(
    graph: &OnnxGraph,
    layer: &Layer,
    node: &NodeProto,
    entries: &mut BTreeMap<String, Entry>,
) -> Result<(), Error> {
    let fail = |message: String| Error::Graph { graph: NAME.into(), node: node.name.clone(), message };
    let stands_for = format!("it stands where {} is expected", layer.name);
    let (name, weight) = node
        .input_name(1)
        .and_then(|name| graph.constant(name))
        .ok_or_else(|| fail(format!("{stands_for}, and its weight is no constant of the file")))?;
    if weight.shape != layer.shape {
        return Err(fail(format!(
            "{stands_for}: its weight `{name}` has the shape {:?}, not {:?}",
            weight.shape, layer.shape
        )));
    }
    // A name that is one of DIS's must be the right one.
    let known = name.strip_suffix(".weight").filter(|name| name.ends_with(".conv_s1"));
    if known.is_some_and(|known| !known.strip_suffix(&layer.name).is_some_and(is_prefix)) {
        return Err(fail(format!("{stands_for}, but its weight is `{name}`")));
    }
    let dilations = node.attribute("dilations").map_or(&[][..], |attribute| &attribute.ints);
    if dilations.iter().any(|&d| d != layer.dilation as i64) || (dilations.is_empty() && layer.dilation != 1)
    {
        return Err(fail(format!("{stands_for}: its dilations are {dilations:?}, not {}", layer.dilation)));
    }

    let channels = layer.shape[..1].to_vec();
    let filled =
        |value| Entry { element: Element::F32, shape: channels.clone(), place: Place::Filled(value) };
    let vector = |of: &NodeProto, input: usize| -> Result<Entry, Error> {
        let found = of.input_name(input).and_then(|name| graph.constant(name));
        let (name, entry) = found.ok_or_else(|| {
            fail(format!("{stands_for}, and input {input} of `{}` is no constant of the file", of.name))
        })?;
        if entry.shape != channels {
            return Err(fail(format!(
                "{stands_for}: `{name}` has the shape {:?}, not {channels:?}",
                entry.shape
            )));
        }
        Ok(entry.clone())
    };
    let bias = if node.input_name(2).is_some() { vector(node, 2)? } else { filled(0.0) };
    entries.insert(format!("{}.weight", layer.name), weight.clone());
    entries.insert(format!("{}.bias", layer.name), bias);

    let Some(norm) = &layer.norm else { return Ok(()) };
    let reads = |other: &&NodeProto| {
        other.op_type == "BatchNormalization" && other.input.first() == node.output.first()
    };
    let fields = ["weight", "bias", "running_mean", "running_var"];
    let values = match graph.nodes.iter().find(reads) {
        Some(other) => {
            let eps = other.attribute("epsilon").map_or(BATCH_NORM_EPS, |attribute| attribute.f);
            if (eps - BATCH_NORM_EPS).abs() > 1e-8 {
                return Err(fail(format!("the epsilon of `{}` is {eps}, not {BATCH_NORM_EPS}", other.name)));
            }
            [vector(other, 1)?, vector(other, 2)?, vector(other, 3)?, vector(other, 4)?]
        }
        // Its variance and epsilon are 1 together, so that it multiplies by exactly 1.
        None => [filled(1.0), filled(0.0), filled(0.0), filled(1.0 - BATCH_NORM_EPS)],
    };
    entries.extend(fields.iter().map(|field| format!("{norm}.{field}")).zip(values));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layers_are_those_of_the_dis_repository() {
        let list = include_str!("../../../../tests/parity/shapes/isnet.txt");
        let shapes: BTreeMap<&str, &str> = list.lines().filter_map(|line| line.split_once('\t')).collect();
        let layers = IsNetConfig::default().layers();
        for layer in &layers {
            let shape = shapes.get(format!("{}.weight", layer.name).as_str()).copied();
            assert_eq!(
                shape.map(|s| s.replace(' ', "")),
                Some(format!("{:?}", layer.shape).replace(' ', ""))
            );
        }
        // 119 convolutions, of which five are the coarser outputs.
        assert_eq!(layers.len(), 119 - 5);
        assert_eq!(layers.iter().filter(|layer| layer.norm.is_some()).count(), 112);
    }

    #[test]
    fn a_folded_normalisation_multiplies_by_one() {
        let variance: f32 = 1.0 - BATCH_NORM_EPS;
        assert_eq!(1.0 / (variance + BATCH_NORM_EPS).sqrt(), 1.0);
    }
}
