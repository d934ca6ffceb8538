//! Folders as people sort their pictures.

mod common;

use common::{Expected, defective, left, same_samples, unknown, whole};
use spotcheck_datasets::{Label, Layout, MaskValues, Reason, recognise};

#[test]
fn good_bad_and_masks() {
    let paths = ["bad/1.jpg", "bad/2.JPG", "good/1.jpg", "masks/1.png", "masks/3.png"];
    for above in ["", "photos/", "2024/bottle caps/"] {
        let paths: Vec<String> = paths.iter().map(|path| format!("{above}{path}")).collect();
        let found = recognise(&paths, None);
        assert_eq!((found.layout, found.root.as_str()), (Layout::Folders, above.trim_end_matches('/')));
        assert_eq!(found.layout.mask_values(), MaskValues::Binary);
        // One folder may be called anything, so it names no class.
        same_samples(&found, &[defective(&paths[0]).mask(&paths[3]), defective(&paths[1]), whole(&paths[2])]);
        assert_eq!(found.leftovers, [left(&paths[4], Reason::MaskWithoutPicture)]);
    }
}

#[test]
fn synonyms() {
    let words = [
        ("OK", Label::Whole),
        ("nok", Label::Defective),
        ("NG", Label::Defective),
        ("not_OK", Label::Defective),
        ("i.O.", Label::Whole),
        ("n.i.O.", Label::Defective),
        ("IO", Label::Whole),
        ("Normal", Label::Whole),
        ("Anomaly", Label::Defective),
        ("defective", Label::Defective),
        ("defect-free", Label::Whole),
        ("No Defects", Label::Whole),
        ("Pass", Label::Whole),
        ("failed", Label::Defective),
        ("goods", Label::Unknown),
        ("bad weather", Label::Unknown),
    ];
    for (word, label) in words {
        let path = format!("{word}/1.png");
        // The first makes it folders with labels whatever the word is.
        let found = recognise(&["good/0.png", &path], None);
        let sample = found.samples.iter().find(|sample| sample.path == path).unwrap();
        assert_eq!(sample.label, label, "{word}");
    }
    assert_eq!(
        recognise(&["ground truth/1.png", "ng/1.png"], None).samples[0].mask.as_deref(),
        Some("ground truth/1.png")
    );
}

#[test]
fn masks_in_all_the_usual_places() {
    for (picture, mask) in [
        ("bad/1.jpg", "masks/1.png"),
        ("bad/1.jpg", "masks/1_mask.png"),
        ("bad/1.jpg", "mask/bad/1.png"),
        ("bad/1.jpg", "bad/masks/1.PNG"),
        ("bad/1.jpg", "bad/1_mask.png"),
        ("images/bad/1.jpg", "masks/bad/1.png"),
        ("bad/images/1.jpg", "bad/ground_truth/1.png"),
        ("BAD\\1.jpg", "Masks\\1.png"),
        ("x/bad/1.jpg", "x/masks/1.png"),
        ("bad/left/1.jpg", "masks/left/1.png"),
    ] {
        let found = recognise(&[picture, mask, "good/9.jpg"], None);
        let sample = found.samples.iter().find(|sample| sample.path == picture).unwrap();
        assert_eq!((sample.label, sample.mask.as_deref()), (Label::Defective, Some(mask)), "{picture}");
        assert_eq!((found.samples.len(), found.leftovers.len()), (2, 0), "{picture}");
    }
    // Those of other folders are others.
    let found = recognise(&["a/bad/1.jpg", "b/masks/1.png"], None);
    assert_eq!(found.leftovers, [left("b/masks/1.png", Reason::MaskWithoutPicture)]);
}

#[test]
fn whole_pictures_take_no_mask() {
    let paths = ["good/1.jpg", "good/2.jpg", "masks/1.png", "masks/good/2.png", "bad/3.jpg"];
    let found = recognise(&paths, None);
    same_samples(&found, &[defective(paths[4]), whole(paths[0]), whole(paths[1])]);
    assert_eq!(found.leftovers, [left(paths[2], Reason::MaskOfWhole), left(paths[3], Reason::MaskOfWhole)]);
    // A mask of a whole one is not lent to a defective one.
    let found = recognise(&["bad/2.jpg", "masks/good/2.png"], None);
    same_samples(&found, &[defective("bad/2.jpg")]);
    assert_eq!(found.leftovers, [left("masks/good/2.png", Reason::MaskOfWhole)]);
    // The same number twice: the mask is the defective one's.
    let found = recognise(&["bad/1.jpg", "good/1.jpg", "masks/1.png"], None);
    same_samples(&found, &[defective("bad/1.jpg").mask("masks/1.png"), whole("good/1.jpg")]);
    assert_eq!(found.leftovers, []);
}

#[test]
fn pictures_with_masks_and_no_labels() {
    let found = recognise(&["set/images/1.jpg", "set/images/2.jpg", "set/masks/1.png"], None);
    assert_eq!(found.layout, Layout::Folders);
    same_samples(&found, &[unknown("set/images/1.jpg").mask("set/masks/1.png"), unknown("set/images/2.jpg")]);
    let found = recognise(&["1.jpg", "1_mask.png"], None);
    same_samples(&found, &[unknown("1.jpg").mask("1_mask.png")]);
    // The ending alone does not make a mask.
    let found = recognise(&["1_mask.jpg", "good/2_mask.jpg"], None);
    same_samples(&found, &[unknown("1_mask.jpg"), whole("good/2_mask.jpg")]);
}

#[test]
fn kinds_of_defects_and_several_objects() {
    let paths = [
        "set/cap/bad/scratch/deeper/1.jpg",
        "set/cap/good/deeper/1.jpg",
        "set/metal nut/images/ok/1.jpg",
        "set/unsorted/1.png",
    ];
    let found = recognise(&paths, None);
    same_samples(
        &found,
        &[
            defective(paths[0]).of("cap").defect("scratch"),
            whole(paths[1]).of("cap"),
            whole(paths[2]).of("metal nut"),
            unknown(paths[3]),
        ],
    );
    assert_eq!(found.root, "set");
    let photos = ["photos/cap/good/1.jpg", "photos/nut/good/1.jpg"];
    same_samples(&recognise(&photos, None), &[whole(photos[0]).of("cap"), whole(photos[1]).of("nut")]);
    let splits = ["test/nok/1.jpg", "test/ok/1.jpg", "train/ok/2.jpg"];
    let found = recognise(&splits, None);
    same_samples(&found, &[defective(splits[0]).test(), whole(splits[1]).test(), whole(splits[2]).train()]);
}

#[test]
fn the_innermost_folder_decides() {
    let paths = ["defects/bad/1.jpg", "defects/good/1.jpg", "defects/2.jpg"];
    let found = recognise(&paths, None);
    same_samples(&found, &[defective(paths[2]), defective(paths[0]), whole(paths[1])]);
}

#[test]
fn a_folder_of_face_masks_is_no_folder_of_masks() {
    let paths = ["masks/bad/1.jpg", "masks/good/2.jpg"];
    let found = recognise(&paths, None);
    same_samples(&found, &[defective(paths[0]), whole(paths[1])]);
    let found = recognise(&["masks/1.jpg", "masks/2.jpg"], None);
    assert_eq!((found.layout, found.samples.len()), (Layout::Unlabelled, 2));
}

#[test]
fn pictures_without_any_order() {
    let paths = [
        "b/2.PNG",
        "a/1.raw",
        "a/2.HEIC",
        ".DS_Store",
        "b/Thumbs.db",
        "__MACOSX/b/._2.PNG",
        "b/._2.PNG",
        "b/",
        "c\\",
        "./b/1.TiFf",
        "README",
        "b/2.PNG",
        "b\\2.PNG",
        "b/./2.PNG",
        ".png",
        "x.tar.gz",
        "@eaDir/b/2.PNG/SYNOPHOTO_THUMB_M.jpg",
        "",
    ];
    let found = recognise(&paths, None);
    assert_eq!((found.layout, found.root.as_str()), (Layout::Unlabelled, ""));
    same_samples(&found, &[unknown("a/2.HEIC"), unknown("./b/1.TiFf"), unknown("b/2.PNG")]);
    let unread = |path: &str, extension: &str| left(path, Reason::UnknownExtension(extension.into()));
    assert_eq!(
        found.leftovers,
        [
            unread(".png", ""),
            unread("README", ""),
            unread("a/1.raw", "raw"),
            left("b/./2.PNG", Reason::Duplicate),
            left("b/2.PNG", Reason::Duplicate),
            left("b\\2.PNG", Reason::Duplicate),
            unread("x.tar.gz", "gz"),
        ]
    );
    assert!(found.leftovers[2].reason.to_string().contains(".raw"));
    let nothing = recognise::<&str>(&[], None);
    assert_eq!((nothing.layout, nothing.samples.len(), nothing.root.as_str()), (Layout::Unlabelled, 0, ""));
}
