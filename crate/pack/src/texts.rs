//! What texts cost the text encoder, as files: by pack, engine, prompts and, where they have it, the object's name.
//! Command line and page keep them in different places.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use spotcheck_baselines::{Averaging, PromptEnsemble, TextFeatures};
use spotcheck_method::{LocalisingVectors, Settings, TextVectors};

use crate::pack::sha256;

/// The first bytes of a file; the number is the version of what follows.
const MAGIC: &[u8] = b"spotcheck text vectors 1\n";

/// What the content of such a file depends on, besides the texts; the file is named by the hash of all.
#[derive(Clone, Debug)]
pub struct TextFiles {
    pack: String,
    engine: String,
}

#[derive(Serialize)]
struct Key<'a> {
    program: &'a str,
    pack: &'a str,
    engine: &'a str,
    object: Option<&'a str>,
    prompts: [&'a [String]; 3],
    /// How they become one vector, where they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    averaging: Option<&'a str>,
}

impl TextFiles {
    /// `pack` is a fingerprint.
    pub fn new(pack: &str, engine: &str) -> Self {
        Self { pack: pack.to_owned(), engine: engine.to_owned() }
    }

    /// The name of the file for an object's texts.
    pub fn texts(&self, settings: &Settings, object: &str) -> String {
        let prompts = [&settings.normal_states[..], &settings.anomalous_states, &settings.templates];
        self.name(Some(object), prompts, None)
    }

    /// The name of the file for an object's text features by a baseline.
    pub fn features(&self, ensemble: &PromptEnsemble, object: &str) -> String {
        let prompts = [&ensemble.normal_states[..], &ensemble.anomalous_states, &ensemble.templates];
        let averaging = match ensemble.averaging {
            Averaging::Raw => "raw",
            Averaging::Unit => "unit",
        };
        self.name(Some(object), prompts, Some(averaging))
    }

    /// The name of the file for the localising prompts.
    pub fn localising(&self, settings: &Settings) -> String {
        self.name(None, [&settings.localising_prompts, &[], &[]], None)
    }

    /// `prompts` are all the lists that the texts are made of.
    fn name(&self, object: Option<&str>, prompts: [&[String]; 3], averaging: Option<&str>) -> String {
        let program = env!("CARGO_PKG_VERSION");
        let key = Key { program, pack: &self.pack, engine: &self.engine, object, prompts, averaging };
        // Strings and lists of them can always be written as JSON.
        let key = serde_json::to_vec(&key).unwrap_or_default();
        format!("{}.bin", sha256(&key))
    }
}

/// What can be stored: small things as JSON, vectors as they are.
pub trait Stored: PartialEq + Sized {
    type Head: Serialize + for<'de> Deserialize<'de>;

    fn head(&self) -> Self::Head;
    fn vectors(&self) -> Vec<&[f32]>;
    /// `vectors` gives the next vector; `None` when there is none any more.
    fn join(head: Self::Head, vectors: &mut dyn FnMut() -> Option<Vec<f32>>) -> Option<Self>;
}

impl Stored for LocalisingVectors {
    type Head = Self;

    fn head(&self) -> Self {
        Self { prompts: self.prompts.clone(), embeddings: Vec::new() }
    }

    fn vectors(&self) -> Vec<&[f32]> {
        self.embeddings.iter().map(Vec::as_slice).collect()
    }

    fn join(head: Self, vectors: &mut dyn FnMut() -> Option<Vec<f32>>) -> Option<Self> {
        let embeddings = head.prompts.texts.iter().map(|_| vectors()).collect::<Option<_>>()?;
        Some(Self { embeddings, ..head })
    }
}

impl Stored for TextVectors {
    type Head = Self;

    fn head(&self) -> Self {
        let mut head = self.clone();
        for side in [&mut head.normal, &mut head.anomalous] {
            (side.vectors, side.mean) = (Vec::new(), Vec::new());
        }
        head
    }

    fn vectors(&self) -> Vec<&[f32]> {
        let sides = [&self.normal, &self.anomalous];
        sides
            .into_iter()
            .flat_map(|side| side.vectors.iter().chain([&side.mean]))
            .map(Vec::as_slice)
            .collect()
    }

    fn join(mut head: Self, vectors: &mut dyn FnMut() -> Option<Vec<f32>>) -> Option<Self> {
        for side in [&mut head.normal, &mut head.anomalous] {
            side.vectors = side.prompts.texts.iter().map(|_| vectors()).collect::<Option<_>>()?;
            side.mean = vectors()?;
        }
        Some(head)
    }
}

impl Stored for TextFeatures {
    /// The object's name, and the factor on the cosines.
    type Head = (String, f64);

    fn head(&self) -> Self::Head {
        (self.object.clone(), self.logit_scale)
    }

    fn vectors(&self) -> Vec<&[f32]> {
        vec![&self.normal, &self.anomalous]
    }

    fn join(
        (object, logit_scale): Self::Head,
        vectors: &mut dyn FnMut() -> Option<Vec<f32>>,
    ) -> Option<Self> {
        Some(Self { object, normal: vectors()?, anomalous: vectors()?, logit_scale })
    }
}

/// The bytes of a file: the magic, the SHA-256 of what follows it; the length of a head in JSON and of each vector, the head, the vectors.
pub fn encode<T: Stored>(content: &T) -> serde_json::Result<Vec<u8>> {
    let head = serde_json::to_vec(&content.head())?;
    let vectors = content.vectors();
    let length = vectors.first().map_or(0, |vector| vector.len());
    let mut body = Vec::with_capacity(16 + head.len() + vectors.len() * length * 4);
    body.extend((head.len() as u64).to_le_bytes());
    body.extend((length as u64).to_le_bytes());
    body.extend(head);
    body.extend(vectors.into_iter().flatten().flat_map(|value| value.to_le_bytes()));
    Ok([MAGIC, &Sha256::digest(&body), &body].concat())
}

/// What [`encode`] wrote; `None` when it is damaged or something else.
pub fn decode<T: Stored>(bytes: &[u8]) -> Option<T> {
    let (hash, body) = bytes.strip_prefix(MAGIC)?.split_at_checked(32)?;
    if Sha256::digest(body).as_slice() != hash {
        return None;
    }
    let (numbers, rest) = body.split_at_checked(16)?;
    let (numbers, _) = numbers.as_chunks::<8>();
    let [head, length] = numbers else { return None };
    let [head, length] = [head, length].map(|bytes| usize::try_from(u64::from_le_bytes(*bytes)).ok());
    let (head, values) = rest.split_at_checked(head?)?;
    let mut vectors = values
        .chunks_exact(length?.checked_mul(4).filter(|&bytes| bytes > 0)?)
        .map(|vector| vector.as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b)).collect());
    T::join(serde_json::from_slice(head).ok()?, &mut || vectors.next())
}
