/// Extensions of pictures, in lower case: of those that the imaging crate reads, and of those that some browsers read. Whoever cannot
/// read one of the latter says so of that picture, with what to do.
const PICTURES: [&str; 15] = [
    "png", "jpg", "jpeg", "jpe", "jfif", "webp", "bmp", "dib", "tif", "tiff", "gif", "avif", "heic", "heif",
    "jxl",
];

/// Files and folders that operating systems and storage boxes put beside pictures, in lower case.
const SYSTEM: [&str; 9] = [
    "__macosx",
    ".ds_store",
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    ".spotlight-v100",
    ".trashes",
    ".fseventsd",
    "@eadir",
];

/// The beginning of the names that macOS gives to its notes on a file.
const APPLE_DOUBLE: &str = "._";

pub(crate) const SEPARATORS: [char; 2] = ['/', '\\'];

/// A file's path, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct File<'a> {
    /// As it was given.
    pub(crate) path: &'a str,
    names: Vec<&'a str>,
    lower: Vec<String>,
}

impl<'a> File<'a> {
    /// `None` for folders, which ZIP files list with a separator at the end, and for what systems put there.
    pub(crate) fn new(path: &'a str) -> Option<Self> {
        let ends_in = path.rsplit(SEPARATORS).next();
        if matches!(ends_in, None | Some("" | "." | "..")) {
            return None;
        }
        let names = components(path);
        let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
        let of_system = |name: &String| SYSTEM.contains(&name.as_str()) || name.starts_with(APPLE_DOUBLE);
        if lower.iter().any(of_system) {
            return None;
        }
        Some(Self { path, names, lower })
    }

    /// The folders and the file, as they are spelt.
    pub(crate) fn names(&self) -> &[&'a str] {
        &self.names
    }

    /// A folder's or the file's name as it is spelt.
    pub(crate) fn name(&self, at: usize) -> Option<&'a str> {
        self.names.get(at).copied()
    }

    /// The folders and the file, in lower case.
    pub(crate) fn lower(&self) -> &[String] {
        &self.lower
    }

    /// The folders, in lower case.
    pub(crate) fn folders(&self) -> &[String] {
        self.lower.split_last().map_or(&[], |(_, folders)| folders)
    }

    /// The path of the folders before `at`, in lower case.
    pub(crate) fn before(&self, at: usize) -> String {
        self.lower.iter().take(at).map(String::as_str).collect::<Vec<_>>().join("/")
    }

    /// The path from `at` on, in lower case and without the extension.
    pub(crate) fn stem_from(&self, at: usize) -> String {
        let folders = self.folders().iter().skip(at).map(String::as_str);
        folders.chain([self.stem()]).collect::<Vec<_>>().join("/")
    }

    /// The file's name in lower case, without the extension.
    pub(crate) fn stem(&self) -> &str {
        self.split_name().0
    }

    /// In lower case, without the dot; empty when there is none.
    pub(crate) fn extension(&self) -> &str {
        self.split_name().1
    }

    pub(crate) fn is_picture(&self) -> bool {
        PICTURES.contains(&self.extension())
    }

    fn split_name(&self) -> (&str, &str) {
        let name = self.lower.last().map_or("", String::as_str);
        match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => (stem, extension),
            _ => (name, ""),
        }
    }
}

fn components(path: &str) -> Vec<&str> {
    path.split(SEPARATORS).filter(|name| !name.is_empty() && *name != ".").collect()
}

/// The folders that all files are in.
pub(crate) fn common_folders<'a>(files: &[File<'a>]) -> Vec<&'a str> {
    let Some(first) = files.first() else { return Vec::new() };
    let shared = |file: &File| {
        let folders = file.folders().len();
        file.names().iter().take(folders).zip(first.names()).take_while(|(a, b)| a == b).count()
    };
    let depth = files.iter().map(shared).min().unwrap_or(0);
    first.names().iter().take(depth).copied().collect()
}
