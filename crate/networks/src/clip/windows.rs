use spotcheck_engine::DataType;

use super::vision::{embed_tokens, pre_layer_norm, project_first};
use super::{NAME, encoder_block};
use crate::graph::GraphBuilder;
use crate::interpolate::bicubic;
use crate::{ClipConfig, Error, WeightSink, Weights};

/// WinCLIP's windows (Jeong et al., CVPR 2023, section 4.2): the image tower over a few of a picture's patches. Its weights are
/// those of [`ClipConfig::vision_graph`].
impl ClipConfig {
    /// What all windows of a picture are cut from, as an ONNX file: `image` [1, 3, N, N] → `tokens` [1, 1 + patches, C], the
    /// class token first, positions added, not yet normalised.
    pub fn tokens_graph(&self, weights: &Weights<'_>, sink: &mut dyn WeightSink) -> Result<Vec<u8>, Error> {
        self.check()?;
        let mut b = GraphBuilder::new("clip_tokens", sink);
        let tokens =
            embed_tokens(&mut b, &self.vision_config, weights, self.vision_config.image_size, bicubic)?;
        b.output("tokens", &tokens);
        b.finish()
    }

    /// The image tower for `batch` windows of `side` × `side` patches, as an ONNX file: `tokens` [B, 1 + side², C], the class
    /// token and the window's patches → `embedding` [B, D], projected, not normalised.
    pub fn window_graph(
        &self,
        weights: &Weights<'_>,
        sink: &mut dyn WeightSink,
        batch: usize,
        side: usize,
    ) -> Result<Vec<u8>, Error> {
        self.check()?;
        let vision = &self.vision_config;
        let grid = self.grid()?;
        if batch == 0 || side == 0 || side > grid {
            let message = format!(
                "there are no {batch} windows of {side} × {side} patches among {grid} × {grid}, all at a time"
            );
            return Err(Error::config(NAME, message));
        }
        let mut b = GraphBuilder::new("clip_window", sink);
        let tokens = b.input("tokens", DataType::F32, &[batch, 1 + side * side, vision.hidden_size]);
        let mut x = pre_layer_norm(&mut b, vision, weights, &tokens)?;
        for layer in 0..vision.num_hidden_layers {
            let last = layer + 1 == vision.num_hidden_layers;
            x = encoder_block(&mut b, &vision.block(weights, layer), &x, None, last)?;
        }
        let embedding = project_first(&mut b, self, weights, &x)?;
        b.output("embedding", &embedding);
        b.finish()
    }

    /// Patches along the side of a picture at the image tower's own size.
    pub fn grid(&self) -> Result<usize, Error> {
        self.vision_config.grid(self.vision_config.image_size)
    }
}
