use std::cell::RefCell;
use std::rc::Rc;

use image::RgbImage;
use spotcheck_engine::{Bundle, Engine, Onnx, Session, Tensor};
use spotcheck_imaging::{Map, resize_plain_bilinear};

use super::{IsNetConfig, NAME};
use crate::Error;
use crate::picture::Normalisation;

/// Where the graph at half the input is had from when it is asked for: it is rarely needed.
#[async_trait::async_trait(?Send)]
pub trait HalfGraph {
    /// The graph of [`IsNetConfig::at_half_size`], alone.
    async fn half_graph(&self, engine: &Engine) -> Result<Bundle, Error>;
}

/// An IS-Net made ready on an engine.
pub struct IsNet {
    engine: Engine,
    config: IsNetConfig,
    session: Box<dyn Session>,
    half_graph: Option<Box<dyn HalfGraph>>,
    half: RefCell<Option<Rc<dyn Session>>>,
}

impl IsNet {
    /// Loads a graph that [`IsNetConfig::graph`] gave.
    pub async fn load<'a>(
        engine: &Engine,
        config: &IsNetConfig,
        onnx: impl Into<Onnx<'a>>,
    ) -> Result<Self, Error> {
        let session = engine.load("isnet", onnx).await.map_err(Error::engine(NAME))?;
        Ok(Self {
            engine: engine.clone(),
            config: config.clone(),
            session,
            half_graph: None,
            half: RefCell::new(None),
        })
    }

    /// Tells where the graph at half the input is.
    pub fn with_half_graph(self, graph: Box<dyn HalfGraph>) -> Self {
        Self { half_graph: Some(graph), ..self }
    }

    /// How salient each pixel of the picture is, 0 to 1, at the picture's size; not yet min-max normalised.
    ///
    /// The way of DIS's `Inference.py`: squeezed to the input's square bilinearly without antialiasing and rounded down to
    /// bytes, and the result brought back bilinearly.
    ///
    /// `at_half_size`: the network reads the picture at half the side of its input. Fails where there is no graph for it.
    pub async fn saliency(&self, picture: &RgbImage, at_half_size: bool) -> Result<Map, Error> {
        if at_half_size {
            let (session, side) = self.half().await?;
            saliency(&*session, side, picture).await
        } else {
            saliency(&*self.session, self.config.input_size, picture).await
        }
    }

    /// The session for half the side of the input, and that side.
    async fn half(&self) -> Result<(Rc<dyn Session>, usize), Error> {
        const OFF: &str = "turn the setting saliency_at_half_size off";
        let Some(config) = self.config.at_half_size() else {
            let message = format!(
                "its input of {} pixels is too small or odd to be halved: {OFF}",
                self.config.input_size
            );
            return Err(Error::run(NAME, message));
        };
        let Some(graph) = &self.half_graph else {
            let message = format!("the pack has no graph for half its input: build the pack anew, or {OFF}");
            return Err(Error::run(NAME, message));
        };
        let loaded = self.half.borrow().clone();
        let session = match loaded {
            Some(session) => session,
            None => {
                let bundle = graph.half_graph(&self.engine).await?;
                let onnx = bundle.graph(0).ok_or_else(|| Error::run(NAME, "its graph is missing"))?;
                let session = self.engine.load("isnet_half", onnx).await.map_err(Error::engine(NAME))?;
                let session: Rc<dyn Session> = session.into();
                self.half.replace(Some(session.clone()));
                session
            }
        };
        Ok((session, config.input_size))
    }
}

async fn saliency(session: &dyn Session, input_size: usize, picture: &RgbImage) -> Result<Map, Error> {
    let side = u32::try_from(input_size).map_err(|e| Error::run(NAME, e.to_string()))?;
    let image = isnet_input(picture, side)?;
    let outputs = session.run(&[("image", &image)]).await.map_err(Error::engine(NAME))?;
    let saliency = outputs.into_iter().next().and_then(Tensor::into_f32);
    let saliency = saliency.and_then(|values| Map::from_vec(side, side, values));
    let saliency = saliency.ok_or_else(|| Error::run(NAME, "the graph's output is no saliency map"))?;
    Ok(saliency.resize_bilinear(picture.width(), picture.height()))
}

/// The picture as the network reads it, [1, 3, side, side]: squeezed to a square, −0.5 to 0.5.
pub fn isnet_input(picture: &RgbImage, side: u32) -> Result<Tensor, Error> {
    let planes = Normalisation::DIS.planes(&resize_plain_bilinear(picture, side, side));
    let side = side as usize;
    Tensor::f32([1, 3, side, side], planes).ok_or_else(|| Error::run(NAME, "an input of impossible size"))
}
