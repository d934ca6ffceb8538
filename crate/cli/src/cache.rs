use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use spotcheck_method::{Inspector, LocalisingVectors, Networks, Settings, TextVectors};

/// The first bytes of a file; the number is the version of what follows.
const MAGIC: &[u8] = b"spotcheck text vectors 1\n";

/// What texts cost the text encoder, kept in files: by pack, engine, prompts and, where they have it, the object's name.
///
/// A file that cannot be read, or is not what it should be, is as good as none, and is written anew.
pub struct TextCache {
    folder: PathBuf,
    pack: String,
    engine: String,
}

/// What a file's content depends on; the file is named by its hash.
#[derive(Serialize)]
struct Key<'a> {
    program: &'a str,
    pack: &'a str,
    engine: &'a str,
    object: Option<&'a str>,
    prompts: [&'a [String]; 3],
}

impl TextCache {
    /// Below the folder that the system has for such files; `None` when it names none. `pack` is a fingerprint.
    pub fn for_user(pack: &str, engine: &str) -> Option<Self> {
        let absolute = |name: &str| {
            let path = PathBuf::from(std::env::var_os(name)?);
            path.is_absolute().then_some(path)
        };
        let folder = absolute("XDG_CACHE_HOME")
            .or_else(|| absolute("LOCALAPPDATA"))
            .or_else(|| Some(absolute("HOME")?.join(".cache")))?;
        Some(Self {
            folder: folder.join("spotcheck").join("texts"),
            pack: pack.to_owned(),
            engine: engine.to_owned(),
        })
    }

    /// Gives the inspector what there is for an object's name.
    pub fn restore<N: Networks>(&self, inspector: &mut Inspector<N>, object: &str) {
        if inspector.text_vectors(object).is_none()
            && let Some(texts) = read::<TextVectors>(&self.texts_file(inspector.settings(), object))
            && texts.object == object
        {
            inspector.insert_text_vectors(texts);
        }
        if inspector.localising_vectors().is_none()
            && let Some(localising) = read::<LocalisingVectors>(&self.localising_file(inspector.settings()))
        {
            inspector.insert_localising_vectors(localising);
        }
    }

    /// Stores what the inspector has for an object's name, where it is not stored yet.
    pub fn keep<N: Networks>(&self, inspector: &Inspector<N>, object: &str) -> std::io::Result<()> {
        if let Some(texts) = inspector.text_vectors(object) {
            self.write(&self.texts_file(inspector.settings(), object), texts)?;
        }
        match inspector.localising_vectors() {
            Some(localising) => self.write(&self.localising_file(inspector.settings()), localising),
            None => Ok(()),
        }
    }

    fn texts_file(&self, settings: &Settings, object: &str) -> PathBuf {
        let prompts = [&settings.normal_states[..], &settings.anomalous_states, &settings.templates];
        self.file(Some(object), prompts)
    }

    fn localising_file(&self, settings: &Settings) -> PathBuf {
        self.file(None, [&settings.localising_prompts, &[], &[]])
    }

    /// `prompts` are all the lists that the texts are made of.
    fn file(&self, object: Option<&str>, prompts: [&[String]; 3]) -> PathBuf {
        let program = env!("CARGO_PKG_VERSION");
        let key = Key { program, pack: &self.pack, engine: &self.engine, object, prompts };
        // Strings and lists of them can always be written as JSON.
        let key = serde_json::to_vec(&key).unwrap_or_default();
        self.folder.join(format!("{}.bin", hex(&key)))
    }

    fn write<T: Stored>(&self, file: &Path, content: &T) -> std::io::Result<()> {
        if read::<T>(file).is_some_and(|stored| stored == *content) {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        // Under its own name only when it is whole; two that write at a time write into files of their own.
        let half = file.with_extension(format!("{}.part", std::process::id()));
        let written = fs::write(&half, encode(content)?).and_then(|()| fs::rename(&half, file));
        if written.is_err() {
            // Why it failed is more telling than that half of it stays behind.
            let _ = fs::remove_file(&half);
        }
        written
    }
}

/// What can be stored: small things as JSON, vectors as they are.
trait Stored: PartialEq + Sized {
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

/// The magic, the SHA-256 of what follows it; the length of a head in JSON and of each vector, the head, the vectors.
fn encode<T: Stored>(content: &T) -> std::io::Result<Vec<u8>> {
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

fn decode<T: Stored>(bytes: &[u8]) -> Option<T> {
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

fn read<T: Stored>(file: &Path) -> Option<T> {
    decode(&fs::read(file).ok()?)
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
