use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Stands in the page's policy for the hashes of the scripts that are in the page itself: Trunk writes one with each build.
const PLACE: &str = "'inline-scripts'";

/// Names the page's own scripts in its content security policy, so that no other may run in it. A page that its server
/// changes (`reloads`) cannot have one.
pub fn fill(site: &Path, reloads: bool) -> Result<()> {
    let file = site.join("index.html");
    let page = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let page = if reloads { without_policy(&page) } else { with_hashes(&page) };
    let page = page.with_context(|| format!("cannot fill {}", file.display()))?;
    fs::write(&file, page).with_context(|| format!("cannot write {}", file.display()))
}

fn without_policy(page: &str) -> Result<String> {
    let start = page.split_once("http-equiv=\"Content-Security-Policy\"");
    let parts =
        start.and_then(|(before, rest)| Some((before.rsplit_once("<meta")?.0, rest.split_once("/>")?.1)));
    let (before, after) = parts.context("it has no policy")?;
    Ok(format!("{before}{after}"))
}

fn with_hashes(page: &str) -> Result<String> {
    let hashes: Vec<String> = inline_scripts(page)
        .map(|script| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script))))
        .collect();
    if hashes.is_empty() {
        bail!("it has no script of its own: what starts it?");
    }
    // A page that was filled before stays as it is.
    if page.contains(PLACE) || !hashes.iter().all(|hash| page.contains(hash)) {
        if page.matches(PLACE).count() != 1 {
            bail!("its policy has to name {PLACE} once");
        }
        return Ok(page.replace(PLACE, &hashes.join(" ")));
    }
    Ok(page.to_owned())
}

/// The texts of scripts that have no address.
fn inline_scripts(page: &str) -> impl Iterator<Item = &str> {
    page.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        (!attributes.contains("src=")).then_some(script)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_in_the_page_are_named_by_their_hash() {
        let page = "<meta content=\"script-src 'self' 'inline-scripts'\"><script type=\"module\">abc</script>\
                    <script src=\"other.js\"></script>";
        // The SHA-256 of "abc" (FIPS 180-2) in base64.
        let hash = "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='";
        let filled = with_hashes(page).unwrap();
        assert_eq!(filled, page.replace(PLACE, hash));
        assert_eq!(with_hashes(&filled).unwrap(), filled);
    }

    #[test]
    fn a_page_that_its_server_changes_has_no_policy() {
        let page =
            "<meta charset=\"utf-8\" /><meta\n http-equiv=\"Content-Security-Policy\" content=\"\" /><title>";
        assert_eq!(without_policy(page).unwrap(), "<meta charset=\"utf-8\" /><title>");
    }

    #[test]
    fn a_page_without_a_policy_is_refused() {
        assert!(with_hashes("<script>abc</script>").is_err());
        assert!(with_hashes("<meta content=\"'inline-scripts'\">").is_err());
    }
}
