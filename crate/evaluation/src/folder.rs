use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use spotcheck_metrics::PixelHistogram;

use crate::{Error, Pixels, Record, Run, log};

const RUN: &str = "run.json";
const LOG: &str = "results.csv";
const PIXELS: &str = "pixels";

/// Results in a folder, which grow picture by picture.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    run: Run,
    /// Open for appending, and locked, while results come.
    log: Option<File>,
    records: BTreeMap<usize, Record>,
}

impl Folder {
    /// Begins results in a folder, which is made where there is none. Fails when it holds results already.
    pub fn begin(path: &Path, run: Run) -> Result<Self, Error> {
        if path.join(RUN).exists() || path.join(LOG).exists() {
            return Err(Error::HasResults { path: path.to_owned() });
        }
        make_folder(path)?;
        let mut json = serde_json::to_vec_pretty(&run).map_err(|_| Error::Encoding("JSON"))?;
        json.push(b'\n');
        write_whole(&path.join(RUN), &json)?;
        Self { path: path.to_owned(), run, log: None, records: BTreeMap::new() }.opened()
    }

    /// Goes on where a folder's results end, or begins where there are none. Fails when they were made with another run or
    /// shard. A line that a stop has torn is cut off; a picture whose counts of pixels are damaged is to be scored again.
    pub fn resume(path: &Path, run: Run) -> Result<Self, Error> {
        if !path.join(RUN).exists() {
            return Self::begin(path, run);
        }
        let then = read_run(path)?;
        let shard = |run: &Run| run.shard.map_or("all pictures".to_owned(), |shard| shard.to_string());
        let difference = then.difference(&run).or_else(|| {
            let differs = then.shard != run.shard;
            differs.then(|| ("shard".to_owned(), shard(&then), shard(&run)))
        });
        if let Some((what, then, now)) = difference {
            return Err(Error::OtherRun { path: path.to_owned(), what, then, now });
        }
        let mut folder = Self { path: path.to_owned(), run, log: None, records: BTreeMap::new() }.opened()?;
        let damaged: Vec<usize> =
            folder.records.values().filter(|r| folder.pixels(r).is_err()).map(|r| r.index).collect();
        for index in damaged {
            folder.records.remove(&index);
        }
        Ok(folder)
    }

    /// Reads the results in a folder, without changing it; a torn line is passed over.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let run = read_run(path)?;
        let log = path.join(LOG);
        let bytes = match fs::read(&log) {
            Ok(bytes) => bytes,
            // Stopped before there was any.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(Error::file(log, "read")(error)),
        };
        let (records, _) = log::decode(&log, &bytes)?;
        Ok(Self { path: path.to_owned(), run, log: None, records: by_index(records) })
    }

    /// Joins the results of several folders of one run in a new folder. A picture that more than one of them has must have the
    /// same score in all.
    pub fn merge(folders: &[Self], path: &Path) -> Result<Self, Error> {
        let first = folders.first().ok_or(Error::NoPictures)?;
        let mut from: BTreeMap<usize, (&Self, &Record)> = BTreeMap::new();
        for folder in folders {
            if let Some((what, here, there)) = first.run.difference(&folder.run) {
                let (path, other) = (first.path.clone(), folder.path.clone());
                return Err(Error::Unlike { path, other, what, here, there });
            }
            for record in folder.records.values() {
                match from.get(&record.index) {
                    Some((_, known)) if known.score != record.score || known.path != record.path => {
                        let (one, other) = (known.score, record.score);
                        return Err(Error::Contradiction { path: record.path.clone(), one, other });
                    }
                    Some(_) => {}
                    None => {
                        from.insert(record.index, (folder, record));
                    }
                }
            }
        }
        let mut run = first.run.clone();
        run.shard = None;
        let mut merged = Self::begin(path, run)?;
        for (folder, record) in from.into_values() {
            if let Some(counts) = folder.pixels(record)? {
                merged.write_pixels(record.index, &counts)?;
            }
            merged.append_line(record)?;
            merged.records.insert(record.index, record.clone());
        }
        Ok(merged)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn run(&self) -> &Run {
        &self.run
    }

    /// In the order of the plan.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    /// Whether there is a result of the picture at `index` of the plan.
    pub fn holds(&self, index: usize) -> bool {
        self.records.contains_key(&index)
    }

    /// Adds a result, and the counts of its pixels where they count. Both are on the disk when this returns.
    pub fn add(&mut self, record: Record, pixels: Option<&PixelHistogram>) -> Result<(), Error> {
        if let Some(pixels) = pixels {
            self.write_pixels(record.index, &pixels.encode())?;
        }
        self.append_line(&record)?;
        self.records.insert(record.index, record);
        Ok(())
    }

    /// A picture's counts of pixels, as [`PixelHistogram::encode`] writes them; `None` when they do not count.
    pub(crate) fn pixels(&self, record: &Record) -> Result<Option<Vec<u8>>, Error> {
        if record.pixels != Pixels::Counted {
            return Ok(None);
        }
        let path = self.pixels_path(record.index);
        let damaged = |reason: String| Error::Damaged { path: path.clone(), reason };
        let packed = fs::read(&path).map_err(Error::file(&path, "read"))?;
        let mut counts = Vec::new();
        let most = PixelHistogram::MOST_BYTES as u64;
        let read = ZlibDecoder::new(&packed[..]).take(most + 1).read_to_end(&mut counts);
        read.map_err(|error| damaged(error.to_string()))?;
        if counts.len() as u64 > most {
            return Err(damaged("it is longer than any such file".to_owned()));
        }
        Ok(Some(counts))
    }

    fn write_pixels(&self, index: usize, counts: &[u8]) -> Result<(), Error> {
        let path = self.pixels_path(index);
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
        let packed = packed.write_all(counts).and_then(|()| packed.finish());
        write_whole(&path, &packed.map_err(Error::file(&path, "written"))?)
    }

    fn append_line(&mut self, record: &Record) -> Result<(), Error> {
        let path = self.path.join(LOG);
        let Some(log) = &mut self.log else { return Err(Error::NoResults { path: self.path.clone() }) };
        let written = log.write_all(&log::encode(record)).and_then(|()| log.sync_data());
        written.map_err(Error::file(path, "written"))
    }

    fn pixels_path(&self, index: usize) -> PathBuf {
        self.path.join(PIXELS).join(format!("{index:06}.bin"))
    }

    /// Opens the log for appending: reads it, and cuts off what a stop has torn.
    fn opened(mut self) -> Result<Self, Error> {
        make_folder(&self.path.join(PIXELS))?;
        let path = self.path.join(LOG);
        let mut log = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(Error::file(&path, "opened"))?;
        match log.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::InUse { path: self.path }),
            // Some file systems have no locks; then nobody is told of another process.
            Err(TryLockError::Error(_)) => {}
        }
        let mut bytes = Vec::new();
        log.read_to_end(&mut bytes).map_err(Error::file(&path, "read"))?;
        let (records, whole) = log::decode(&path, &bytes)?;
        let mut cut = || {
            log.set_len(whole as u64)?;
            log.seek(SeekFrom::End(0))?;
            if whole == 0 {
                log.write_all(&log::header())?;
            }
            log.sync_data()
        };
        cut().map_err(Error::file(&path, "written"))?;
        self.records = by_index(records);
        self.log = Some(log);
        Ok(self)
    }
}

/// A picture that was scored again has several lines: the last counts.
fn by_index(records: Vec<Record>) -> BTreeMap<usize, Record> {
    records.into_iter().map(|record| (record.index, record)).collect()
}

fn read_run(folder: &Path) -> Result<Run, Error> {
    let path = folder.join(RUN);
    if !path.exists() {
        return Err(Error::NoResults { path: folder.to_owned() });
    }
    let json = fs::read(&path).map_err(Error::file(&path, "read"))?;
    serde_json::from_slice(&json).map_err(|error| Error::Damaged { path, reason: error.to_string() })
}

fn make_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(Error::file(path, "made"))
}

/// Writes a file that is there under its name only when it is whole.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let half = path.with_extension("part");
    let write = || {
        let mut file = File::create(&half)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(&half, path)
    };
    write().map_err(Error::file(path, "written"))
}
