use std::f32::consts::TAU;

use serde::{Deserialize, Serialize};

use super::SamConfig;
use crate::{Error, Weights};

/// SAM's prompt encoder, as far as single points need it. It is small enough to run outside of any graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamPromptEncoder {
    /// Side of the encoder's input, in pixels: coordinates are divided by it.
    image_size: usize,
    /// Random frequencies along x, then along y; half as many each as a prompt has channels.
    frequencies: [Vec<f32>; 2],
    /// Added to the encoding of a point on the object.
    point: Vec<f32>,
    /// Stands for the box that is not given.
    padding: Vec<f32>,
}

impl SamPromptEncoder {
    /// Reads the prompt encoder from a checkpoint; the frequencies stand under either of two names there.
    pub fn new(config: &SamConfig, weights: &Weights<'_>) -> Result<Self, Error> {
        config.check()?;
        let half = config.vision_config.num_pos_feats;
        let names = [
            "prompt_encoder.shared_embedding.positional_embedding",
            "shared_image_embedding.positional_embedding",
        ];
        let name = names.into_iter().find(|name| weights.has(name)).unwrap_or(names[0]);
        let mut along_x = weights.take(name, &[2, half])?;
        let along_y = along_x.split_off(half);
        let token = |name: &str| weights.take(&format!("prompt_encoder.{name}.weight"), &[1, 2 * half]);
        Ok(Self {
            image_size: config.image_size(),
            frequencies: [along_x, along_y],
            point: token("point_embed.1")?,
            padding: token("not_a_point_embed")?,
        })
    }

    /// How many values a token has.
    pub fn channels(&self) -> usize {
        self.point.len()
    }

    /// The two tokens of each point, [points, 2, channels]: the point, and the padding that stands for no box.
    ///
    /// Points are (x, y) in the pixels of the encoder's input.
    pub fn encode(&self, points: &[[f32; 2]]) -> Vec<f32> {
        let mut tokens = Vec::with_capacity(points.len() * 2 * self.channels());
        for &[x, y] in points {
            // A pixel's coordinates are those of its centre.
            let side = self.image_size as f32;
            let position = self.position([(x + 0.5) / side, (y + 0.5) / side]);
            tokens.extend(position.iter().zip(&self.point).map(|(p, e)| p + e));
            tokens.extend_from_slice(&self.padding);
        }
        tokens
    }

    /// The positions of the image embedding's cells, row by row, [grid², channels].
    pub(super) fn grid_positions(&self, grid: usize) -> Vec<f32> {
        let centre = |i: usize| (i as f32 + 0.5) / grid as f32;
        (0..grid * grid).flat_map(|i| self.position([centre(i % grid), centre(i / grid)])).collect()
    }

    /// Random Fourier features of a position (x, y) whose coordinates are 0 to 1.
    fn position(&self, at: [f32; 2]) -> Vec<f32> {
        let [x, y] = at.map(|v| 2.0 * v - 1.0);
        let [along_x, along_y] = &self.frequencies;
        let angles: Vec<f32> = along_x.iter().zip(along_y).map(|(fx, fy)| TAU * (x * fx + y * fy)).collect();
        // Not the platform's own: a pack built in a browser has the same bytes as one built elsewhere.
        let sines = angles.iter().map(|&a| libm::sinf(a));
        sines.chain(angles.iter().map(|&a| libm::cosf(a))).collect()
    }
}
