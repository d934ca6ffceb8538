use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use spotcheck_method::CancellationToken;
use spotcheck_pack::acquire::{Fetching, Sources};
use spotcheck_pack::fetch::Arrived;
use spotcheck_pack::{Catalogue, PartFolder};

use crate::http::Http;

/// Shows what would be fetched of `host` for a preset, how large it is and under which terms, and asks.
pub fn ask(catalogue: &Catalogue, preset: &str, host: &str) -> Result<()> {
    println!("The pack {} is built from these, fetched from {host}:", catalogue.preset(preset)?.title);
    for (_, checkpoint) in Sources::new(catalogue, preset, host).offers()? {
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

/// Fetches the checkpoints for `roles` of a preset (for all its networks, when there are none) into folders with their
/// repositories' names below `folder`; what has arrived before is not fetched again.
pub async fn checkpoints(
    catalogue: &Catalogue,
    preset: &str,
    host: &str,
    roles: &[&str],
    folder: &Path,
) -> Result<()> {
    let mut shown = Shown::default();
    let fetched = Sources::new(catalogue, preset, host)
        .fetch(
            roles,
            &Http::new(),
            &PartFolder::new(folder),
            &mut |fetching| shown.show(fetching),
            &CancellationToken::default(),
        )
        .await;
    shown.end();
    Ok(fetched?)
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
#[derive(Default)]
struct Shown {
    /// The file, when it began to come, and what was there before.
    coming: Option<(String, Instant, u64)>,
    last: Option<Instant>,
}

impl Shown {
    fn show(&mut self, Fetching { file, of_file: Arrived { bytes, total }, .. }: Fetching<'_>) {
        let mut terminal = std::io::stderr();
        if !terminal.is_terminal() {
            return;
        }
        if self.coming.as_ref().is_none_or(|(coming, ..)| coming != file) {
            self.end();
            (self.coming, self.last) = (Some((file.to_owned(), Instant::now(), bytes)), None);
        }
        let whole = total == Some(bytes);
        if !whole && self.last.is_some_and(|last| last.elapsed().as_millis() < 200) {
            return;
        }
        self.last = Some(Instant::now());
        let Some((_, since, first)) = &self.coming else { return };
        let rate = (bytes - first) as f64 / since.elapsed().as_secs_f64().max(0.001);
        let mut line = format!("\r{file}: {:.1} MB", bytes as f64 / 1e6);
        if let Some(total) = total {
            line += &format!(" of {:.1} MB", total as f64 / 1e6);
            if rate > 0.0 {
                line += &format!(", {:.0} s left", total.saturating_sub(bytes) as f64 / rate);
            }
        }
        // That nobody can be told how far it is, is no reason to stop.
        let _ = write!(terminal, "{line}, {:.1} MB/s    ", rate / 1e6);
    }

    fn end(&mut self) {
        if self.last.take().is_some() {
            eprintln!();
        }
    }
}

#[cfg(test)]
mod tests;
