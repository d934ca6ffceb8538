use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{BuildOptions, Error, Origin};

const CATALOGUE: &str = include_str!("../catalogue.json");

/// The checkpoints that packs are built from: where each is, how large, under which terms, and what is disputed about
/// those.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// The packs that can be built, by name.
    pub presets: BTreeMap<String, Preset>,
    /// What is said of a network in the folder of its own name where any of several checkpoints may be in there.
    pub any: BTreeMap<String, Origin>,
    pub checkpoints: BTreeMap<String, CatalogueCheckpoint>,
}

/// A pack that can be built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    pub title: String,
    /// What it is good for, in a sentence.
    pub good_for: String,
    /// For `clipseg`, `sam` and `isnet` the checkpoints that will do, the preferred one first.
    pub networks: BTreeMap<String, Vec<String>>,
}

/// A checkpoint as its publisher offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueCheckpoint {
    pub title: String,
    /// Its repository on Hugging Face; `None` where it is elsewhere.
    pub repo: Option<String>,
    /// The page that it is offered on, where that is not its repository's.
    pub page: Option<String>,
    pub revision: String,
    pub licence: String,
    /// What is disputed about the licence.
    pub disputed: Option<String>,
    pub files: Vec<CatalogueFile>,
}

/// A file of a checkpoint. What is not known is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueFile {
    /// Its path in the repository.
    pub path: Option<String>,
    /// Its size.
    pub bytes: Option<u64>,
    /// Its size, where only three digits of it are known.
    pub about_bytes: Option<u64>,
    pub sha256: Option<String>,
    /// The file that it stands in for where that is not there.
    pub instead_of: Option<String>,
    pub note: Option<String>,
}

impl Catalogue {
    /// The catalogue of this version.
    pub fn embedded() -> Result<Self, Error> {
        Self::from_json(CATALOGUE.as_bytes())
    }

    /// Reads a catalogue. Fails when a preset names a checkpoint that is not in it, or lacks a network.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        let bad = |message: String| Error::storage("catalogue.json", message);
        let catalogue: Self = serde_json::from_slice(json).map_err(|e| bad(e.to_string()))?;
        for (name, preset) in &catalogue.presets {
            for role in ["clipseg", "sam", "isnet"] {
                let candidates = preset.networks.get(role).filter(|candidates| !candidates.is_empty());
                let candidates = candidates.ok_or_else(|| bad(format!("preset {name} has no {role}")))?;
                if let Some(id) = candidates.iter().find(|id| !catalogue.checkpoints.contains_key(*id)) {
                    return Err(bad(format!("preset {name} asks for {id}, which is not there")));
                }
            }
        }
        Ok(catalogue)
    }

    /// The preset of this name; the error names those that there are.
    pub fn preset(&self, name: &str) -> Result<&Preset, Error> {
        self.presets.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.presets.keys().map(String::as_str).collect();
            Error::storage("catalogue.json", format!("no preset {name}; there are {}", known.join(", ")))
        })
    }

    /// The checkpoints that will do for a network of a preset, the preferred one first.
    pub fn candidates(&self, preset: &Preset, role: &str) -> Vec<&CatalogueCheckpoint> {
        let ids = preset.networks.get(role).into_iter().flatten();
        ids.filter_map(|id| self.checkpoints.get(id)).collect()
    }

    /// How a preset's pack is built: its name, where its checkpoints are looked for, and what is said of them.
    ///
    /// A checkpoint may lie in the folder of its network's name, or in one of its repository's, with or without the
    /// owner's before it.
    pub fn options(&self, name: &str) -> Result<BuildOptions, Error> {
        let preset = self.preset(name)?;
        let mut options = BuildOptions { name: name.into(), ..BuildOptions::default() };
        for role in preset.networks.keys() {
            let candidates = self.candidates(preset, role);
            let mut folders = Vec::new();
            for candidate in &candidates {
                let Some(repo) = &candidate.repo else { continue };
                for folder in [Some(repo.as_str()), repo.rsplit('/').next()].into_iter().flatten() {
                    folders.push(folder.to_owned());
                    options.origins.insert(folder.to_owned(), candidate.origin());
                }
            }
            let origin = match (&candidates[..], self.any.get(role)) {
                ([_, _, ..], Some(any)) => any.clone(),
                (candidates, _) => candidates.first().map(|only| only.origin()).unwrap_or_default(),
            };
            options.origins.insert(role.clone(), Origin { folders, ..origin });
        }
        Ok(options)
    }

    /// What to do when `file` (`sam/config.json`) of a preset's checkpoints is missing: where it is, under which terms,
    /// and where to put it.
    pub fn remedy(&self, name: &str, file: &str) -> Option<String> {
        let preset = self.preset(name).ok()?;
        let origins = self.options(name).ok()?.origins;
        let (folder, _) = file.rsplit_once('/')?;
        let of_role = |role: &&String| {
            *role == folder || origins.get(*role).is_some_and(|o| o.folders.iter().any(|f| f == folder))
        };
        let role = preset.networks.keys().find(of_role)?;
        let offers: Vec<String> =
            self.candidates(preset, role).into_iter().map(|c| format!("- {}", c.offer())).collect();
        Some(format!("Put into the folder {role}/ the files of one of these:\n{}", offers.join("\n")))
    }
}

impl CatalogueCheckpoint {
    /// The page where it is offered.
    pub fn page(&self) -> String {
        match (&self.page, &self.repo) {
            (Some(page), _) => page.clone(),
            (None, Some(repo)) => format!("https://huggingface.co/{repo}"),
            (None, None) => "(nowhere)".into(),
        }
    }

    /// Where one of its files, by its path in the repository, is on a host that is laid out like Hugging Face (`https://huggingface.co`, without a
    /// slash at its end); `None` when it is not offered there.
    pub fn url(&self, host: &str, path: &str) -> Option<String> {
        let repo = self.repo.as_ref()?;
        Some(format!("{host}/{repo}/resolve/{}/{path}", self.revision))
    }

    /// Bytes to be fetched, as far as they are known; files that stand in for others are not counted.
    pub fn size(&self) -> u64 {
        let wanted = self.files.iter().filter(|file| file.instead_of.is_none());
        wanted.filter_map(|file| file.bytes.or(file.about_bytes)).sum()
    }

    fn origin(&self) -> Origin {
        let source = format!("{} ({})", self.page(), self.revision);
        Origin { licence: self.licence.clone(), source, folders: Vec::new() }
    }

    /// What it is, where, and under which terms, in a line.
    fn offer(&self) -> String {
        let wanted = self.files.iter().filter(|file| file.instead_of.is_none());
        let files: Vec<&str> =
            wanted.map(|file| file.path.as_deref().or(file.note.as_deref()).unwrap_or("the model")).collect();
        let disputed = self.disputed.as_ref().map(|d| format!(" ({d})")).unwrap_or_default();
        format!("{}: {}; {}{disputed}", self.page(), files.join(", "), self.licence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_catalogue_holds_together() {
        let catalogue = Catalogue::embedded().unwrap();
        assert_eq!(catalogue.presets.keys().collect::<Vec<_>>(), ["quality", "standard"]);
        // Every checkpoint is used, says where it is, and no hash is half of one.
        for (id, checkpoint) in &catalogue.checkpoints {
            let used = |preset: &Preset| preset.networks.values().flatten().any(|used| used == id);
            assert!(catalogue.presets.values().any(used), "{id}");
            assert!(checkpoint.page().starts_with("https://"), "{id}");
            for file in &checkpoint.files {
                let hex = |s: &String| s.len() == 64 && s.chars().all(|c| c.is_ascii_hexdigit());
                assert!(file.sha256.as_ref().is_none_or(hex), "{id}");
                assert!(file.path.is_some() || file.note.is_some(), "{id}");
            }
        }
        let sam = |preset: &str| {
            let preset = catalogue.preset(preset).unwrap();
            let [sam] = catalogue.candidates(preset, "sam")[..] else { panic!("one SAM a preset") };
            sam.clone()
        };
        assert_eq!(
            sam("standard").url("https://huggingface.co", "model.safetensors").unwrap(),
            "https://huggingface.co/Zigeng/SlimSAM-uniform-77/resolve/main/model.safetensors"
        );
        assert_eq!(sam("quality").repo.unwrap(), "facebook/sam-vit-base");
        assert!(sam("standard").size() < 40_000_000);
    }

    #[test]
    fn catalogues_that_contradict_themselves_are_refused() {
        let with = |from: &str, to: &str| {
            assert!(CATALOGUE.contains(from));
            Catalogue::from_json(CATALOGUE.replacen(from, to, 1).as_bytes()).unwrap_err().to_string()
        };
        assert!(with("[\"slimsam-uniform-77\"]", "[\"slimsam\"]").contains("asks for slimsam, "));
        assert!(with("\"sam\": [\"slimsam-uniform-77\"],", "").contains("standard has no sam"));
        assert!(with("\"title\"", "\"titel\"").contains("titel"));
        let unknown = Catalogue::embedded().unwrap().options("huge").unwrap_err().to_string();
        assert!(unknown.contains("no preset huge; there are quality, standard"), "{unknown}");
    }

    #[test]
    fn what_is_missing_is_said_with_where_to_get_it() {
        let catalogue = Catalogue::embedded().unwrap();
        let remedy = catalogue.remedy("standard", "Zigeng/SlimSAM-uniform-77/config.json").unwrap();
        assert!(
            remedy.contains("folder sam/") && remedy.contains("huggingface.co/Zigeng/SlimSAM"),
            "{remedy}"
        );
        assert!(catalogue.remedy("quality", "sam/config.json").unwrap().contains("facebook/sam-vit-base"));
        assert!(
            catalogue.remedy("standard", "clipseg/tokenizer.json").unwrap().contains("research purposes")
        );
        assert!(catalogue.remedy("standard", "pack.json").is_none());
    }
}
