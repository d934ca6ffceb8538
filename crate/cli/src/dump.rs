use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use npyz::WriterBuilder;
use spotcheck_method::Dump;

/// Writes every stage's arrays as `.npy` into a folder; the first failure is kept until [`Files::finish`].
pub struct Files {
    folder: PathBuf,
    failure: Option<anyhow::Error>,
}

impl Files {
    /// Makes the folder `dir/stem`.
    pub fn create(dir: &Path, stem: &str) -> Result<Self> {
        let folder = dir.join(stem);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self { folder, failure: None })
    }

    /// Whether everything was written.
    pub fn finish(self) -> Result<()> {
        self.failure.map_or(Ok(()), Err)
    }
}

impl Dump for Files {
    fn array(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        if self.failure.is_none() {
            let path = self.folder.join(format!("{name}.npy"));
            self.failure = write(&path, shape, values).err();
        }
    }
}

/// Writes an array as `.npy`.
pub fn write(path: &Path, shape: &[usize], values: &[f32]) -> Result<()> {
    let shape: Vec<u64> = shape.iter().map(|&side| side as u64).collect();
    let attempt = || -> std::io::Result<()> {
        let file = std::io::BufWriter::new(std::fs::File::create(path)?);
        let mut writer =
            npyz::WriteOptions::<f32>::new().default_dtype().shape(&shape).writer(file).begin_nd()?;
        writer.extend(values.iter().copied())?;
        writer.finish()
    };
    attempt().with_context(|| format!("cannot write {}", path.display()))
}
