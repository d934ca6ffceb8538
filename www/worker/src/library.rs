//! The packs in the browser's storage: what is there, and how one gets in and out.
//!
//! A pack's files are in `packs/PRESET/`; `packs/PRESET.whole` is written last of all and holds the SHA-256 of its manifest:
//! without it, what is in the folder is no pack. Checkpoints are in `checkpoints/PRESET/` until the pack stands.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::rc::Rc;

use spotcheck_browser::pause;
use spotcheck_method::CancellationToken;
use spotcheck_pack::acquire::{AcquireError, Fetching, Sources, fetch_pack};
use spotcheck_pack::fetch::FetchError;
use spotcheck_pack::{
    BuildOptions, BuildProgress, Catalogue, CatalogueFile, FileInfo, Manifest, assemble, networks_of,
    possible_files, recognise, repair,
};
use spotcheck_protocol::{
    Ended, Getting, Kind, Library as Overview, PackOffer, PackState, Precision, Reply, Source, Step, Trouble,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, File};
use web_time::Instant;

use crate::checkpoints::{Arrivals, Buffered, Readable, Readables};
use crate::drive::Drive;
use crate::js::{Lock, said, sha256, value};
use crate::net::Net;
use crate::post::{post, scope};
use crate::site;
use crate::stored::{MANIFEST, Stored, folder, marker};
use crate::trouble;

/// Two tabs must not write the same files.
const LOCK: &str = "spotcheck-packs";
/// Milliseconds between two messages on how far it is.
const TELL_EVERY: u128 = 200;

/// What the library's worker knows.
#[derive(Clone)]
pub struct Library(Rc<Inner>);

struct Inner {
    drive: Result<Drive, String>,
    catalogue: Catalogue,
    /// Manifests of the packs that lie beside the page, by their presets, each with its folder's address.
    beside: RefCell<BTreeMap<String, (String, Vec<u8>)>>,
    /// What the person has given: recognised names, each with a file.
    given: RefCell<Vec<(String, File)>>,
    running: RefCell<Option<Stop>>,
}

/// How to stop what is under way.
struct Stop {
    cancellation: CancellationToken,
    abort: AbortController,
}

/// What stopped or broke off.
enum Broken {
    Stopped,
    Failed(Trouble),
}

impl From<Trouble> for Broken {
    fn from(trouble: Trouble) -> Self {
        Self::Failed(trouble)
    }
}

impl From<String> for Broken {
    fn from(message: String) -> Self {
        Self::Failed(message.into())
    }
}

impl From<&str> for Broken {
    fn from(message: &str) -> Self {
        Self::Failed(message.into())
    }
}

impl Library {
    /// Looks what there is; `beside` is the address of the folder of packs beside the page.
    pub async fn open(beside: &str) -> Result<Self, Trouble> {
        let catalogue = Catalogue::embedded().map_err(trouble::pack)?;
        let mut found = BTreeMap::new();
        for preset in catalogue.presets.keys() {
            let folder = format!("{beside}{preset}/");
            if let Some(manifest) = site::manifest(&folder).await {
                found.insert(preset.clone(), (folder, manifest));
            }
        }
        Ok(Self(Rc::new(Inner {
            drive: Drive::open().await,
            catalogue,
            beside: RefCell::new(found),
            given: RefCell::default(),
            running: RefCell::default(),
        })))
    }

    /// Tells the page which packs there are.
    pub async fn tell(&self) {
        let packs = self.0.catalogue.presets.keys().cloned().collect::<Vec<_>>();
        let mut offers = Vec::new();
        let mut trouble: Option<Trouble> = self.0.drive.as_ref().err().cloned().map(Into::into);
        for preset in packs {
            match self.offer(&preset).await {
                Ok(offer) => offers.push(offer),
                Err(error) => trouble = Some(error),
            }
        }
        // The one that most want comes first.
        offers.sort_by(|a, b| a.download.total_cmp(&b.download));
        post(&Reply::Library(Overview { packs: offers, trouble, free: free().await }));
    }

    async fn offer(&self, preset: &str) -> Result<PackOffer, Trouble> {
        let catalogue = &self.0.catalogue;
        let said = catalogue.preset(preset).map_err(trouble::pack)?;
        let sources = Sources::new(catalogue, preset, "").offers().map_err(trouble::pack)?;
        let download = sources.iter().map(|(_, checkpoint)| checkpoint.size() as f64).sum();
        let source = |checkpoint: &spotcheck_pack::CatalogueCheckpoint| Source {
            title: checkpoint.title.clone(),
            page: checkpoint.page(),
            licence: checkpoint.licence.clone(),
            disputed: checkpoint.disputed.clone(),
            bytes: checkpoint.size() as f64,
        };
        let beside = self.0.beside.borrow().get(preset).map(|(_, manifest)| manifest.clone());
        let beside = beside.and_then(|json| Manifest::from_json(&json).ok()).map(|m| m.size() as f64);
        Ok(PackOffer {
            preset: preset.to_owned(),
            title: said.title.clone(),
            good_for: said.good_for.clone(),
            sources: sources.into_iter().map(|(_, checkpoint)| source(checkpoint)).collect(),
            download,
            state: self.state(preset).await?,
            beside,
            given: self.given(preset).0.into_keys().collect(),
        })
    }

    async fn state(&self, preset: &str) -> Result<PackState, String> {
        let Ok(drive) = &self.0.drive else { return Ok(PackState::Absent) };
        let size = |files: BTreeMap<String, u64>| files.values().sum::<u64>() as f64;
        let there = drive.list(&folder(preset)).await?;
        if drive.blob(&marker(preset)).await?.is_some() {
            let manifest = drive.read(&format!("{}/{MANIFEST}", folder(preset))).await?;
            let manifest = manifest.and_then(|json| Manifest::from_json(&json).ok());
            let precision = manifest.as_ref().map_or(spotcheck_pack::Precision::F32, |m| m.precision);
            let bytes = manifest.map_or_else(|| size(there), |manifest| manifest.size() as f64);
            return Ok(PackState::Whole { bytes, precision: told(precision) });
        }
        let bytes = match self.0.beside.borrow().contains_key(preset) {
            true => size(there),
            // A pack that was not finished is built anew.
            false => 0.0,
        };
        match bytes + size(drive.list(&checkpoints(preset)).await?) {
            0.0 => Ok(PackState::Absent),
            bytes => Ok(PackState::Partial { bytes }),
        }
    }

    /// The files given for a preset, by the names under which they would be fetched; IS-Net's, of which there are several
    /// exports, by its own.
    fn given(&self, preset: &str) -> Readables {
        let mut files = Readables::default();
        let Ok(said) = self.0.catalogue.preset(preset) else { return files };
        for (path, file) in self.0.given.borrow().iter() {
            let Some((role, name)) = path.split_once('/') else { continue };
            if role == "isnet" {
                files.0.insert(path.clone(), Readable::Blob(file.clone().into()));
                continue;
            }
            for checkpoint in self.0.catalogue.candidates(said, role) {
                let is_it = |known: &&CatalogueFile| {
                    // The weights of another SAM have another size.
                    let size = known.bytes.or(known.about_bytes).filter(|_| name.ends_with(".safetensors"));
                    let near = |size: u64| (file.size() - size as f64).abs() <= 0.05 * size as f64;
                    known.path.as_deref() == Some(name) && size.is_none_or(near)
                };
                if let Some(repo) = &checkpoint.repo
                    && checkpoint.files.iter().any(|known| is_it(&known))
                {
                    files.0.insert(format!("{repo}/{name}"), Readable::Blob(file.clone().into()));
                }
            }
        }
        files
    }

    /// Takes files of checkpoints from the person's disk; they stay there.
    pub async fn give(&self, files: &js_sys::Array) {
        let (mut taken, mut refused) = (Vec::new(), Vec::new());
        for file in files.iter() {
            let Ok(file) = file.dyn_into::<File>() else { continue };
            pause().await;
            match recognise(&file.name(), &Buffered::new(Readable::Blob(file.clone().into()))) {
                Ok(path) => {
                    taken.push(path.clone());
                    self.0.given.borrow_mut().push((path, file));
                }
                Err(error) => refused.push(trouble::unrecognised(error).of_file(&file.name())),
            }
        }
        post(&Reply::Given { taken, refused });
        self.tell().await;
    }

    /// Stops what is under way.
    pub fn stop(&self) {
        if let Some(stop) = self.0.running.borrow().as_ref() {
            stop.cancellation.cancel();
            stop.abort.abort();
        }
    }

    /// Gets a pack, and tells the page how it went.
    pub async fn get(&self, preset: &str, host: &str, precision: Precision) {
        let run = async |work: &Work<'_>| match work.library.site_pack(preset) {
            Some((base, manifest)) => work.copy(&base, manifest, Readables::default()).await,
            None => work.build(host, precision).await,
        };
        self.run(preset, run).await;
    }

    /// Takes a pack out of the storage, and all that has arrived for one.
    pub async fn discard(&self, preset: &str) {
        let run = async |work: &Work<'_>| {
            // First of all it is no pack any more.
            for path in [marker(preset), folder(preset), checkpoints(preset), crate::texts::FOLDER.to_owned()]
            {
                work.drive.remove(&path).await?;
            }
            Ok(Ended::Done)
        };
        self.run(preset, run).await;
    }

    /// Reads all of a pack and tells the page what is damaged.
    pub async fn check(&self, preset: &str) {
        self.run(preset, async |work| work.check().await).await;
    }

    /// Makes damaged files of a pack again.
    pub async fn repair(&self, preset: &str, host: &str, files: Vec<String>) {
        self.run(preset, async |work| work.repair(host, &files).await).await;
    }

    fn site_pack(&self, preset: &str) -> Option<(String, Vec<u8>)> {
        self.0.beside.borrow().get(preset).cloned()
    }

    /// Does something with a pack while no other tab does, and tells the page how it ended.
    async fn run(&self, preset: &str, work: impl AsyncFnOnce(&Work<'_>) -> Result<Ended, Broken>) {
        let ended = match self.prepared(preset, work).await {
            Ok(ended) => ended,
            Err(Broken::Stopped) => Ended::Stopped,
            Err(Broken::Failed(trouble)) => Ended::Failed(trouble),
        };
        *self.0.running.borrow_mut() = None;
        post(&Reply::Ended { preset: preset.to_owned(), ended });
        self.tell().await;
    }

    async fn prepared(
        &self,
        preset: &str,
        run: impl AsyncFnOnce(&Work<'_>) -> Result<Ended, Broken>,
    ) -> Result<Ended, Broken> {
        let drive = self.0.drive.as_ref().map_err(|message| message.as_str())?;
        let cancellation = CancellationToken::default();
        let abort = AbortController::new().map_err(said)?;
        *self.0.running.borrow_mut() =
            Some(Stop { cancellation: cancellation.clone(), abort: abort.clone() });
        let work = Work { library: self, drive, preset, cancellation, abort };
        let _lock = Lock::take(LOCK, || work.tell(Step::Queueing, 0, 0)).await?;
        run(&work).await
    }
}

/// Something that is done with a pack.
struct Work<'l> {
    library: &'l Library,
    drive: &'l Drive,
    preset: &'l str,
    cancellation: CancellationToken,
    abort: AbortController,
}

impl Work<'_> {
    fn tell(&self, step: Step, done: u64, total: u64) {
        tell(self.preset, step, done, total);
    }

    fn net(&self) -> Net {
        let preset = self.preset.to_owned();
        Net::new(self.abort.clone(), move |waiting| {
            if waiting {
                tell(&preset, Step::Reconnecting, 0, 0);
            }
        })
    }

    /// Copies a pack from beside the page; `given` are files of it that need not be fetched.
    async fn copy(&self, base: &str, manifest: Vec<u8>, given: Readables) -> Result<Ended, Broken> {
        self.drive.remove(&marker(self.preset)).await?;
        let size = Manifest::from_json(&manifest).map_err(trouble::pack)?.size();
        let store = Arrivals { drive: self.drive, folder: folder(self.preset), given: &given };
        let there = self.drive.list(&store.folder).await?.values().sum::<u64>();
        self.check_room(size.saturating_sub(there)).await?;
        let mut shown = Shown::default();
        let mut report = |fetching: Fetching<'_>| {
            shown.show(self.preset, Step::Fetching, fetching.done, fetching.total);
        };
        let net = self.net();
        let manifest = fetch_pack(base, manifest, &net, &store, &mut report, &self.cancellation).await?;
        self.drive.write(&format!("{}/{MANIFEST}", store.folder), &manifest).await?;
        self.stands(&manifest).await?;
        Ok(Ended::Done)
    }

    /// Fetches checkpoints and builds the pack of them.
    async fn build(&self, host: &str, precision: Precision) -> Result<Ended, Broken> {
        let catalogue = &self.library.0.catalogue;
        for path in [marker(self.preset), folder(self.preset)] {
            self.drive.remove(&path).await?;
        }
        let download = Sources::new(catalogue, self.preset, host).offers().map_err(trouble::pack)?;
        let download = download.iter().map(|(_, checkpoint)| checkpoint.size()).sum::<u64>();
        let there = self.drive.list(&checkpoints(self.preset)).await?.values().sum::<u64>();
        let given = self.library.given(self.preset);
        let of_given = given.0.values().map(Readable::size).sum::<u64>();
        let pack = download / if precision == Precision::F32 { 1 } else { 2 };
        self.check_room(download.saturating_sub(there + of_given) + pack).await?;

        let sources = self.fetch(host, &[], &given).await?;
        let options = BuildOptions { precision: stored(precision), ..self.options()? };
        let names = possible_files(&sources, &options).map_err(|e| self.remedied(e))?;
        let mut files = self.drive.pack_files(&folder(self.preset), &names).await?;
        // The person sees the last of the fetching before nothing is heard any more.
        pause().await;
        let built = assemble(&sources, files.files(), &options, &mut self.building());
        files.close().await?;
        built.map_err(|e| self.remedied(e))?;
        // Closed, so that they can be removed.
        drop(sources);
        let manifest = self.drive.read(&format!("{}/{MANIFEST}", folder(self.preset))).await?;
        self.stands(&manifest.ok_or("the pack's manifest is gone")?).await?;
        self.drive.remove(&checkpoints(self.preset)).await?;
        Ok(Ended::Done)
    }

    async fn check(&self) -> Result<Ended, Broken> {
        let pack = match Stored::open(self.drive.clone(), self.preset).await {
            Ok(pack) => pack,
            Err(error) => match error.file() {
                Some(MANIFEST) => return Ok(Ended::Damaged(vec![MANIFEST.into()])),
                _ => return Err(trouble::pack(error).into()),
            },
        };
        let mut damaged = Vec::new();
        let mut shown = Shown::default();
        let (mut done, total) = (0, pack.manifest().size());
        for (file, FileInfo { size, .. }) in &pack.manifest().files {
            if self.cancellation.is_cancelled() {
                return Err(Broken::Stopped);
            }
            if !pack.is_whole(file).await {
                damaged.push(file.clone());
            }
            done += size;
            shown.show(self.preset, Step::Checking, done, total);
        }
        Ok(if damaged.is_empty() { Ended::Done } else { Ended::Damaged(damaged) })
    }

    async fn repair(&self, host: &str, damaged: &[String]) -> Result<Ended, Broken> {
        let pack = match Stored::open(self.drive.clone(), self.preset).await {
            Ok(pack) => pack,
            // Nothing says any more what the rest should be.
            Err(error) if error.file() == Some(MANIFEST) => {
                return match self.library.site_pack(self.preset) {
                    Some((base, manifest)) => self.copy(&base, manifest, Readables::default()).await,
                    None => self.build(host, Precision::default()).await,
                };
            }
            Err(error) => return Err(trouble::pack(error).into()),
        };
        if let Some((base, manifest)) = self.library.site_pack(self.preset)
            && manifest == pack.manifest_json()
        {
            let mut whole = Readables::default();
            for file in pack.manifest().files.keys() {
                let path = format!("{}/{file}", folder(self.preset));
                if damaged.contains(file) {
                    self.drive.remove_fetched(&path).await?;
                } else if let Some(blob) = self.drive.blob(&path).await? {
                    whole.0.insert(file.clone(), Readable::Blob(blob));
                }
            }
            return self.copy(&base, manifest, whole).await;
        }
        let roles = networks_of(damaged);
        let sources = self.fetch(host, &roles, &self.library.given(self.preset)).await?;
        let mut files = self.drive.pack_files(&folder(self.preset), damaged).await?;
        pause().await;
        let options = self.options()?;
        let mended =
            repair(&sources, files.files(), &options, pack.manifest(), damaged, &mut self.building());
        files.close().await?;
        mended.map_err(|e| self.remedied(e))?;
        drop(sources);
        self.drive.remove(&checkpoints(self.preset)).await?;
        Ok(Ended::Done)
    }

    /// The checkpoints for `roles`, or all; fetched unless they are there.
    async fn fetch(&self, host: &str, roles: &[&str], given: &Readables) -> Result<Readables, Broken> {
        let store = Arrivals { drive: self.drive, folder: checkpoints(self.preset), given };
        let mut shown = Shown::default();
        let mut report = |fetching: Fetching<'_>| {
            shown.show(self.preset, Step::Fetching, fetching.done, fetching.total);
        };
        let sources = Sources::new(&self.library.0.catalogue, self.preset, host);
        let all = ["clipseg", "isnet", "sam"];
        let roles = if roles.is_empty() { &all } else { roles };
        let own = |role: &&str| {
            given.0.keys().any(|file| file.strip_prefix(role).is_some_and(|f| f.starts_with('/')))
        };
        let roles: Vec<&str> = roles.iter().copied().filter(|role| !own(role)).collect();
        if !roles.is_empty() {
            sources.fetch(&roles, &self.net(), &store, &mut report, &self.cancellation).await?;
        }
        Ok(store.sources().await?)
    }

    fn options(&self) -> Result<BuildOptions, Trouble> {
        self.library.0.catalogue.options(self.preset).map_err(trouble::pack)
    }

    fn building(&self) -> impl FnMut(BuildProgress) -> ControlFlow<()> + use<> {
        let (preset, mut shown) = (self.preset.to_owned(), Shown::default());
        move |BuildProgress { done, total }| {
            shown.show(&preset, Step::Building, done, total);
            ControlFlow::Continue(())
        }
    }

    /// From now on it is a pack.
    async fn stands(&self, manifest: &[u8]) -> Result<(), String> {
        let hash = sha256(manifest).await.map_err(said)?;
        self.drive.write(&marker(self.preset), hash.as_bytes()).await
    }

    async fn check_room(&self, needed: u64) -> Result<(), Trouble> {
        let needed = needed as f64;
        let Some(free) = free().await.filter(|free| *free < needed) else { return Ok(()) };
        let english = format!(
            "This needs {:.0} MB, and the browser grants {:.0} MB more: free some of the disk, or delete another pack.",
            needed / 1e6,
            free / 1e6
        );
        Err(Trouble::new(Kind::NoRoom { needed, free }, english))
    }

    fn remedied(&self, error: spotcheck_pack::Error) -> Trouble {
        if let spotcheck_pack::Error::Missing { file } = &error
            && let Some(remedy) = self.library.0.catalogue.remedy(self.preset, file)
        {
            let english = format!("{error}. {remedy}");
            return Trouble::new(Kind::MissingWithRemedy { file: file.clone(), remedy }, english);
        }
        trouble::pack(error)
    }
}

impl From<AcquireError> for Broken {
    fn from(error: AcquireError) -> Self {
        match error {
            AcquireError::Fetch(FetchError::Cancelled) => Self::Stopped,
            error => Self::Failed(trouble::acquire(error)),
        }
    }
}

/// Tells the page now and then how far it is.
#[derive(Default)]
struct Shown(Option<Instant>);

impl Shown {
    fn show(&mut self, preset: &str, step: Step, done: u64, total: u64) {
        if done < total && self.0.is_some_and(|last| last.elapsed().as_millis() < TELL_EVERY) {
            return;
        }
        self.0 = Some(Instant::now());
        tell(preset, step, done, total);
    }
}

fn tell(preset: &str, step: Step, done: u64, total: u64) {
    let getting = Getting { step, done: done as f64, total: total as f64 };
    post(&Reply::Getting { preset: preset.to_owned(), getting });
}

fn checkpoints(preset: &str) -> String {
    format!("checkpoints/{preset}")
}

fn stored(precision: Precision) -> spotcheck_pack::Precision {
    match precision {
        Precision::F32 => spotcheck_pack::Precision::F32,
        Precision::F16 => spotcheck_pack::Precision::F16,
        Precision::Int8 => spotcheck_pack::Precision::Int8,
    }
}

fn told(precision: spotcheck_pack::Precision) -> Precision {
    match precision {
        spotcheck_pack::Precision::F16 => Precision::F16,
        spotcheck_pack::Precision::Int8 => Precision::Int8,
        _ => Precision::F32,
    }
}

/// Bytes that the browser still grants, where it says so.
async fn free() -> Option<f64> {
    let storage = js_sys::Reflect::get(&scope().navigator(), &"storage".into()).ok()?;
    if storage.is_undefined() {
        return None;
    }
    let estimate: JsValue = value(scope().navigator().storage().estimate().ok()?).await.ok()?;
    let number = |name: &str| js_sys::Reflect::get(&estimate, &name.into()).ok()?.as_f64();
    Some((number("quota")? - number("usage")?).max(0.0))
}
