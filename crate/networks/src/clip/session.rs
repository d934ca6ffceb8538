use std::cell::RefCell;
use std::rc::Rc;

use image::RgbImage;
use spotcheck_engine::{Bundle, Engine, Onnx, Session, Tensor};

use super::{NAME, TextConfig, clip_input};
use crate::{ClipConfig, Error, Tokenizer};

/// CLIP's image tower made ready on an engine.
pub struct ClipVision {
    session: Box<dyn Session>,
    side: usize,
}

impl ClipVision {
    /// Loads a graph that [`ClipConfig::vision_graph`] gave.
    pub async fn load<'a>(
        engine: &Engine,
        config: &ClipConfig,
        onnx: impl Into<Onnx<'a>>,
    ) -> Result<Self, Error> {
        let session = engine.load("clip_vision", onnx).await.map_err(Error::engine(NAME))?;
        Ok(Self { session, side: config.vision_config.image_size })
    }

    /// A tile's embedding, of unit length.
    pub async fn embed(&self, tile: &RgbImage) -> Result<Vec<f32>, Error> {
        let image = clip_input(tile, self.side)?;
        let outputs = self.session.run(&[("image", &image)]).await.map_err(Error::engine(NAME))?;
        let embedding = outputs.into_iter().next().and_then(Tensor::into_f32);
        unit(embedding.ok_or_else(|| Error::run(NAME, "the graph's output is no embedding"))?)
    }
}

/// An image embedding at unit length.
pub(crate) fn unit(mut embedding: Vec<f32>) -> Result<Vec<f32>, Error> {
    let length = embedding.iter().map(|v| v * v).sum::<f32>().sqrt();
    if !(length.is_finite() && length > 0.0) {
        return Err(Error::run(NAME, format!("an image embedding of length {length}")));
    }
    embedding.iter_mut().for_each(|v| *v /= length);
    Ok(embedding)
}

/// Where the text tower's graphs are had from when a name is new.
#[async_trait::async_trait(?Send)]
pub trait TextGraphs {
    /// The graphs for texts of up to so many tokens each, in the order of `lengths`: those that [`ClipText::new`] was
    /// told, in ascending order.
    async fn text_graphs(&self, engine: &Engine, lengths: &[usize]) -> Result<Bundle, Error>;
}

/// CLIP's text tower. It is loaded only when texts come, one length at a time, and let go by [`ClipText::release`]: it is
/// large, and rarely needed.
pub struct ClipText {
    engine: Engine,
    tokenizer: Tokenizer,
    config: TextConfig,
    /// In ascending order.
    lengths: Vec<usize>,
    graphs: Box<dyn TextGraphs>,
    bundle: RefCell<Option<Rc<Bundle>>>,
    session: RefCell<Option<(usize, Rc<dyn Session>)>>,
}

/// A text's tokens, and its place among the texts asked for.
struct Text {
    place: usize,
    tokens: Vec<i32>,
}

impl ClipText {
    /// `lengths` are the token counts that `graphs` has a graph for; the longest must hold the tokenizer's context.
    pub fn new(
        engine: &Engine,
        config: &ClipConfig,
        tokenizer: Tokenizer,
        mut lengths: Vec<usize>,
        graphs: Box<dyn TextGraphs>,
    ) -> Result<Self, Error> {
        lengths.sort_unstable();
        if lengths.last().is_none_or(|&longest| longest < tokenizer.context()) {
            let message = format!("no graph takes texts of {} tokens", tokenizer.context());
            return Err(Error::config(NAME, message));
        }
        Ok(Self {
            engine: engine.clone(),
            tokenizer,
            config: config.text_config.clone(),
            lengths,
            graphs,
            bundle: RefCell::new(None),
            session: RefCell::new(None),
        })
    }

    /// Lets the graphs and their weights go until texts come again.
    pub fn release(&self) {
        self.session.replace(None);
        self.bundle.replace(None);
    }

    /// The texts' embeddings in their order, not normalised.
    pub async fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Error> {
        let sorted = self.sorted(texts)?;
        let mut embeddings = vec![Vec::new(); texts.len()];
        for (number, length, fitting) in self.by_graph(&sorted) {
            let session = self.session(number, length).await?;
            let batch = match session.inputs().iter().find(|input| input.name == "ids").map(|i| &i.shape[..])
            {
                Some(&[batch, l]) if batch > 0 && l == length => batch,
                _ => {
                    return Err(Error::run(
                        NAME,
                        format!("the graph for {length} tokens does not take them"),
                    ));
                }
            };
            for texts in fitting.chunks(batch) {
                let rows = self.batch(&*session, texts, batch, length).await?;
                for (text, row) in texts.iter().zip(rows) {
                    if let Some(embedding) = embeddings.get_mut(text.place) {
                        *embedding = row;
                    }
                }
            }
        }
        Ok(embeddings)
    }

    /// How many tokens a text has; as many as a text can have when it cannot be read.
    pub fn token_count(&self, text: &str) -> usize {
        self.tokenizer.encode(text).map_or(self.tokenizer.context(), |tokens| tokens.len())
    }

    /// The token counts of the graphs that [`ClipText::embed`] runs for these texts, each with how many of them.
    pub fn lengths(&self, texts: &[String]) -> Result<Vec<(usize, usize)>, Error> {
        let sorted = self.sorted(texts)?;
        Ok(self.by_graph(&sorted).map(|(_, length, texts)| (length, texts.len())).collect())
    }

    /// The texts' tokens, the shortest text first.
    fn sorted(&self, texts: &[String]) -> Result<Vec<Text>, Error> {
        let mut sorted = Vec::with_capacity(texts.len());
        for (place, text) in texts.iter().enumerate() {
            let tokens = self.tokenizer.encode(text)?;
            let vocabulary = self.config.vocab_size;
            if let Some(token) = tokens.iter().find(|&&t| usize::try_from(t).is_ok_and(|t| t >= vocabulary)) {
                let message =
                    format!("the tokenizer gives token {token}, but the network knows {vocabulary}");
                return Err(Error::run(NAME, message));
            }
            sorted.push(Text { place, tokens });
        }
        sorted.sort_by_key(|text| text.tokens.len());
        Ok(sorted)
    }

    /// The graphs that sorted texts need, by number and length, each with those that it is the shortest for.
    fn by_graph<'t>(&self, sorted: &'t [Text]) -> impl Iterator<Item = (usize, usize, &'t [Text])> {
        let mut rest = sorted;
        let graphs = self.lengths.iter().enumerate().map(move |(number, &length)| {
            let (fitting, longer) = rest.split_at(rest.partition_point(|text| text.tokens.len() <= length));
            rest = longer;
            (number, length, fitting)
        });
        graphs.filter(|(_, _, texts)| !texts.is_empty())
    }

    async fn session(&self, number: usize, length: usize) -> Result<Rc<dyn Session>, Error> {
        if let Some((_, session)) = self.session.borrow().as_ref().filter(|(l, _)| *l == length) {
            return Ok(Rc::clone(session));
        }
        // The one before is let go first, so that two never need a GPU's memory at once.
        self.session.replace(None);
        let bundle = self.bundle().await?;
        let graph = bundle
            .graph(number)
            .ok_or_else(|| Error::run(NAME, format!("there is no graph for {length} tokens")))?;
        let session = self.engine.load("clip_text", graph).await.map_err(Error::engine(NAME))?;
        let session: Rc<dyn Session> = session.into();
        self.session.replace(Some((length, Rc::clone(&session))));
        Ok(session)
    }

    async fn bundle(&self) -> Result<Rc<Bundle>, Error> {
        if let Some(bundle) = self.bundle.borrow().as_ref() {
            return Ok(Rc::clone(bundle));
        }
        let bundle = Rc::new(self.graphs.text_graphs(&self.engine, &self.lengths).await?);
        self.bundle.replace(Some(Rc::clone(&bundle)));
        Ok(bundle)
    }

    /// At most `batch` texts of at most `length` tokens; a short batch is filled with end tokens.
    async fn batch(
        &self,
        session: &dyn Session,
        texts: &[Text],
        batch: usize,
        length: usize,
    ) -> Result<Vec<Vec<f32>>, Error> {
        let mut ids = Vec::with_capacity(batch * length);
        let mut rows = Vec::with_capacity(batch);
        for text in texts {
            let position = self.config.pooled_position(&text.tokens).ok_or_else(|| {
                let end = self.config.eos_token_id;
                Error::run(
                    NAME,
                    format!("the tokenizer does not end texts with token {end}, where they are pooled"),
                )
            })?;
            rows.push((ids.len() + position) as i32);
            ids.extend_from_slice(&text.tokens);
            ids.resize(rows.len() * length, self.tokenizer.end());
        }
        ids.resize(batch * length, self.tokenizer.end());
        rows.resize(batch, 0);
        let (ids, eot) = Tensor::i32([batch, length], ids)
            .zip(Tensor::i32([batch], rows))
            .ok_or_else(|| Error::run(NAME, "texts of impossible size"))?;
        let outputs = session.run(&[("ids", &ids), ("eot", &eot)]).await.map_err(Error::engine(NAME))?;
        match outputs.first().map(|output| (output.shape(), output.as_f32())) {
            Some((&[_, width], Some(values))) if width > 0 => {
                Ok(values.chunks(width).map(<[f32]>::to_vec).collect())
            }
            _ => Err(Error::run(NAME, "the graph's output is no embeddings")),
        }
    }
}
