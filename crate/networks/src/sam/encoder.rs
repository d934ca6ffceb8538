use spotcheck_engine::DataType;

use super::config::VisionConfig;
use super::{CHANNEL_NORM_EPS, SamConfig};
use crate::graph::{Conv, GraphBuilder, Value};
use crate::{Error, WeightSink, Weights};

/// Scores that an attention over the whole picture holds at a time, at most (one image row of queries at least). All of
/// them at once would be 805 MB for ViT-B, and no faster.
const SCORES_AT_A_TIME: usize = 1 << 24;

impl SamConfig {
    /// The image encoder as an ONNX file: `image` [1, 3, S, S] → `embedding` [1, C, G, G].
    pub fn encoder_graph(&self, weights: &Weights<'_>, sink: &mut dyn WeightSink) -> Result<Vec<u8>, Error> {
        self.build_encoder(weights, sink)?.finish()
    }

    pub(super) fn build_encoder<'s>(
        &self,
        weights: &Weights<'_>,
        sink: &'s mut dyn WeightSink,
    ) -> Result<GraphBuilder<'s>, Error> {
        self.check()?;
        let mut b = GraphBuilder::new("sam_encoder", sink);
        let image = b.input("image", DataType::F32, &[1, 3, self.image_size(), self.image_size()]);
        let mut encoder = Encoder { b: &mut b, weights, config: &self.vision_config, grid: self.grid() };
        let mut x = encoder.patches(&image)?;
        for layer in 0..self.vision_config.num_hidden_layers {
            x = encoder.block(layer, &x)?;
        }
        let embedding = encoder.neck(&x)?;
        b.output("embedding", &embedding);
        Ok(b)
    }
}

struct Encoder<'e, 'w, 's> {
    b: &'e mut GraphBuilder<'s>,
    weights: &'e Weights<'w>,
    config: &'e VisionConfig,
    grid: usize,
}

/// Queries, keys and values, each [N, heads, tokens, head_dim].
struct Heads {
    q: Value,
    k: Value,
    v: Value,
}

impl Encoder<'_, '_, '_> {
    /// [1, 3, S, S] → one token a patch, [1, G², C].
    fn patches(&mut self, image: &Value) -> Result<Value, Error> {
        let VisionConfig { hidden_size, patch_size, use_abs_pos, .. } = *self.config;
        let (g, b) = (self.grid, &mut *self.b);
        let name = "vision_encoder.patch_embed.projection";
        let conv = Conv { stride: patch_size, ..Conv::default() };
        let patches = b.conv_layer(self.weights, name, image, (hidden_size, patch_size), conv, true)?;
        let tokens = b.scope("vision_encoder.patch_embed", |b| {
            let rows = b.reshape(&patches, &[1, hidden_size, g * g])?;
            b.transpose(&rows, &[0, 2, 1])
        })?;
        if !use_abs_pos {
            return Ok(tokens);
        }
        let name = "vision_encoder.pos_embed";
        let positions = self.weights.take(name, &[1, g, g, hidden_size])?;
        let positions = b.weight(name, &[1, g * g, hidden_size], positions)?;
        b.scope("vision_encoder", |b| b.add(&tokens, &positions))
    }

    /// A pre-norm transformer block on [1, G², C].
    fn block(&mut self, layer: usize, x: &Value) -> Result<Value, Error> {
        let name = format!("vision_encoder.layers.{layer}");
        let VisionConfig { hidden_size, layer_norm_eps, window_size, hidden_act, .. } = *self.config;
        let windowed = window_size > 0 && !self.config.global_attn_indexes.contains(&layer);
        let normed =
            self.b.layer_norm_layer(self.weights, &format!("{name}.layer_norm1"), x, layer_norm_eps)?;
        let attended = if windowed {
            let windows = self.b.scope(&name, |b| to_windows(b, &normed, self.grid, window_size))?;
            let attended = self.attention(&name, &windows, window_size)?;
            self.b.scope(&name, |b| from_windows(b, &attended, self.grid, window_size))?
        } else {
            self.attention(&name, &normed, self.grid)?
        };
        let b = &mut *self.b;
        // A linear layer works token by token, so it waits until the windows' padding is cut off.
        let projected =
            b.linear_layer(self.weights, &format!("{name}.attn.proj"), &attended, hidden_size, true)?;
        let x = b.scope(&name, |b| b.add(x, &projected))?;

        let normed = b.layer_norm_layer(self.weights, &format!("{name}.layer_norm2"), &x, layer_norm_eps)?;
        let lin1 = format!("{name}.mlp.lin1");
        let inner = b.linear_layer(self.weights, &lin1, &normed, self.config.mlp_dim(), true)?;
        let inner = b.scope(&format!("{name}.mlp"), |b| b.activation(&inner, hidden_act))?;
        let outer = b.linear_layer(self.weights, &format!("{name}.mlp.lin2"), &inner, hidden_size, true)?;
        b.scope(&name, |b| b.add(&x, &outer))
    }

    /// Self-attention with decomposed relative positions among the tokens of squares, [N, side², C].
    fn attention(&mut self, name: &str, x: &Value, side: usize) -> Result<Value, Error> {
        let heads = self.config.num_attention_heads;
        let q = self.projection(name, x, 0)?;
        let k = self.projection(name, x, 1)?;
        let v = self.projection(name, x, 2)?;
        let scope = format!("{name}.attn");
        let tables = if self.config.use_rel_pos {
            let shape = [2 * side - 1, self.config.hidden_size / heads];
            let mut table =
                |axis| self.b.checkpoint_weight(self.weights, &format!("{scope}.rel_pos_{axis}"), &shape);
            Some([table("h")?, table("w")?])
        } else {
            None
        };
        self.b.scope(&scope, |b| {
            let split = Heads {
                q: b.split_heads(&q, heads)?,
                k: b.split_heads(&k, heads)?,
                v: b.split_heads(&v, heads)?,
            };
            let positions = match tables {
                Some(tables) => Some(relative_positions(b, &split.q, side, &tables)?),
                None => None,
            };
            let attended = attend(b, &split, positions.as_ref(), side)?;
            b.merge_heads(&attended)
        })
    }

    /// A third of the checkpoint's joint layer for queries, keys and values: apart, none has to be cut out of the result.
    fn projection(&mut self, name: &str, x: &Value, part: usize) -> Result<Value, Error> {
        let c = self.config.hidden_size;
        let joint = format!("{name}.attn.qkv");
        let rows = self.weights.take(&format!("{joint}.weight"), &[3 * c, c])?;
        let matrix = crate::graph::transposed(&rows[part * c * c..][..c * c], c);
        let letter = ["q", "k", "v"][part];
        let weight = self.b.kernel(&format!("{joint}.weight.{letter}"), &[c, c], matrix, 1)?;
        let bias = if self.config.qkv_bias {
            let all = self.weights.take(&format!("{joint}.bias"), &[3 * c])?;
            Some(self.b.weight(&format!("{joint}.bias.{letter}"), &[c], all[part * c..][..c].to_vec())?)
        } else {
            None
        };
        self.b.scope(&format!("{joint}.{letter}"), |b| b.linear(x, &weight, bias.as_ref()))
    }

    /// [1, G², C] → the embedding, [1, C', G, G].
    fn neck(&mut self, x: &Value) -> Result<Value, Error> {
        let (g, b, weights) = (self.grid, &mut *self.b, self.weights);
        let VisionConfig { hidden_size, output_channels: out, .. } = *self.config;
        // The first convolution is 1 × 1: a linear layer on the tokens as they stand, with the channels last.
        let name = "vision_encoder.neck.conv1.weight";
        let matrix = crate::graph::transposed(&weights.take(name, &[out, hidden_size, 1, 1])?, hidden_size);
        let weight = b.kernel(name, &[hidden_size, out], matrix, 1)?;
        let x = b.scope("vision_encoder.neck.conv1", |b| b.linear(x, &weight, None))?;
        let x = b.layer_norm_layer(weights, "vision_encoder.neck.layer_norm1", &x, CHANNEL_NORM_EPS)?;
        let x = b.scope("vision_encoder.neck", |b| {
            let rows = b.transpose(&x, &[0, 2, 1])?;
            b.reshape(&rows, &[1, out, g, g])
        })?;
        let conv = Conv { padding: 1, ..Conv::default() };
        let x = b.conv_layer(weights, "vision_encoder.neck.conv2", &x, (out, 3), conv, false)?;
        let name = "vision_encoder.neck.layer_norm2";
        let gain = b.checkpoint_weight(weights, &format!("{name}.weight"), &[out])?;
        let bias = b.checkpoint_weight(weights, &format!("{name}.bias"), &[out])?;
        b.scope(name, |b| b.channel_layer_norm(&x, &gain, &bias, CHANNEL_NORM_EPS))
    }
}

/// Cuts [1, G², C] into windows, [windows, side², C], padded with zeros at the right and the bottom.
fn to_windows(b: &mut GraphBuilder, x: &Value, grid: usize, side: usize) -> Result<Value, Error> {
    let channels = x.shape().last().copied().unwrap_or(0);
    let windows = grid.div_ceil(side);
    let missing = windows * side - grid;
    let square = b.reshape(x, &[1, grid, grid, channels])?;
    let padded = b.pad(&square, &[0; 4], &[0, missing, missing, 0])?;
    // The columns of a window stay together with their channels, which keeps the copy at four axes.
    let cut = b.reshape(&padded, &[windows, side, windows, side * channels])?;
    let ordered = b.transpose(&cut, &[0, 2, 1, 3])?;
    b.reshape(&ordered, &[windows * windows, side * side, channels])
}

/// The way back from [`to_windows`].
fn from_windows(b: &mut GraphBuilder, x: &Value, grid: usize, side: usize) -> Result<Value, Error> {
    let channels = x.shape().last().copied().unwrap_or(0);
    let windows = grid.div_ceil(side);
    let cut = b.reshape(x, &[windows, windows, side, side * channels])?;
    let ordered = b.transpose(&cut, &[0, 2, 1, 3])?;
    let square = b.reshape(&ordered, &[1, windows * side, windows * side, channels])?;
    let rows = b.slice(&square, 1, 0, grid)?;
    let inside = b.slice(&rows, 2, 0, grid)?;
    b.reshape(&inside, &[1, grid * grid, channels])
}

/// What relative positions add to the scores of queries [N, H, side², D]: by rows [N · H, side², side, 1] and by columns
/// [N · H, side², 1, side] of the keys.
fn relative_positions(
    b: &mut GraphBuilder,
    q: &Value,
    side: usize,
    tables: &[Value; 2],
) -> Result<[Value; 2], Error> {
    let &[n, h, tokens, d] = q.shape() else { return Ok([q.clone(), q.clone()]) };
    let squares = n * h;
    let q = b.reshape(q, &[squares, side, side, d])?;
    // Query and key i and j apart: row i − j + side − 1 of the table.
    let indices: Vec<i32> =
        (0..side).flat_map(|i| (0..side).map(move |j| (i + side - 1 - j) as i32)).collect();
    let index_name = format!("relative_positions.{side}");
    let indices = b.shared_i32(&index_name, &[side, side], &indices)?;
    let along = |b: &mut GraphBuilder<'_>, table: &Value, to: [usize; 4], back: [usize; 4]| {
        let rows = b.gather(table, &indices, 0)?;
        let rows = b.transpose(&rows, &[0, 2, 1])?;
        // One product for each row (or column) of queries, with the part of the table that it sees.
        let grouped = b.transpose(&q, &to)?;
        let grouped = b.reshape(&grouped, &[side, squares * side, d])?;
        let terms = b.matmul(&grouped, &rows)?;
        let terms = b.reshape(&terms, &[side, squares, side, side])?;
        b.transpose(&terms, &back)
    };
    let by_row = along(b, &tables[0], [1, 0, 2, 3], [1, 0, 2, 3])?;
    let by_column = along(b, &tables[1], [2, 0, 1, 3], [1, 2, 0, 3])?;
    Ok([
        b.reshape(&by_row, &[squares, tokens, side, 1])?,
        b.reshape(&by_column, &[squares, tokens, 1, side])?,
    ])
}

/// `x` [N, H, T, D] as it is, but not before `other` [N, H, U, D] is there.
///
/// Without such a bond rten runs the products of all pieces before the first softmax (operators that work in place wait
/// for those that do not), and all scores are in memory at once.
fn after(b: &mut GraphBuilder, other: &Value, x: &Value) -> Result<Value, Error> {
    let &[.., first, _] = other.shape() else { return Ok(x.clone()) };
    let joined = b.concat(&[other, x], 2)?;
    let end = joined.shape().get(2).copied().unwrap_or(0);
    b.slice(&joined, 2, first, end)
}

/// Attention among the tokens of each square, in pieces of as many image rows of queries as
/// [`SCORES_AT_A_TIME`] allows.
fn attend(
    b: &mut GraphBuilder,
    heads: &Heads,
    positions: Option<&[Value; 2]>,
    side: usize,
) -> Result<Value, Error> {
    let &[n, h, tokens, d] = heads.q.shape() else { return Ok(heads.q.clone()) };
    let scale = 1.0 / (d as f32).sqrt();
    let rows = (SCORES_AT_A_TIME / (n * h * side * tokens).max(1)).clamp(1, side);
    let mut pieces: Vec<Value> = Vec::new();
    for first in (0..side).step_by(rows) {
        let (from, to) = (first * side, (first + rows).min(side) * side);
        let mut q = b.slice(&heads.q, 2, from, to)?;
        if let Some(before) = pieces.last() {
            q = after(b, before, &q)?;
        }
        let mut scores = b.attention_scores(&q, &heads.k, scale)?;
        if let Some([by_row, by_column]) = positions {
            scores = b.reshape(&scores, &[n * h, to - from, side, side])?;
            // One after the other: their sum would be as large as the scores, and slow to make.
            for term in [by_row, by_column] {
                let term = b.slice(term, 1, from, to)?;
                scores = b.add(&scores, &term)?;
            }
            scores = b.reshape(&scores, &[n, h, to - from, tokens])?;
        }
        let weights = b.softmax(&scores);
        pieces.push(b.matmul(&weights, &heads.v)?);
    }
    match &pieces[..] {
        [whole] => Ok(whole.clone()),
        pieces => b.concat(&pieces.iter().collect::<Vec<_>>(), 2),
    }
}
