use spotcheck_baselines::{Baseline, TextFeatures, ZeroShot};
use spotcheck_method::{Inspector, LocalisingVectors, Networks, TextVectors};
use spotcheck_pack::Pack;
use spotcheck_pack::texts::{Stored, TextFiles, decode, encode};

use crate::drive::Drive;

/// The drive's folder of text vectors.
pub const FOLDER: &str = "texts";

/// What texts cost the text encoder, kept on the drive from one visit to the next.
pub struct Texts {
    drive: Drive,
    files: TextFiles,
}

impl Texts {
    /// `None` where the browser keeps nothing: then each visit encodes them anew.
    pub async fn open(pack: &Pack, engine: &str) -> Option<Self> {
        let drive = Drive::open().await.ok()?;
        Some(Self { drive, files: TextFiles::new(pack.fingerprint(), engine) })
    }

    /// Gives the inspector what there is for an object's name.
    pub async fn restore<N: Networks>(&self, inspector: &mut Inspector<N>, object: &str) {
        if inspector.text_vectors(object).is_none() {
            let file = self.files.texts(inspector.settings(), object);
            if let Some(texts) = self.read::<TextVectors>(&file).await.filter(|texts| texts.object == object)
            {
                inspector.insert_text_vectors(texts);
            }
        }
        if inspector.localising_vectors().is_none() {
            let file = self.files.localising(inspector.settings());
            if let Some(localising) = self.read::<LocalisingVectors>(&file).await {
                inspector.insert_localising_vectors(localising);
            }
        }
    }

    /// Stores what the inspector has for an object's name, unless it was there already.
    pub async fn keep<N: Networks>(&self, inspector: &Inspector<N>, object: &str) {
        let settings = inspector.settings();
        if let Some(texts) = inspector.text_vectors(object) {
            self.write(&self.files.texts(settings, object), texts).await;
        }
        if let Some(localising) = inspector.localising_vectors() {
            self.write(&self.files.localising(settings), localising).await;
        }
    }

    /// Gives a baseline what there is for an object's name.
    pub async fn restore_features<M: ZeroShot>(&self, baseline: &mut Baseline<M>, object: &str) {
        if baseline.text_features(object).is_none() {
            let file = self.files.features(baseline.ensemble(), object);
            if let Some(features) = self.read::<TextFeatures>(&file).await {
                baseline.insert_text_features(features);
            }
        }
    }

    /// Stores what a baseline has for an object's name, unless it was there already.
    pub async fn keep_features<M: ZeroShot>(&self, baseline: &Baseline<M>, object: &str) {
        if let Some(features) = baseline.text_features(object) {
            self.write(&self.files.features(baseline.ensemble(), object), features).await;
        }
    }

    async fn read<T: Stored>(&self, file: &str) -> Option<T> {
        // One that cannot be read is as good as none.
        decode(&self.drive.read(&format!("{FOLDER}/{file}")).await.ok()??)
    }

    async fn write<T: Stored>(&self, file: &str, content: &T) {
        let path = format!("{FOLDER}/{file}");
        // Where it cannot be kept it is made again the next time.
        if let Ok(None) = self.drive.blob(&path).await
            && let Ok(bytes) = encode(content)
        {
            let _ = self.drive.write(&path, &bytes).await;
        }
    }
}
