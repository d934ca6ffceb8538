//! Fetching what a pack is made of: the checkpoints of a preset from a host, or a pack that was built before from beside
//! the page. Command line and page share this; they differ in their [`Host`] and their [`PartStore`].

use std::collections::BTreeMap;

use spotcheck_method::CancellationToken;

use crate::fetch::{Arrived, FetchError, Fetched, Host, Part, Wanted, fetch};
use crate::listing::Listing;
use crate::{Catalogue, CatalogueCheckpoint, CatalogueFile, Error, FileInfo, Manifest};

/// Where fetched files are kept, by names such as `CIDAS/clipseg-rd64-refined/config.json`. Errors
/// are sentences.
#[async_trait::async_trait(?Send)]
pub trait PartStore {
    type Part: Part;

    /// The size of a file that is there, and whole.
    async fn whole(&self, file: &str) -> Result<Option<u64>, String>;

    /// What has arrived of a file, to be added to.
    async fn open(&self, file: &str) -> Result<Self::Part, String>;

    /// A file has arrived: from now on it is whole.
    async fn finish(&self, file: &str, part: Self::Part, fetched: &Fetched) -> Result<(), String>;

    /// A file has not arrived yet; what is there of it is kept.
    async fn leave(&self, part: Self::Part) -> Result<(), String> {
        drop(part);
        Ok(())
    }
}

/// How far the fetching is.
#[derive(Clone, Copy, Debug)]
pub struct Fetching<'f> {
    /// The file that is coming.
    pub file: &'f str,
    pub of_file: Arrived,
    /// Bytes of all files that have arrived.
    pub done: u64,
    /// Bytes of all files, as far as is known.
    pub total: u64,
}

/// Why checkpoints could not be fetched.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AcquireError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Pack(#[from] Error),
    /// No checkpoint of those that would do is there for everybody.
    #[error("no checkpoint for {role} can be fetched ({})", refused.join(", "))]
    NoSource { role: String, refused: Vec<String> },
}

/// The checkpoints of a preset, on a host.
pub struct Sources<'a> {
    catalogue: &'a Catalogue,
    preset: &'a str,
    /// The host's address without a slash at its end.
    base: &'a str,
}

impl<'a> Sources<'a> {
    /// `base` is the address of a host that is laid out like Hugging Face: `https://huggingface.co`.
    pub fn new(catalogue: &'a Catalogue, preset: &'a str, base: &'a str) -> Self {
        Self { catalogue, preset, base: base.trim_end_matches('/') }
    }

    /// The checkpoint that is fetched for each network, by the network's name.
    pub fn offers(&self) -> Result<Vec<(&'a str, &'a CatalogueCheckpoint)>, Error> {
        let roles = self.catalogue.preset(self.preset)?.networks.keys();
        let first = |role: &'a String| Some((role.as_str(), self.offered(role).ok()?.into_iter().next()?));
        Ok(roles.filter_map(first).collect())
    }

    /// Fetches what is not there yet of the checkpoints for `roles` (of all networks, when there are none) into folders
    /// with the repositories' names, where [`assemble`](crate::assemble) looks for them.
    pub async fn fetch<S: PartStore>(
        &self,
        roles: &[&str],
        host: &dyn Host,
        store: &S,
        report: &mut dyn FnMut(Fetching<'_>),
        cancellation: &CancellationToken,
    ) -> Result<(), AcquireError> {
        let mut run = Run { host, store, report, cancellation, files: BTreeMap::new() };
        let wanted: Vec<_> = self.catalogue.preset(self.preset)?.networks.keys().collect();
        let wanted: Vec<_> = wanted
            .into_iter()
            .filter(|role| roles.is_empty() || roles.iter().any(|wanted| wanted == role))
            .collect();
        for role in &wanted {
            if let Some(first) = self.offered(role)?.first() {
                run.expect(first).await?;
            }
        }
        for role in wanted {
            let mut refused = Vec::new();
            let mut found = false;
            for checkpoint in self.offered(role)? {
                match self.checkpoint(&mut run, checkpoint).await {
                    // Not there, or not for everybody: another one may do.
                    Err(FetchError::Status { url, status }) => refused.push(format!("{url}: {status}")),
                    other => {
                        found = other?;
                        if found {
                            break;
                        }
                        refused.push(format!("{}: which of its files is not clear", checkpoint.page()));
                    }
                }
                run.forget(checkpoint);
            }
            if !found {
                return Err(AcquireError::NoSource { role: role.clone(), refused });
            }
        }
        Ok(())
    }

    /// The checkpoints that will do for a network and are on such hosts, the preferred one first.
    fn offered(&self, role: &str) -> Result<Vec<&'a CatalogueCheckpoint>, Error> {
        let mut candidates = self.catalogue.candidates(self.catalogue.preset(self.preset)?, role);
        candidates.retain(|checkpoint| checkpoint.repo.is_some());
        Ok(candidates)
    }

    /// Whether all files are there now; not when it is unknown which they are.
    async fn checkpoint<S: PartStore>(
        &self,
        run: &mut Run<'_, S>,
        checkpoint: &CatalogueCheckpoint,
    ) -> Result<bool, FetchError> {
        let (stand_ins, wanted): (Vec<_>, Vec<_>) =
            checkpoint.files.iter().partition(|file| file.instead_of.is_some());
        let mut listing = None;
        for file in wanted {
            let Some(name) = self.name(run, checkpoint, file, &mut listing).await? else { return Ok(false) };
            let instead: Vec<_> = stand_ins.iter().filter(|s| s.instead_of == file.path).collect();
            let mut there = !instead.is_empty();
            for file in instead.iter().filter_map(|file| file.path.as_deref()) {
                there &= run.known(&stored(checkpoint, file)).await?;
            }
            if there {
                continue;
            }
            match self.file(run, checkpoint, file, &name, &mut listing).await {
                Err(FetchError::Status { status: 404, .. }) if !instead.is_empty() => {
                    for file in instead {
                        let Some(name) = file.path.clone() else { return Ok(false) };
                        self.file(run, checkpoint, file, &name, &mut listing).await?;
                    }
                }
                other => other?,
            }
        }
        Ok(true)
    }

    /// A file's path in its repository: that of the catalogue, or the only ONNX file there.
    async fn name<S: PartStore>(
        &self,
        run: &Run<'_, S>,
        checkpoint: &CatalogueCheckpoint,
        file: &CatalogueFile,
        listing: &mut Option<Listing>,
    ) -> Result<Option<String>, FetchError> {
        if file.path.is_some() {
            return Ok(file.path.clone());
        }
        let listing = self.listing(run, checkpoint, listing).await?;
        Ok(listing.only(".onnx").map(str::to_owned))
    }

    async fn listing<'l, S: PartStore>(
        &self,
        run: &Run<'_, S>,
        checkpoint: &CatalogueCheckpoint,
        listing: &'l mut Option<Listing>,
    ) -> Result<&'l Listing, FetchError> {
        if listing.is_none() {
            let repo = checkpoint.repo.as_deref().unwrap_or_default();
            let asked =
                Listing::ask(run.host, self.base, repo, &checkpoint.revision, run.cancellation).await?;
            *listing = Some(asked.unwrap_or_default());
        }
        Ok(listing.get_or_insert_default())
    }

    async fn file<S: PartStore>(
        &self,
        run: &mut Run<'_, S>,
        checkpoint: &CatalogueCheckpoint,
        file: &CatalogueFile,
        path: &str,
        listing: &mut Option<Listing>,
    ) -> Result<(), FetchError> {
        let name = stored(checkpoint, path);
        if run.known(&name).await? {
            return Ok(());
        }
        let Some(url) = checkpoint.url(self.base, path) else { return Ok(()) };
        let listed = self.listing(run, checkpoint, listing).await?.get(path);
        let size = file.bytes.or(listed.and_then(|listed| listed.size));
        let sha256 = file.sha256.clone().or(listed.and_then(|listed| listed.sha256.clone()));
        run.fetch(&name, &Wanted { url, size, sha256 }).await
    }
}

/// The name under which a repository's file is kept.
fn stored(checkpoint: &CatalogueCheckpoint, path: &str) -> String {
    format!("{}/{path}", checkpoint.repo.as_deref().unwrap_or_default())
}

/// Fetches a pack that was built before: `base` is its folder's address, with a slash at its end. Gives the manifest's
/// bytes; it is for the caller to store them, last of all.
pub async fn fetch_pack<S: PartStore>(
    base: &str,
    manifest: Vec<u8>,
    host: &dyn Host,
    store: &S,
    report: &mut dyn FnMut(Fetching<'_>),
    cancellation: &CancellationToken,
) -> Result<Vec<u8>, AcquireError> {
    let files = Manifest::from_json(&manifest)?.files;
    let mut run = Run { host, store, report, cancellation, files: BTreeMap::new() };
    for (file, FileInfo { size, .. }) in &files {
        run.files.insert(file.clone(), (0, *size));
    }
    for (file, FileInfo { size, sha256 }) in files {
        let url = format!("{base}{file}");
        if !run.known(&file).await? {
            run.fetch(&file, &Wanted { url, size: Some(size), sha256: Some(sha256) }).await?;
        }
    }
    Ok(manifest)
}

/// A fetch of several files.
struct Run<'r, S> {
    host: &'r dyn Host,
    store: &'r S,
    report: &'r mut dyn FnMut(Fetching<'_>),
    cancellation: &'r CancellationToken,
    /// Bytes that are there of each file, and all that it has, as far as that is known.
    files: BTreeMap<String, (u64, u64)>,
}

impl<S: PartStore> Run<'_, S> {
    /// Counts a checkpoint's files among those that come.
    async fn expect(&mut self, checkpoint: &CatalogueCheckpoint) -> Result<(), FetchError> {
        for file in checkpoint.files.iter().filter(|file| file.instead_of.is_none()) {
            let Some(path) = &file.path else { continue };
            let size = file.bytes.or(file.about_bytes).unwrap_or(0);
            let name = stored(checkpoint, path);
            let there = self.store.whole(&name).await.map_err(|message| kept(&name, message))?;
            self.files.insert(name, (there.unwrap_or(0), there.unwrap_or(size)));
        }
        Ok(())
    }

    /// Another checkpoint comes in the place of this one.
    fn forget(&mut self, checkpoint: &CatalogueCheckpoint) {
        let folder = stored(checkpoint, "");
        self.files.retain(|file, _| !file.starts_with(&folder));
    }

    /// Whether a file is there, and whole.
    async fn known(&mut self, name: &str) -> Result<bool, FetchError> {
        let there = self.store.whole(name).await.map_err(|message| kept(name, message))?;
        if let Some(size) = there {
            self.files.insert(name.to_owned(), (size, size));
        }
        Ok(there.is_some())
    }

    async fn fetch(&mut self, name: &str, wanted: &Wanted) -> Result<(), FetchError> {
        let failed = |message| kept(&wanted.url, message);
        let mut part = self.store.open(name).await.map_err(failed)?;
        let expected = self.files.get(name).map_or(0, |(_, total)| *total);
        let (files, report) = (&mut self.files, &mut *self.report);
        let mut tell = |of_file: Arrived| {
            let total = of_file.total.unwrap_or(expected).max(of_file.bytes);
            files.insert(name.to_owned(), (of_file.bytes, total));
            let sum = files.values().fold((0, 0), |sum, file| (sum.0 + file.0, sum.1 + file.1));
            report(Fetching { file: name, of_file, done: sum.0, total: sum.1 });
        };
        match fetch(self.host, wanted, &mut part, &mut tell, self.cancellation).await {
            Ok(fetched) => self.store.finish(name, part, &fetched).await.map_err(failed),
            Err(e) => {
                self.store.leave(part).await.map_err(failed)?;
                // It is not among those that are there; one that stands in for it is counted by itself.
                if matches!(e, FetchError::Status { .. }) {
                    self.files.remove(name);
                }
                Err(e)
            }
        }
    }
}

fn kept(url: &str, message: String) -> FetchError {
    FetchError::Storage { url: url.into(), message }
}
