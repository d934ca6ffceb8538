//! Listings of real folders.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::Path;

use spotcheck_datasets::{Layout, WalkError, recognise, walk};

fn write(root: &Path, paths: &[&str]) {
    for path in paths {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, []).unwrap();
    }
}

#[test]
fn files_are_listed_in_order() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &["b/2.png", "b/10.png", "a.png", "b/c/1.png", "b-1.png", ".DS_Store"]);
    fs::create_dir(folder.path().join("empty")).unwrap();
    let found = walk(folder.path()).unwrap();
    assert_eq!(found, [".DS_Store", "a.png", "b/10.png", "b/2.png", "b/c/1.png", "b-1.png"]);
}

#[test]
fn a_walk_feeds_the_recognition() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &["cap/test/good/0.png", "cap/test/bent/0.png", "cap/ground_truth/bent/0_mask.png"]);
    let found = recognise(&walk(folder.path()).unwrap(), None);
    assert_eq!((found.layout, found.samples.len(), found.leftovers.len()), (Layout::MvtecAd, 2, 0));
    let missing = walk(&folder.path().join("nowhere")).unwrap_err();
    assert!(matches!(&missing, WalkError::Unreadable { .. }));
    assert!(missing.to_string().contains("nowhere"), "{missing}");
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_for_ever() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    write(folder.path(), &["a/1.png"]);
    write(outside.path(), &["2.png"]);
    symlink(outside.path(), folder.path().join("linked")).unwrap();
    symlink(outside.path(), folder.path().join("once more")).unwrap();
    symlink(folder.path(), folder.path().join("a/back")).unwrap();
    symlink(folder.path().join("nothing"), folder.path().join("gone.png")).unwrap();
    assert_eq!(walk(folder.path()).unwrap(), ["a/1.png", "gone.png", "linked/2.png", "once more/2.png"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_is_named() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(OsStr::from_bytes(b"\xff.png")), []).unwrap();
    assert!(matches!(walk(folder.path()), Err(WalkError::NotUtf8 { .. })));
}
