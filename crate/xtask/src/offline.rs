use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::size::collect;

const SERVICE_WORKER: &str = "sw.js";
/// The start of the line in the service worker that holds the list.
const LIST: &str = "const FILES = ";
/// What Trunk leaves in the page for its server to fill in, when that reloads pages by itself.
const FILLED_WHEN_SERVED: &[u8] = b"{{__TRUNK_";

/// The site being built, if Trunk calls as its hook, or else dist/.
pub fn site(root: &Path) -> PathBuf {
    std::env::var_os("TRUNK_STAGING_DIR").map_or_else(|| root.join("dist"), PathBuf::from)
}

/// Lists the site's files with their SHA-256 in its service worker, which keeps them for use offline.
pub fn list(site: &Path) -> Result<()> {
    let worker = site.join(SERVICE_WORKER);
    let script = fs::read_to_string(&worker).with_context(|| format!("cannot read {}", worker.display()))?;
    let files = if reloads_itself(site)? { BTreeMap::new() } else { hashes(site)? };
    let script = with_list(&script, &files).with_context(|| format!("cannot fill {}", worker.display()))?;
    fs::write(&worker, script).with_context(|| format!("cannot write {}", worker.display()))
}

/// Whether a plain `trunk serve` builds: the page that it serves is not the one on disk, whose hash would be listed.
/// The list is then empty, so that the service worker keeps nothing and a reload shows what was built.
pub fn reloads_itself(site: &Path) -> Result<bool> {
    let page = site.join("index.html");
    let bytes = fs::read(&page).with_context(|| format!("cannot read {}", page.display()))?;
    Ok(bytes.windows(FILLED_WHEN_SERVED.len()).any(|window| window == FILLED_WHEN_SERVED))
}

/// The SHA-256 of each file, by its path relative to the site with slashes. Hidden files are left out: many hosts do not
/// serve them.
fn hashes(site: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = Vec::new();
    collect(site, &mut files).with_context(|| format!("cannot list {}", site.display()))?;
    let mut hashes = BTreeMap::new();
    for file in files {
        let parts = file
            .strip_prefix(site)?
            .iter()
            .map(|part| part.to_str())
            .collect::<Option<Vec<_>>>()
            .with_context(|| format!("{}: its name is not Unicode", file.display()))?;
        let path = parts.join("/");
        if path == SERVICE_WORKER || parts.iter().any(|part| part.starts_with('.')) {
            continue;
        }
        // Stands in an address and in a script as it is.
        if !path.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c)) {
            bail!("{path}: names of the site's files hold only ASCII letters, digits, '-', '_' and '.'");
        }
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        hashes.insert(path, format!("{:x}", Sha256::digest(&bytes)));
    }
    Ok(hashes)
}

/// The script with this list in place of the one that it has.
fn with_list(script: &str, files: &BTreeMap<String, String>) -> Result<String> {
    if script.lines().filter(|line| line.starts_with(LIST)).count() != 1 {
        bail!("it has to have one line that starts with “{LIST}”");
    }
    let entries: Vec<String> = files.iter().map(|(path, hash)| format!("\"{path}\":\"{hash}\"")).collect();
    let list = format!("{LIST}{{{}}};", entries.join(","));
    let lines: Vec<&str> =
        script.lines().map(|line| if line.starts_with(LIST) { &list } else { line }).collect();
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "// A comment.\nconst FILES = {};\nconst files = FILES;\n";

    /// A site in a folder of its own, which goes when the test is over.
    struct Site(PathBuf);

    impl Site {
        fn new(name: &str, files: &[(&str, &str)]) -> Self {
            let folder = std::env::temp_dir().join(format!("spotcheck-xtask-{name}-{}", std::process::id()));
            for (path, text) in [(SERVICE_WORKER, SCRIPT), ("index.html", "")].iter().chain(files) {
                let file = folder.join(path);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, text).unwrap();
            }
            Self(folder)
        }

        fn script(&self) -> String {
            fs::read_to_string(self.0.join(SERVICE_WORKER)).unwrap()
        }
    }

    impl Drop for Site {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    // Of the empty text and of "abc", from FIPS 180-2.
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn every_file_but_the_service_worker_and_hidden_ones_is_listed() {
        let site = Site::new("lists", &[("pack/demo/isnet.bin", "abc"), ("samples/.DS_Store", "x")]);
        let expected = format!(
            "// A comment.\nconst FILES = {{\"index.html\":\"{EMPTY}\",\"pack/demo/isnet.bin\":\"{ABC}\"}};\n\
             const files = FILES;\n"
        );
        list(&site.0).unwrap();
        assert_eq!(site.script(), expected);
        // Once more: the list is replaced.
        list(&site.0).unwrap();
        assert_eq!(site.script(), expected);
    }

    #[test]
    fn a_page_that_the_server_changes_is_not_kept() {
        let page = "<script>const address = '{{__TRUNK_ADDRESS__}}';</script>";
        let site = Site::new("reloads", &[("index.html", page)]);
        list(&site.0).unwrap();
        assert_eq!(site.script(), SCRIPT);
    }

    #[test]
    fn errors_name_the_file() {
        let said = |site: &Site| format!("{:#}", list(&site.0).unwrap_err());
        let site = Site::new("name", &[("samples/a gear.jpg", "")]);
        assert!(said(&site).contains("samples/a gear.jpg"), "{}", said(&site));
        let site = Site::new("no-list", &[(SERVICE_WORKER, "nothing")]);
        assert!(said(&site).contains("sw.js: it has to have one line"), "{}", said(&site));
        let site = Site::new("no-worker", &[]);
        fs::remove_file(site.0.join(SERVICE_WORKER)).unwrap();
        assert!(said(&site).contains("sw.js"), "{}", said(&site));
    }
}
