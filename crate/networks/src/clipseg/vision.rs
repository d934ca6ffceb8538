use super::ClipSegConfig;
use crate::clip::{embed_patches, encoder_block};
use crate::graph::GraphBuilder;
use crate::interpolate::bicubic;
use crate::{Error, WeightSink, Weights};

impl ClipSegConfig {
    /// What CLIPSeg computes once a tile, as an ONNX file: `image` [1, 3, S, S] → `r0`, `r1`, … [1, T, R], the reduced
    /// results of the extracted blocks in the order in which the decoder reads them (the last block first).
    ///
    /// Blocks of the image tower behind the last extracted one are left out.
    pub fn vision_graph(
        &self,
        weights: &Weights<'_>,
        sink: &mut dyn WeightSink,
        side: usize,
    ) -> Result<Vec<u8>, Error> {
        self.build_vision(weights, sink, side)?.finish()
    }

    pub(super) fn build_vision<'s>(
        &self,
        weights: &Weights<'_>,
        sink: &'s mut dyn WeightSink,
        side: usize,
    ) -> Result<GraphBuilder<'s>, Error> {
        self.check()?;
        let vision = &self.clip.vision_config;
        let mut b = GraphBuilder::new("clipseg_vision", sink);
        let mut x = embed_patches(&mut b, vision, weights, side, bicubic)?;
        let last = self.extract_layers.iter().max().copied().unwrap_or(0);
        let mut results = Vec::new();
        for layer in 0..=last {
            x = encoder_block(&mut b, &vision.block(weights, layer), &x, None, false)?;
            results.push(x.clone());
        }
        for (i, &layer) in self.extract_layers.iter().rev().enumerate() {
            let name = format!("decoder.reduces.{i}");
            let reduced = b.linear_layer(weights, &name, &results[layer], self.reduce_dim, true)?;
            b.output(&format!("r{i}"), &reduced);
        }
        Ok(b)
    }
}
