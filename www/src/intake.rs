//! Pictures from wherever a person has them: files, folders and ZIP files, dropped, pasted or chosen.

use std::collections::HashMap;

use leptos::prelude::window;
use spotcheck_datasets::{Label, recognise, split_csv};
use spotcheck_protocol::{Kind, Trouble};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, ClipboardEvent, DataTransfer, DragEvent, File, FileList, FilePropertyBag, FileSystemDirectoryEntry,
    FileSystemEntry, FileSystemFileEntry, Response,
};

use crate::item::Truth;
use crate::link::{address, said};
use crate::trouble;
use crate::unpack::unpacked;

/// A file with its path, which is its name when it lay in no folder.
pub type Found = (File, String);

/// A picture with what its place says of it.
pub struct Picture {
    pub file: File,
    pub path: String,
    pub truth: Option<Truth>,
    pub mask: Option<File>,
}

/// What there was among some files.
#[derive(Default)]
pub struct Intake {
    pub pictures: Vec<Picture>,
    /// What all of them show, if their folders say so.
    pub object: Option<String>,
    /// What is no picture: paths, each with the reason.
    pub passed_over: Vec<Trouble>,
}

/// Whether files are dragged, not text or a link.
pub fn has_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

/// What was dropped: a browser forgets it when the event is over, but for this.
pub enum Dropped {
    Files(Vec<Found>),
    Entries(Vec<FileSystemEntry>),
}

/// What was dropped: files with their names, or folders, too.
pub fn dropped(event: &DragEvent) -> Dropped {
    let Some(data) = event.data_transfer() else { return Dropped::Files(Vec::new()) };
    match entries(&data) {
        entries if entries.iter().any(FileSystemEntry::is_directory) => Dropped::Entries(entries),
        _ => Dropped::Files(named(data.files())),
    }
}

fn entries(data: &DataTransfer) -> Vec<FileSystemEntry> {
    let items = data.items();
    let entry = |at| items.get(at)?.webkit_get_as_entry().ok().flatten();
    (0..items.length()).filter_map(entry).collect()
}

/// The files that were pasted. A browser calls every copied picture "image.png", which tells nobody anything.
pub fn pasted(event: &ClipboardEvent) -> Vec<Found> {
    let mut files = named(event.clipboard_data().and_then(|data| data.files()));
    for (_, name) in &mut files {
        if name == "image.png" {
            *name = "pasted.png".into();
        }
    }
    files
}

/// A list of files, with their names, or their paths when a folder was chosen.
pub fn named(files: Option<FileList>) -> Vec<Found> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length())
        .filter_map(|at| files.get(at))
        .map(|file| {
            let path = js_sys::Reflect::get(&file, &"webkitRelativePath".into()).ok();
            let path = path.and_then(|path| path.as_string()).filter(|path| !path.is_empty());
            let name = path.unwrap_or_else(|| file.name());
            (file, name)
        })
        .collect()
}

/// All files of what was dropped, those in folders with their paths.
pub async fn opened(dropped: Dropped) -> Result<Vec<Found>, Trouble> {
    let mut open = match dropped {
        Dropped::Files(files) => return Ok(files),
        Dropped::Entries(entries) => entries,
    };
    let mut files = Vec::new();
    while let Some(entry) = open.pop() {
        let path = entry.full_path().trim_start_matches('/').to_owned();
        let cannot = |error| {
            let reason = said(error);
            let english = format!("{path} cannot be read: {reason}");
            Trouble::new(Kind::CannotBeRead { path: path.clone(), reason }, english)
        };
        if let Some(folder) = entry.dyn_ref::<FileSystemDirectoryEntry>().filter(|_| entry.is_directory()) {
            open.extend(children(folder).await.map_err(cannot)?);
        } else {
            let file = file_of(entry.unchecked_ref()).await.map_err(cannot)?;
            files.push((file, path));
        }
    }
    Ok(files)
}

/// A browser lists a folder some hundred entries at a time, until it lists none.
async fn children(folder: &FileSystemDirectoryEntry) -> Result<Vec<FileSystemEntry>, JsValue> {
    let reader = folder.create_reader();
    let mut all = Vec::new();
    loop {
        let some =
            called_back(|resolve, reject| reader.read_entries_with_callback_and_callback(resolve, reject))
                .await?;
        let some: js_sys::Array = some.unchecked_into();
        if some.length() == 0 {
            return Ok(all);
        }
        all.extend(some.iter().map(|entry| entry.unchecked_into::<FileSystemEntry>()));
    }
}

async fn file_of(entry: &FileSystemFileEntry) -> Result<File, JsValue> {
    let file = called_back(|resolve, reject| {
        entry.file_with_callback_and_callback(resolve, reject);
        Ok(())
    });
    Ok(file.await?.unchecked_into())
}

/// What a function gives to one of its two callbacks.
async fn called_back(
    call: impl FnOnce(&js_sys::Function, &js_sys::Function) -> Result<(), JsValue>,
) -> Result<JsValue, JsValue> {
    let mut call = Some(call);
    let promise = js_sys::Promise::new(&mut |resolve, reject| {
        if let Some(Err(error)) = call.take().map(|call| call(&resolve, &reject)) {
            // Calling a promise's own function cannot fail.
            let _ = reject.call1(&JsValue::NULL, &error);
        }
    });
    JsFuture::from(promise).await
}

/// Sorts files into pictures, their masks and the rest, by the folders they lie in; ZIP files are opened.
pub async fn sorted(files: Vec<Found>) -> Intake {
    let mut intake = Intake::default();
    let mut all = Vec::new();
    for (file, path) in files {
        if path.to_lowercase().ends_with(".zip") {
            match unpacked(&file).await {
                Ok(inside) => all.extend(inside),
                Err(trouble) => intake.passed_over.push(trouble.of_file(&path)),
            }
        } else {
            all.push((file, path));
        }
    }
    // What was given by itself is tried, whatever it is called: its reader knows better than its name.
    let (single, placed): (Vec<Found>, Vec<Found>) =
        all.into_iter().partition(|(_, path)| !path.contains('/'));
    let paths: Vec<String> = placed.iter().map(|(_, path)| path.clone()).collect();
    let mut by_path: HashMap<String, File> = placed.into_iter().map(|(file, path)| (path, file)).collect();
    let table = match split_csv(&paths).and_then(|path| by_path.get(path)) {
        Some(file) => JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()),
        None => None,
    };
    let dataset = recognise(&paths, table.as_deref());
    let objects: Vec<Option<String>> = dataset.samples.iter().map(|sample| sample.object()).collect();
    intake.object = match objects.split_first() {
        Some((Some(first), rest)) if rest.iter().all(|other| other.as_ref() == Some(first)) => {
            Some(first.clone())
        }
        _ => None,
    };
    for sample in dataset.samples {
        let Some(file) = by_path.remove(&sample.path) else { continue };
        let truth = match sample.label {
            Label::Whole => Some(Truth::Whole),
            Label::Defective => Some(Truth::Defective),
            Label::Unknown => None,
        };
        let mask = sample.mask.and_then(|mask| by_path.remove(&mask));
        intake.pictures.push(Picture { file, path: sample.path, truth, mask });
    }
    let left = dataset.leftovers.into_iter();
    let left = left.map(|left| trouble::passed_over(left.reason).of_file(&left.path));
    intake.passed_over.extend(left);
    let plain = |(file, path)| Picture { file, path, truth: None, mask: None };
    intake.pictures.extend(single.into_iter().map(plain));
    intake
}

/// A picture that lies beside the page.
pub async fn sample(path: &str, name: &str) -> Result<(File, String), Trouble> {
    let fetched = async {
        let response: Response =
            JsFuture::from(window().fetch_with_str(&address(path)?)).await?.dyn_into()?;
        if !response.ok() {
            return Err(JsValue::from(format!("{} {}", response.status(), response.status_text())));
        }
        let blob: Blob = JsFuture::from(response.blob()?).await?.dyn_into()?;
        let options = FilePropertyBag::new();
        options.set_type(&blob.type_());
        File::new_with_blob_sequence_and_options(&js_sys::Array::of1(&blob), name, &options)
    };
    let file = fetched.await.map_err(|error| {
        let reason = said(error);
        let english = format!("the sample {name} cannot be loaded: {reason}");
        Trouble::new(Kind::SampleFails { name: name.to_owned(), reason }, english)
    })?;
    Ok((file, name.into()))
}
