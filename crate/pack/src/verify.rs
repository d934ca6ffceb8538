use crate::pack::sha256;
use crate::{Error, FileInfo, Pack};

impl Pack {
    /// Checks size and SHA-256 of every file; what is wrong with each that is damaged or missing, in the order of their
    /// names. A pack without damage gives an empty list.
    pub async fn damage(&self) -> Vec<Error> {
        let mut damage = Vec::new();
        for (file, FileInfo { sha256: expected, .. }) in &self.manifest().files {
            match self.read(file).await.map(|bytes| sha256(&bytes)) {
                Ok(found) if found == *expected => {}
                Ok(found) => {
                    let (file, expected) = (file.clone(), expected.clone());
                    damage.push(Error::Hash { file, expected, found });
                }
                Err(e) => damage.push(e),
            }
        }
        damage
    }
}
