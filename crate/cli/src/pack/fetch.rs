use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use spotcheck_method::CancellationToken;
use spotcheck_pack::fetch::{Arrived, FetchError, Wanted, fetch};
use spotcheck_pack::{Catalogue, CatalogueCheckpoint, CatalogueFile, FilePart};

use crate::http::Http;

/// What is fetched for a preset: a checkpoint for each network, into a folder of its own.
pub struct Fetching<'a> {
    catalogue: &'a Catalogue,
    preset: &'a str,
    host: &'a str,
}

impl<'a> Fetching<'a> {
    /// `host` is laid out like Hugging Face: `https://huggingface.co`.
    pub fn new(catalogue: &'a Catalogue, preset: &'a str, host: &'a str) -> Self {
        Self { catalogue, preset, host: host.trim_end_matches('/') }
    }

    /// Shows what would be fetched, how large it is and under which terms, and asks.
    pub fn ask(&self) -> Result<()> {
        let preset = self.catalogue.preset(self.preset)?;
        println!("The pack {} is built from these, fetched from {}:", preset.title, self.host);
        for role in preset.networks.keys() {
            let Some(checkpoint) = self.offered(role)?.into_iter().next() else { continue };
            println!("  {}, about {:.0} MB", checkpoint.title, checkpoint.size() as f64 / 1e6);
            println!("    {} · licence: {}", checkpoint.page(), checkpoint.licence);
            if let Some(disputed) = &checkpoint.disputed {
                println!("    {disputed}");
            }
        }
        if !std::io::stdin().is_terminal() {
            bail!("nothing was fetched: say --yes to fetch without being asked");
        }
        print!("Fetch them? [y/N] ");
        std::io::stdout().flush()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        if !matches!(answer.trim(), "y" | "Y" | "yes") {
            bail!("nothing was fetched");
        }
        Ok(())
    }

    /// Fetches all into folders below `folder`; what has arrived before is not fetched again.
    pub async fn run(&self, folder: &Path) -> Result<()> {
        let preset = self.catalogue.preset(self.preset)?;
        let http = Http::new();
        for role in preset.networks.keys() {
            let mut refused = Vec::new();
            let mut found = false;
            for checkpoint in self.offered(role)? {
                match self.checkpoint(&http, checkpoint, &folder.join(role)).await {
                    // Not there, or not for everybody: another one may do.
                    Err(FetchError::Status { url, status }) => refused.push(format!("{url}: {status}")),
                    other => {
                        other?;
                        found = true;
                        break;
                    }
                }
            }
            if !found {
                bail!("no checkpoint for {role} can be fetched ({})", refused.join(", "));
            }
        }
        Ok(())
    }

    /// The checkpoints for a network whose every file has an address, the preferred one first.
    fn offered(&self, role: &str) -> Result<Vec<&CatalogueCheckpoint>> {
        let mut candidates = self.catalogue.candidates(self.catalogue.preset(self.preset)?, role);
        candidates.retain(|c| c.files.iter().all(|file| c.url(self.host, file).is_some()));
        Ok(candidates)
    }

    async fn checkpoint(
        &self,
        http: &Http,
        checkpoint: &CatalogueCheckpoint,
        folder: &Path,
    ) -> Result<(), FetchError> {
        let (stand_ins, wanted): (Vec<_>, Vec<_>) =
            checkpoint.files.iter().partition(|file| file.instead_of.is_some());
        for file in wanted {
            let instead: Vec<_> = stand_ins.iter().filter(|s| s.instead_of == file.path).collect();
            match self.file(http, checkpoint, file, folder).await {
                Err(FetchError::Status { status: 404, .. }) if !instead.is_empty() => {
                    for file in instead {
                        self.file(http, checkpoint, file, folder).await?;
                    }
                }
                other => other?,
            }
        }
        Ok(())
    }

    async fn file(
        &self,
        http: &Http,
        checkpoint: &CatalogueCheckpoint,
        file: &CatalogueFile,
        folder: &Path,
    ) -> Result<(), FetchError> {
        let Some((url, path)) = checkpoint.url(self.host, file).zip(file.path.as_deref()) else {
            return Ok(());
        };
        let to = folder.join(path.rsplit('/').next().unwrap_or(path));
        if to.is_file() {
            return Ok(());
        }
        let kept = |e: std::io::Error| FetchError::Storage { url: url.clone(), message: e.to_string() };
        let mut part = FilePart::open(&to).map_err(kept)?;
        let wanted = Wanted { url: url.clone(), size: file.bytes, sha256: file.sha256.clone() };
        let mut shown = Shown::new(path);
        let fetched = fetch(
            http,
            &wanted,
            &mut part,
            &mut |arrived| shown.show(arrived),
            &CancellationToken::default(),
        )
        .await;
        shown.end();
        fetched?;
        part.finish().map_err(kept)
    }
}

/// Where a pack's checkpoints are kept while they are fetched: beside it, so that they are on the same disk.
pub fn folder_for(pack: &Path) -> PathBuf {
    let mut name = pack.as_os_str().to_owned();
    name.push(".checkpoints");
    name.into()
}

/// Takes the fetched checkpoints away.
pub fn clean(folder: &Path) -> Result<()> {
    std::fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))
}

/// How far a file is, on a terminal.
struct Shown<'a> {
    name: &'a str,
    since: Instant,
    /// What was there before.
    first: Option<u64>,
    last: Option<Instant>,
}

impl<'a> Shown<'a> {
    fn new(name: &'a str) -> Self {
        Self { name, since: Instant::now(), first: None, last: None }
    }

    fn show(&mut self, Arrived { bytes, total }: Arrived) {
        let mut terminal = std::io::stderr();
        let first = *self.first.get_or_insert(bytes);
        if !terminal.is_terminal() || self.last.is_some_and(|last| last.elapsed().as_millis() < 200) {
            return;
        }
        self.last = Some(Instant::now());
        let rate = (bytes - first) as f64 / self.since.elapsed().as_secs_f64().max(0.001);
        let mut line = format!("\r{}: {:.1} MB", self.name, bytes as f64 / 1e6);
        if let Some(total) = total {
            line += &format!(" of {:.1} MB", total as f64 / 1e6);
            if rate > 0.0 {
                line += &format!(", {:.0} s left", total.saturating_sub(bytes) as f64 / rate);
            }
        }
        // That nobody can be told how far it is, is no reason to stop.
        let _ = write!(terminal, "{line}, {:.1} MB/s    ", rate / 1e6);
    }

    fn end(&self) {
        if self.last.is_some() {
            eprintln!();
        }
    }
}

#[cfg(test)]
mod tests;
