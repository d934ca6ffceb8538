use crate::error::{CLIP, all_finite, answer};
use crate::progress::Course;
use crate::{Error, NetworkError, Networks};

/// Texts that the text encoder gets at a time: between two such calls an inspection can be cancelled.
const TEXTS_AT_A_TIME: usize = 32;

/// CLIP's text tower alone: what methods need that share nothing else with this one. All [`Networks`] have it.
#[async_trait::async_trait(?Send)]
pub trait TextEncoder {
    /// As [`Networks::embed_texts`].
    async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError>;

    /// As [`Networks::text_length`].
    fn text_length(&self, text: &str) -> usize;

    /// As [`Networks::texts_done`].
    fn texts_done(&self);
}

#[async_trait::async_trait(?Send)]
impl<N: Networks> TextEncoder for N {
    async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError> {
        Networks::embed_texts(self, texts).await
    }

    fn text_length(&self, text: &str) -> usize {
        Networks::text_length(self, text)
    }

    fn texts_done(&self) {
        Networks::texts_done(self);
    }
}

/// The texts' embeddings in their order, not normalised and all finite, a batch at a time. The encoder is told when they are
/// done.
pub async fn embed_texts(
    encoder: &dyn TextEncoder,
    texts: &[&String],
    course: &mut Course<'_>,
) -> Result<Vec<Vec<f32>>, Error> {
    // A batch costs as much as its longest text in all its places, so texts of like length go together.
    let mut sorted: Vec<(usize, &String)> = texts.iter().copied().enumerate().collect();
    sorted.sort_by_cached_key(|(_, text)| encoder.text_length(text));
    let mut embeddings = Vec::with_capacity(texts.len());
    for batch in sorted.chunks(TEXTS_AT_A_TIME) {
        course.check()?;
        let batch_texts: Vec<String> = batch.iter().map(|(_, text)| (*text).clone()).collect();
        let some = encoder.embed_texts(&batch_texts).await?;
        answer(CLIP, some.len() == batch.len(), || {
            format!("{} embeddings for {} texts", some.len(), batch.len())
        })?;
        for ((place, _), embedding) in batch.iter().zip(some) {
            all_finite(CLIP, &embedding)?;
            embeddings.push((*place, embedding));
        }
        course.at(embeddings.len(), texts.len());
    }
    encoder.texts_done();
    embeddings.sort_by_key(|(place, _)| *place);
    Ok(embeddings.into_iter().map(|(_, embedding)| embedding).collect())
}
