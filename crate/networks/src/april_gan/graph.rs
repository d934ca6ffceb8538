use super::AprilGanConfig;
use crate::clip::{embed_patches, encoder_block, project_first};
use crate::graph::GraphBuilder;
use crate::interpolate::bicubic_antialiased;
use crate::{ClipConfig, Error, WeightSink, Weights};

impl AprilGanConfig {
    /// APRIL-GAN as an ONNX file: `image` [1, 3, S, S] → `embedding` [1, D], the picture's, projected and not normalised, and
    /// `stage0`, `stage1`, … [1, L, D], the patches after each block of `features_list` through its linear layer, not
    /// normalised.
    ///
    /// `tower` is the checkpoint of CLIP, or of CLIPSeg, which holds CLIP whole; `layers` that of the trained layers, with the
    /// published names `fc.0.weight` [D, C] and `fc.0.bias` [D], …. Patches are read as the blocks leave them, before the
    /// tower's last norm, which only the class token goes through.
    pub fn graph(
        &self,
        clip: &ClipConfig,
        tower: &Weights<'_>,
        layers: &Weights<'_>,
        sink: &mut dyn WeightSink,
    ) -> Result<Vec<u8>, Error> {
        clip.check()?;
        let grid = self.grid(clip)?;
        let vision = self.vision(clip);
        let blocks = vision.num_hidden_layers;
        let mut b = GraphBuilder::new("april_gan", sink);
        let mut x = embed_patches(&mut b, &vision, tower, self.image_size, bicubic_antialiased)?;
        let mut stages = Vec::new();
        for block in 1..=blocks {
            let read = self.features_list.contains(&block);
            let only_first = block == blocks && !read;
            x = encoder_block(&mut b, &vision.block(tower, block - 1), &x, None, only_first)?;
            if read {
                let patches = b.slice(&x, 1, 1, 1 + grid * grid)?;
                let name = format!("fc.{}", stages.len());
                stages.push(b.linear_layer(layers, &name, &patches, clip.projection_dim, true)?);
            }
        }
        let embedding = project_first(&mut b, clip, tower, &x)?;
        b.output("embedding", &embedding);
        for (i, stage) in stages.iter().enumerate() {
            b.output(&format!("stage{i}"), stage);
        }
        b.finish()
    }
}
