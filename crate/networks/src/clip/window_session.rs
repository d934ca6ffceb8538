use image::RgbImage;
use spotcheck_baselines::{PatchTokens, WindowEncoder};
use spotcheck_engine::{Engine, Onnx, Session, Tensor};
use spotcheck_method::NetworkError;

use super::session::unit;
use super::{ClipVision, NAME, clip_input};
use crate::models::of;
use crate::{ClipConfig, Error};

/// A graph of [`ClipConfig::window_graph`] for windows of a side.
pub struct WindowOnnx<'a> {
    /// In patches.
    pub side: usize,
    pub onnx: Onnx<'a>,
}

/// CLIP's image tower over whole pictures and over windows of their patches, made ready on an engine.
pub struct ClipWindows {
    vision: ClipVision,
    tokens: Box<dyn Session>,
    windows: Vec<Windows>,
    /// Side of the picture that it reads, in pixels, and in patches.
    side: usize,
    grid: usize,
    /// Length of a token.
    width: usize,
}

struct Windows {
    side: usize,
    session: Box<dyn Session>,
    /// Windows at a time.
    batch: usize,
}

impl ClipWindows {
    /// Loads the graph that [`ClipConfig::tokens_graph`] gave, and those for windows.
    pub async fn load<'a>(
        engine: &Engine,
        config: &ClipConfig,
        vision: ClipVision,
        tokens: impl Into<Onnx<'a>>,
        windows: Vec<WindowOnnx<'_>>,
    ) -> Result<Self, Error> {
        let width = config.vision_config.hidden_size;
        let (side, grid) = (config.vision_config.image_size, config.grid()?);
        let tokens = engine.load("clip_tokens", tokens).await.map_err(Error::engine(NAME))?;
        let mut loaded = Vec::with_capacity(windows.len());
        for WindowOnnx { side, onnx } in windows {
            let session = engine.load("clip_window", onnx).await.map_err(Error::engine(NAME))?;
            let input = session.inputs().iter().find(|input| input.name == "tokens");
            let batch = match input.map(|input| &input.shape[..]) {
                Some(&[batch, tokens, w]) if batch > 0 && tokens == 1 + side * side && w == width => batch,
                _ => {
                    let message =
                        format!("the graph for windows of {side} × {side} patches does not take them");
                    return Err(Error::run(NAME, message));
                }
            };
            loaded.push(Windows { side, session, batch });
        }
        Ok(Self { vision, tokens, windows: loaded, side, grid, width })
    }

    async fn tokens(&self, picture: &RgbImage) -> Result<PatchTokens, Error> {
        let image = clip_input(picture, self.side)?;
        let outputs = self.tokens.run(&[("image", &image)]).await.map_err(Error::engine(NAME))?;
        let values = outputs.into_iter().next().and_then(Tensor::into_f32);
        let tokens = values.and_then(|values| PatchTokens::new(self.grid, self.width, values));
        tokens.ok_or_else(|| Error::run(NAME, "the graph's output is no tokens"))
    }

    fn of_side(&self, side: usize) -> Result<&Windows, Error> {
        let windows = self.windows.iter().find(|windows| windows.side == side);
        windows.ok_or_else(|| Error::run(NAME, format!("no graph for windows of {side} × {side} patches")))
    }

    async fn embed(
        &self,
        tokens: &PatchTokens,
        side: usize,
        corners: &[[usize; 2]],
    ) -> Result<Vec<Vec<f32>>, Error> {
        let Windows { session, batch, .. } = self.of_side(side)?;
        let shape = [*batch, 1 + side * side, self.width];
        let mut embeddings = Vec::with_capacity(corners.len());
        for corners in corners.chunks(*batch) {
            let mut values = Vec::with_capacity(shape.iter().product());
            for &corner in corners {
                let window = tokens.window(side, corner);
                values.extend(window.ok_or_else(|| {
                    Error::run(NAME, format!("no window of {side} × {side} patches at {corner:?}"))
                })?);
            }
            // A short batch is filled up; what comes of the filling is dropped.
            values.resize(shape.iter().product(), 0.0);
            let values =
                Tensor::f32(shape, values).ok_or_else(|| Error::run(NAME, "windows of impossible size"))?;
            let outputs = session.run(&[("tokens", &values)]).await.map_err(Error::engine(NAME))?;
            let rows = match outputs.first().map(|output| (output.shape(), output.as_f32())) {
                Some((&[rows, width], Some(values))) if rows == *batch && width > 0 => values.chunks(width),
                _ => return Err(Error::run(NAME, "the graph's output is no embeddings")),
            };
            for row in rows.take(corners.len()) {
                embeddings.push(unit(row.to_vec())?);
            }
        }
        Ok(embeddings)
    }
}

#[async_trait::async_trait(?Send)]
impl WindowEncoder for ClipWindows {
    async fn embed_image(&self, picture: &RgbImage) -> Result<Vec<f32>, NetworkError> {
        self.vision.embed(picture).await.map_err(of(NAME))
    }

    async fn patch_tokens(&self, picture: &RgbImage) -> Result<PatchTokens, NetworkError> {
        self.tokens(picture).await.map_err(of(NAME))
    }

    fn windows_at_a_time(&self, side: usize) -> usize {
        self.of_side(side).map_or(1, |windows| windows.batch)
    }

    async fn embed_windows(
        &self,
        tokens: &PatchTokens,
        side: usize,
        corners: &[[usize; 2]],
    ) -> Result<Vec<Vec<f32>>, NetworkError> {
        self.embed(tokens, side, corners).await.map_err(of(NAME))
    }
}
