use spotcheck_engine::DataType;

use super::config::MaskDecoderConfig;
use super::{CHANNEL_NORM_EPS, NAME, SamConfig, SamPromptEncoder};
use crate::graph::{GraphBuilder, Value, transposed};
use crate::{Error, WeightSink, Weights};

/// torch's default: the one norm of the decoder that the configuration does not reach.
const FINAL_NORM_EPS: f32 = 1e-5;

impl SamConfig {
    /// The mask decoder for `points` single points at a time, as an ONNX file: `embedding` [1, C, G, G] and `sparse`
    /// [points, 2, C] → `masks` [points, 3, 4 G, 4 G] (logits) and `iou` [points, 3].
    ///
    /// These are the decoder's slots 1 to 3, what `multimask_output` gives; slot 0 is left out.
    pub fn decoder_graph(
        &self,
        weights: &Weights<'_>,
        sink: &mut dyn WeightSink,
        points: usize,
    ) -> Result<Vec<u8>, Error> {
        self.build_decoder(weights, sink, points)?.finish()
    }

    /// The first part of the mask decoder, what judges masks without drawing them, as an ONNX file: `embedding` and
    /// `sparse` as in [`SamConfig::decoder_graph`] → `iou` [points, 3], and what [`SamConfig::masks_graph`] draws with:
    /// `image` [points, G², C] and `kernels` [points, C / 8, 3].
    pub fn points_graph(
        &self,
        weights: &Weights<'_>,
        sink: &mut dyn WeightSink,
        points: usize,
    ) -> Result<Vec<u8>, Error> {
        self.build_points(weights, sink, points)?.finish()
    }

    /// The second part of the mask decoder, for one point, as an ONNX file: `image` [1, G², C] and `kernels`
    /// [1, C / 8, 3] → `masks` [1, 3, 4 G, 4 G].
    pub fn masks_graph(&self, weights: &Weights<'_>, sink: &mut dyn WeightSink) -> Result<Vec<u8>, Error> {
        self.build_masks(weights, sink)?.finish()
    }

    pub(super) fn build_decoder<'s>(
        &self,
        weights: &Weights<'_>,
        sink: &'s mut dyn WeightSink,
        points: usize,
    ) -> Result<GraphBuilder<'s>, Error> {
        let mut b = self.decoder_builder("sam_decoder", sink, points)?;
        let mut decoder = self.decoder(&mut b, weights, points);
        let Judged { image, kernels, iou } = decoder.judge()?;
        let masks = decoder.masks(&image, &kernels)?;
        b.output("masks", &masks);
        b.output("iou", &iou);
        Ok(b)
    }

    pub(super) fn build_points<'s>(
        &self,
        weights: &Weights<'_>,
        sink: &'s mut dyn WeightSink,
        points: usize,
    ) -> Result<GraphBuilder<'s>, Error> {
        let mut b = self.decoder_builder("sam_points", sink, points)?;
        let Judged { image, kernels, iou } = self.decoder(&mut b, weights, points).judge()?;
        b.output("iou", &iou);
        b.output("image", &image);
        b.output("kernels", &kernels);
        Ok(b)
    }

    pub(super) fn build_masks<'s>(
        &self,
        weights: &Weights<'_>,
        sink: &'s mut dyn WeightSink,
    ) -> Result<GraphBuilder<'s>, Error> {
        let mut b = self.decoder_builder("sam_masks", sink, 1)?;
        let (c, g) = (self.channels(), self.grid());
        let image = b.input("image", DataType::F32, &[1, g * g, c]);
        let kernels = b.input("kernels", DataType::F32, &[1, c / 8, self.masks_per_point()]);
        let masks = self.decoder(&mut b, weights, 1).masks(&image, &kernels)?;
        b.output("masks", &masks);
        Ok(b)
    }

    /// An empty graph, when this configuration and number of points can have one.
    fn decoder_builder<'s>(
        &self,
        name: &str,
        sink: &'s mut dyn WeightSink,
        points: usize,
    ) -> Result<GraphBuilder<'s>, Error> {
        self.check()?;
        if !(1..=4096).contains(&points) {
            return Err(Error::config(NAME, format!("the decoder cannot take {points} points at a time")));
        }
        Ok(GraphBuilder::new(name, sink))
    }

    fn decoder<'d, 'w, 's>(
        &'d self,
        b: &'d mut GraphBuilder<'s>,
        weights: &'d Weights<'w>,
        points: usize,
    ) -> Decoder<'d, 'w, 's> {
        Decoder { b, weights, sam: self, config: &self.mask_decoder_config, grid: self.grid(), points }
    }
}

/// What the tokens say of the masks at each point before these are drawn.
struct Judged {
    /// The image as the tokens left it, [points, G², C].
    image: Value,
    /// [points, C / 8, masks]
    kernels: Value,
    /// [points, masks]
    iou: Value,
}

/// e to this, a few times over, is still an `f32`.
const LARGEST_SCORE: f32 = 80.0;

struct Decoder<'d, 'w, 's> {
    b: &'d mut GraphBuilder<'s>,
    weights: &'d Weights<'w>,
    sam: &'d SamConfig,
    config: &'d MaskDecoderConfig,
    grid: usize,
    points: usize,
}

impl Decoder<'_, '_, '_> {
    fn judge(&mut self) -> Result<Judged, Error> {
        let (c, g) = (self.config.hidden_size, self.grid);
        let embedding = self.b.input("embedding", DataType::F32, &[1, c, g, g]);
        let sparse = self.b.input("sparse", DataType::F32, &[self.points, 2, c]);
        let positions = SamPromptEncoder::new(self.sam, self.weights)?.grid_positions(g);
        let positions = self.b.weight("mask_decoder.image_positions", &[1, g * g, c], positions)?;
        let tokens = self.tokens(&sparse)?;
        let image = self.image_tokens(&embedding)?;
        let (tokens, image) = self.transformer(&tokens, &image, &positions)?;
        Ok(Judged { image, kernels: self.mask_kernels(&tokens)?, iou: self.iou(&tokens)? })
    }

    /// The IoU token, the mask tokens and the prompt's two, [points, tokens, C].
    fn tokens(&mut self, sparse: &Value) -> Result<Value, Error> {
        let c = self.config.hidden_size;
        let masks = self.config.num_multimask_outputs + 1;
        let mut own = self.weights.take("mask_decoder.iou_token.weight", &[1, c])?;
        own.extend(self.weights.take("mask_decoder.mask_tokens.weight", &[masks, c])?);
        let own = self.b.weight("mask_decoder.output_tokens", &[1, 1 + masks, c], own)?;
        self.b.scope("mask_decoder", |b| {
            let own = b.expand(&own, &[self.points, 1 + masks, c])?;
            b.concat(&[&own, sparse], 1)
        })
    }

    /// The image embedding as tokens, with what stands for "no mask given" added, [1, G², C].
    fn image_tokens(&mut self, embedding: &Value) -> Result<Value, Error> {
        let (c, cells) = (self.config.hidden_size, self.grid * self.grid);
        let name = "prompt_encoder.no_mask_embed.weight";
        let no_mask = self.weights.take(name, &[1, c])?;
        let no_mask = self.b.weight(name, &[c], no_mask)?;
        self.b.scope("mask_decoder", |b| {
            let rows = b.reshape(embedding, &[1, c, cells])?;
            let tokens = b.transpose(&rows, &[0, 2, 1])?;
            b.add(&tokens, &no_mask)
        })
    }

    /// The two-way transformer: tokens [points, T, C] and image [1, G², C] attend to each other in turn.
    ///
    /// The image is one for all points until the first layer writes the tokens into it.
    fn transformer(
        &mut self,
        prompt: &Value,
        image: &Value,
        positions: &Value,
    ) -> Result<(Value, Value), Error> {
        let eps = self.config.layer_norm_eps;
        let (mut tokens, mut image) = (prompt.clone(), image.clone());
        let mut placed_image = self.add("mask_decoder.transformer", &image, positions)?;
        for layer in 0..self.config.num_hidden_layers {
            let name = format!("mask_decoder.transformer.layers.{layer}");
            let self_attn = format!("{name}.self_attn");
            tokens = if layer == 0 {
                // The first layer's tokens are their own positions, and are replaced, not added to.
                self.attention(&self_attn, &tokens, &tokens, &tokens, 1)?
            } else {
                let placed = self.add(&name, &tokens, prompt)?;
                let attended = self.attention(&self_attn, &placed, &placed, &tokens, 1)?;
                self.add(&name, &tokens, &attended)?
            };
            tokens = self.norm(&name, "layer_norm1", &tokens, eps)?;

            let placed = self.add(&name, &tokens, prompt)?;
            let rate = self.config.attention_downsample_rate;
            let cross = format!("{name}.cross_attn_token_to_image");
            let attended = if layer == 0 {
                // One image for all points: its keys and values are made once.
                self.attention(&cross, &placed, &placed_image, &image, rate)?
            } else {
                self.attention_to_image(&cross, &placed, &placed_image, &image)?
            };
            tokens = self.add(&name, &tokens, &attended)?;
            tokens = self.norm(&name, "layer_norm2", &tokens, eps)?;

            let inner = self.linear(&format!("{name}.mlp.lin1"), &tokens, self.config.mlp_dim)?;
            let inner =
                self.b.scope(&format!("{name}.mlp"), |b| b.activation(&inner, self.config.hidden_act))?;
            let outer = self.linear(&format!("{name}.mlp.lin2"), &inner, self.config.hidden_size)?;
            tokens = self.add(&name, &tokens, &outer)?;
            tokens = self.norm(&name, "layer_norm3", &tokens, eps)?;

            let placed = self.add(&name, &tokens, prompt)?;
            let cross = format!("{name}.cross_attn_image_to_token");
            let attended = self.attention_of_image(&cross, &placed_image, &placed, &tokens)?;
            image = self.add(&name, &image, &attended)?;
            image = self.norm(&name, "layer_norm4", &image, eps)?;
            placed_image = self.add(&name, &image, positions)?;
        }
        let name = "mask_decoder.transformer";
        let placed = self.add(name, &tokens, prompt)?;
        let last = format!("{name}.final_attn_token_to_image");
        let attended = self.attention_to_image(&last, &placed, &placed_image, &image)?;
        tokens = self.add(name, &tokens, &attended)?;
        tokens = self.norm(name, "layer_norm_final_attn", &tokens, FINAL_NORM_EPS)?;
        Ok((tokens, image))
    }

    /// Multi-head attention of `queries` [M, T, C] to `keys` and `values` [N, U, C] in C / `rate` channels; M and N are
    /// equal, or one of them is 1.
    fn attention(
        &mut self,
        name: &str,
        queries: &Value,
        keys: &Value,
        values: &Value,
        rate: usize,
    ) -> Result<Value, Error> {
        let inner = self.config.hidden_size / rate;
        let heads = self.config.num_attention_heads;
        let mut q = self.linear(&format!("{name}.q_proj"), queries, inner)?;
        let k = self.linear(&format!("{name}.k_proj"), keys, inner)?;
        let v = self.linear(&format!("{name}.v_proj"), values, inner)?;
        let outer = q.shape().to_vec();
        let attended = self.b.scope(name, |b| {
            // Where all points look at one image, their tokens are one long list of queries: one large product
            // instead of many small ones.
            let joint = k.shape()[0] == 1 && outer[0] > 1;
            if joint {
                q = b.reshape(&q, &[1, outer[0] * outer[1], inner])?;
            }
            let (q, k, v) = (b.split_heads(&q, heads)?, b.split_heads(&k, heads)?, b.split_heads(&v, heads)?);
            let attended = b.attention(&q, &k, &v, None, 1.0 / ((inner / heads) as f32).sqrt())?;
            let merged = b.merge_heads(&attended)?;
            if joint { b.reshape(&merged, &outer) } else { Ok(merged) }
        })?;
        self.linear(&format!("{name}.out_proj"), &attended, self.config.hidden_size)
    }

    /// [`Decoder::attention`] of few tokens [N, T, C] to an image [N, U, C] of many, by less than half the operations: each
    /// head's queries are brought to the image's channels, instead of all of the image to each head's.
    fn attention_to_image(
        &mut self,
        name: &str,
        queries: &Value,
        keys: &Value,
        values: &Value,
    ) -> Result<Value, Error> {
        let (inner, heads) = self.narrow_heads();
        let q = self.linear(&format!("{name}.q_proj"), queries, inner)?;
        // The keys' bias adds the same to all scores of a query, which makes no difference to the softmax.
        let c = self.config.hidden_size;
        let k = self.b.linear_weight(self.weights, &format!("{name}.k_proj"), c, inner)?;
        let v = self.b.linear_weight(self.weights, &format!("{name}.v_proj"), c, inner)?;
        let v_bias = self.bias(&format!("{name}.v_proj"), inner)?;
        let outer = q.shape().to_vec();
        let attended = self.b.scope(name, |b| {
            let (k, v) = (from_head(b, &k, heads)?, to_head(b, &v, heads)?);
            let q = widened(b, &q, &k)?;
            let attended = b.attention(&q, keys, values, None, ((inner / heads) as f32).sqrt().recip())?;
            // [N, H · T, C] → [H, N · T, C]
            let &[n, t, _] = &outer[..] else { return Ok(attended) };
            let x = b.reshape(&attended, &[n, heads, t, c])?;
            let x = b.transpose(&x, &[1, 0, 2, 3])?;
            let x = b.reshape(&x, &[heads, n * t, c])?;
            let x = b.matmul(&x, &v)?;
            let x = b.transpose(&x, &[1, 0, 2])?;
            let x = b.reshape(&x, &outer)?;
            // The weights of the softmax add up to 1, and so do their shares of the values' bias.
            b.add(&x, &v_bias)
        })?;
        self.linear(&format!("{name}.out_proj"), &attended, self.config.hidden_size)
    }

    /// [`Decoder::attention`] of an image [M, U, C] to few tokens [N, T, C], as [`Decoder::attention_to_image`] does it: keys
    /// and values are brought to the image's channels. M is N or 1.
    fn attention_of_image(
        &mut self,
        name: &str,
        queries: &Value,
        keys: &Value,
        values: &Value,
    ) -> Result<Value, Error> {
        let (inner, heads) = self.narrow_heads();
        let k = self.linear(&format!("{name}.k_proj"), keys, inner)?;
        let v = self.linear(&format!("{name}.v_proj"), values, inner)?;
        let c = self.config.hidden_size;
        let q = self.b.linear_weight(self.weights, &format!("{name}.q_proj"), c, inner)?;
        let q_bias = self.bias(&format!("{name}.q_proj"), inner)?;
        let out = self.b.linear_weight(self.weights, &format!("{name}.out_proj"), inner, c)?;
        let out_bias = self.bias(&format!("{name}.out_proj"), c)?;
        // A softmax over so few tokens is mostly overhead in rten, so it is written out: e to all scores of a cell, and what
        // a product with ones makes of each head's. To move a head's scores to a mean of 0 makes no difference to a softmax;
        // what is beyond the limit even then leaves the other tokens a share that is next to nothing either way.
        let &[_, t, _] = keys.shape() else { return Ok(keys.clone()) };
        let scale = ((inner / heads) as f32).sqrt().recip();
        let centring = identity(t).map(|one| scale * (one - 1.0 / t as f32)).collect();
        let centring = self.b.weight(&format!("{name}.centring"), &[t, t], centring)?;
        let same_head = identity(heads).collect();
        let same_head = self.b.weight(&format!("{name}.same_head"), &[heads, 1, heads, 1], same_head)?;
        let largest = self.b.scalar(LARGEST_SCORE);
        self.b.scope(name, |b| {
            let &[n, t, _] = k.shape() else { return Ok(k.clone()) };
            let k = b.matmul(&centring, &k)?;
            // What the queries' bias adds to the scores of each key: [N, 1, H · T].
            let q_bias = b.reshape(&q_bias, &[heads, inner / heads, 1])?;
            let of_bias = heads_first(b, &k, heads)?;
            let of_bias = b.matmul(&of_bias, &q_bias)?;
            let of_bias = b.reshape(&of_bias, &[heads, n, t])?;
            let of_bias = b.transpose(&of_bias, &[1, 0, 2])?;
            let of_bias = b.reshape(&of_bias, &[n, 1, heads * t])?;
            let q = from_head(b, &q, heads)?;
            let k = widened(b, &k, &q)?;
            let k = b.transpose(&k, &[0, 2, 1])?;
            let scores = b.matmul(queries, &k)?;
            let scores = b.add(&scores, &of_bias)?;
            let scores = b.min(&scores, &largest)?;
            let shares = b.exp(&scores);
            let same_head = b.expand(&same_head, &[heads, t, heads, t])?;
            let same_head = b.reshape(&same_head, &[heads * t, heads * t])?;
            let sums = b.matmul(&shares, &same_head)?;
            let weights = b.div(&shares, &sums)?;
            let out = b.reshape(&out, &[heads, inner / heads, c])?;
            let values = widened(b, &v, &out)?;
            let attended = b.matmul(&weights, &values)?;
            b.add(&attended, &out_bias)
        })
    }

    /// Channels of all heads together, and their number, where image and tokens attend to each other.
    fn narrow_heads(&self) -> (usize, usize) {
        let MaskDecoderConfig { hidden_size, attention_downsample_rate, num_attention_heads, .. } =
            *self.config;
        (hidden_size / attention_downsample_rate, num_attention_heads)
    }

    fn bias(&mut self, name: &str, channels: usize) -> Result<Value, Error> {
        self.b.checkpoint_weight(self.weights, &format!("{name}.bias"), &[channels])
    }

    /// Mask logits [points, masks, 4 G, 4 G] from the transformed image and what the tokens make of it.
    ///
    /// Both upscalings are transposed convolutions of 2 × 2 with stride 2, which never overlap: linear layers that give
    /// each cell its four children. The children stay with their cell, channels last, until the few channels of the masks
    /// are left to be put in place.
    fn masks(&mut self, image: &Value, kernels: &Value) -> Result<Value, Error> {
        let (c, g, points) = (self.config.hidden_size, self.grid, self.points);
        let masks = self.config.num_multimask_outputs;
        let (half, quarter) = (c / 4, c / 8);
        let x = self.children("mask_decoder.upscale_conv1", image, half)?;
        let x = self.b.reshape(&x, &[points, 4 * g * g, half])?;
        let x = self.norm("mask_decoder", "upscale_layer_norm", &x, CHANNEL_NORM_EPS)?;
        let x = self.b.scope("mask_decoder.upscale_conv1", |b| b.gelu(&x))?;
        let x = self.children("mask_decoder.upscale_conv2", &x, quarter)?;
        // The activation stands before the reshape: rten would take its last factor for one of the product below, and know
        // the rest for no GELU.
        let x = self.b.scope("mask_decoder.upscale_conv2", |b| b.gelu(&x))?;
        let x = self.b.reshape(&x, &[points, 16 * g * g, quarter])?;
        self.b.scope("mask_decoder", |b| {
            let products = b.matmul(&x, kernels)?;
            // Now (point, row, column, i, j, k, l, mask): the child (i, j) of the cell, and its child (k, l).
            let x = b.reshape(&products, &[points * g, g, 2, 8 * masks])?;
            let x = b.transpose(&x, &[0, 2, 1, 3])?;
            // (point, row, i, column, j, k, l, mask)
            let x = b.reshape(&x, &[points * g * 2, g * 2, 2, 2 * masks])?;
            let x = b.transpose(&x, &[0, 2, 1, 3])?;
            // (point, row, i, k, column, j, l, mask)
            let x = b.reshape(&x, &[points, 16 * g * g, masks])?;
            let x = b.transpose(&x, &[0, 2, 1])?;
            b.reshape(&x, &[points, masks, 4 * g, 4 * g])
        })
    }

    /// A transposed convolution of 2 × 2 with stride 2 on [points, cells, C]: [points, cells, 4 · `out`], the children of a
    /// cell side by side, row by row.
    fn children(&mut self, name: &str, x: &Value, out: usize) -> Result<Value, Error> {
        let &[.., c] = x.shape() else { return Ok(x.clone()) };
        // [C, out, 2, 2] → [C, 2 · 2 · out]
        let weight_name = format!("{name}.weight");
        let kernel = self.weights.take(&weight_name, &[c, out, 2, 2])?;
        let matrix = kernel.chunks(4 * out).flat_map(|k| transposed(k, 4)).collect();
        let weight = self.b.kernel(&weight_name, &[c, 4 * out], matrix, 1)?;
        let bias_name = format!("{name}.bias");
        let bias = self.weights.take(&bias_name, &[out])?.repeat(4);
        let bias = self.b.weight(&bias_name, &[4 * out], bias)?;
        self.b.scope(name, |b| b.linear(x, &weight, Some(&bias)))
    }

    /// What the hypernetworks make of the mask tokens, [points, C / 8, masks]. They have one shape, so they run as one.
    fn mask_kernels(&mut self, tokens: &Value) -> Result<Value, Error> {
        let (c, masks) = (self.config.hidden_size, self.config.num_multimask_outputs);
        let name = "mask_decoder.output_hypernetworks_mlps";
        let mut x = self.b.scope(name, |b| {
            // The IoU token and slot 0's token stand before them.
            let tokens = b.slice(tokens, 1, 2, 2 + masks)?;
            b.transpose(&tokens, &[1, 0, 2])
        })?;
        let layers = ["proj_in", "layers.0", "proj_out"];
        for (i, (layer, out)) in layers.into_iter().zip([c, c, c / 8]).enumerate() {
            let (mut matrices, mut biases) = (Vec::new(), Vec::new());
            for slot in 1..=masks {
                let each = format!("{name}.{slot}.{layer}");
                matrices.extend(transposed(&self.weights.take(&format!("{each}.weight"), &[out, c])?, c));
                biases.extend(self.weights.take(&format!("{each}.bias"), &[out])?);
            }
            let weight = self.b.weight(&format!("{name}.{layer}.weight"), &[masks, c, out], matrices)?;
            let bias = self.b.weight(&format!("{name}.{layer}.bias"), &[masks, 1, out], biases)?;
            x = self.b.scope(&format!("{name}.{layer}"), |b| {
                let x = b.linear(&x, &weight, Some(&bias))?;
                Ok(if i + 1 < layers.len() { b.relu(&x) } else { x })
            })?;
        }
        self.b.scope(name, |b| b.transpose(&x, &[1, 2, 0]))
    }

    /// The decoder's own estimate of each mask's IoU, [points, masks].
    fn iou(&mut self, tokens: &Value) -> Result<Value, Error> {
        let MaskDecoderConfig { iou_head_depth: depth, iou_head_hidden_dim: hidden, .. } = *self.config;
        let (c, masks, points) = (self.config.hidden_size, self.config.num_multimask_outputs, self.points);
        let name = "mask_decoder.iou_prediction_head";
        let mut x = self.b.scope(name, |b| {
            let token = b.slice(tokens, 1, 0, 1)?;
            b.reshape(&token, &[points, c])
        })?;
        for layer in 0..depth - 1 {
            let layer = if layer == 0 { "proj_in".to_string() } else { format!("layers.{}", layer - 1) };
            x = self.linear(&format!("{name}.{layer}"), &x, hidden)?;
            x = self.b.scope(name, |b| Ok(b.relu(&x)))?;
        }
        // Slot 0's estimate is not asked for.
        let last = format!("{name}.proj_out");
        let rows = self.weights.take(&format!("{last}.weight"), &[masks + 1, hidden])?;
        let matrix = transposed(rows.get(hidden..).unwrap_or_default(), hidden);
        let weight = self.b.kernel(&format!("{last}.weight"), &[hidden, masks], matrix, 1)?;
        let bias = self.weights.take(&format!("{last}.bias"), &[masks + 1])?.split_off(1);
        let bias = self.b.weight(&format!("{last}.bias"), &[masks], bias)?;
        self.b.scope(&last, |b| b.linear(&x, &weight, Some(&bias)))
    }

    fn linear(&mut self, name: &str, x: &Value, out: usize) -> Result<Value, Error> {
        self.b.linear_layer(self.weights, name, x, out, true)
    }

    fn norm(&mut self, scope: &str, name: &str, x: &Value, eps: f32) -> Result<Value, Error> {
        self.b.layer_norm_layer(self.weights, &format!("{scope}.{name}"), x, eps)
    }

    fn add(&mut self, scope: &str, x: &Value, y: &Value) -> Result<Value, Error> {
        self.b.scope(scope, |b| b.add(x, y))
    }
}

/// The elements of an identity matrix.
fn identity(side: usize) -> impl Iterator<Item = f32> {
    (0..side).flat_map(move |row| (0..side).map(move |column| f32::from(u8::from(row == column))))
}

/// [N, T, H · D] → [H, N · T, D]
fn heads_first(b: &mut GraphBuilder, x: &Value, heads: usize) -> Result<Value, Error> {
    let &[n, t, inner] = x.shape() else { return Ok(x.clone()) };
    let cut = b.reshape(x, &[n * t, heads, inner / heads.max(1)])?;
    b.transpose(&cut, &[1, 0, 2])
}

/// What leads from each head's channels back to all: [C, H · D] → [H, D, C].
fn from_head(b: &mut GraphBuilder, weight: &Value, heads: usize) -> Result<Value, Error> {
    let &[c, inner] = weight.shape() else { return Ok(weight.clone()) };
    let cut = b.reshape(weight, &[c, heads, inner / heads.max(1)])?;
    b.transpose(&cut, &[1, 2, 0])
}

/// What leads from all channels to each head's: [C, H · D] → [H, C, D].
fn to_head(b: &mut GraphBuilder, weight: &Value, heads: usize) -> Result<Value, Error> {
    let &[c, inner] = weight.shape() else { return Ok(weight.clone()) };
    let cut = b.reshape(weight, &[c, heads, inner / heads.max(1)])?;
    b.transpose(&cut, &[1, 0, 2])
}

/// Tokens [N, T, H · D] times each head's [H, D, C]: [N, H · T, C], a token for each head.
fn widened(b: &mut GraphBuilder, x: &Value, weight: &Value) -> Result<Value, Error> {
    let (&[n, t, _], &[heads, _, c]) = (x.shape(), weight.shape()) else { return Ok(x.clone()) };
    let wide = heads_first(b, x, heads)?;
    let wide = b.matmul(&wide, weight)?;
    let wide = b.reshape(&wide, &[heads, n, t, c])?;
    let wide = b.transpose(&wide, &[1, 0, 2, 3])?;
    b.reshape(&wide, &[n, heads * t, c])
}
