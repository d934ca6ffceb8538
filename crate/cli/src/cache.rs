use std::fs;
use std::path::{Path, PathBuf};

use spotcheck_baselines::{Baseline, TextFeatures, ZeroShot};
use spotcheck_method::{Inspector, LocalisingVectors, Networks, Settings, TextVectors};
use spotcheck_pack::texts::{Stored, TextFiles, decode, encode};

/// What texts cost the text encoder, kept in files: by pack, engine, prompts and, where they have it, the object's name.
///
/// A file that cannot be read, or is not what it should be, is as good as none, and is written anew.
pub struct TextCache {
    folder: PathBuf,
    files: TextFiles,
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
        Some(Self { folder: folder.join("spotcheck").join("texts"), files: TextFiles::new(pack, engine) })
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

    /// Gives a baseline what there is for an object's name.
    pub fn restore_features<M: ZeroShot>(&self, baseline: &mut Baseline<M>, object: &str) {
        if baseline.text_features(object).is_none()
            && let Some(features) = read::<TextFeatures>(&self.features_file(baseline, object))
        {
            baseline.insert_text_features(features);
        }
    }

    /// Stores what a baseline has for an object's name, where it is not stored yet.
    pub fn keep_features<M: ZeroShot>(&self, baseline: &Baseline<M>, object: &str) -> std::io::Result<()> {
        match baseline.text_features(object) {
            Some(features) => self.write(&self.features_file(baseline, object), features),
            None => Ok(()),
        }
    }

    fn features_file<M: ZeroShot>(&self, baseline: &Baseline<M>, object: &str) -> PathBuf {
        self.folder.join(self.files.features(baseline.ensemble(), object))
    }

    fn texts_file(&self, settings: &Settings, object: &str) -> PathBuf {
        self.folder.join(self.files.texts(settings, object))
    }

    fn localising_file(&self, settings: &Settings) -> PathBuf {
        self.folder.join(self.files.localising(settings))
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

fn read<T: Stored>(file: &Path) -> Option<T> {
    decode(&fs::read(file).ok()?)
}

#[cfg(test)]
mod tests;
