//! Listings as MVTec AD's archives have them, and sets that are laid out like it.

mod common;

use common::{Expected, defective, left, same_samples, whole};
use spotcheck_datasets::{Layout, MaskValues, Reason, recognise};

#[test]
fn the_whole_set() {
    let paths = [
        "bottle/ground_truth/broken_large/000_mask.png",
        "bottle/license.txt",
        "bottle/readme.txt",
        "bottle/test/broken_large/000.png",
        "bottle/test/good/000.png",
        "bottle/train/good/000.png",
        "grid/ground_truth/broken/000_mask.png",
        "grid/test/broken/000.png",
        "grid/test/broken/001.png",
        "license.txt",
    ];
    let found = recognise(&paths, None);
    assert_eq!((found.layout, found.root.as_str()), (Layout::MvtecAd, ""));
    assert_eq!(found.layout.mask_values(), MaskValues::Binary);
    same_samples(
        &found,
        &[
            defective(paths[3]).of("bottle").test().defect("broken_large").mask(paths[0]),
            whole(paths[4]).of("bottle").test(),
            whole(paths[5]).of("bottle").train(),
            defective(paths[7]).of("grid").test().defect("broken").mask(paths[6]),
            // Its mask is missing.
            defective(paths[8]).of("grid").test().defect("broken"),
        ],
    );
    assert_eq!(found.leftovers, []);
}

#[test]
fn one_category_below_folders_of_any_name() {
    for above in ["", "bottle/", "test/mvtec/bottle/", "a\\good\\bottle\\"] {
        let [mask, picture, good] =
            ["ground_truth/bent/000_mask.png", "test/bent/000.png", "train/good/000.PNG"]
                .map(|path| format!("{above}{path}"));
        let found = recognise(&[&mask, &picture, &good], None);
        assert_eq!(found.layout, Layout::MvtecAd, "{above}");
        let (mut bent, mut fine) =
            (defective(&picture).test().defect("bent").mask(&mask), whole(&good).train());
        if !above.is_empty() {
            (bent, fine) = (bent.of("bottle"), fine.of("bottle"));
        }
        same_samples(&found, &[bent, fine]);
        assert_eq!(found.leftovers, []);
    }
}

#[test]
fn visas_own_rearrangement() {
    // prepare_data.py: masks without an ending, and for two classes one folder deeper.
    let paths = [
        "1cls/pcb1/ground_truth/bad/000.png",
        "1cls/pcb1/test/bad/000.JPG",
        "1cls/pcb1/train/good/0836.JPG",
        "2cls/pcb1/ground_truth/train/bad/007.png",
        "2cls/pcb1/train/bad/007.JPG",
    ];
    let found = recognise(&paths, None);
    same_samples(
        &found,
        &[
            defective(paths[1]).of("pcb1").test().defect("bad").mask(paths[0]),
            whole(paths[2]).of("pcb1").train(),
            defective(paths[4]).of("pcb1").train().defect("bad").mask(paths[3]),
        ],
    );
    assert_eq!(found.leftovers, []);
}

#[test]
fn what_belongs_nowhere_is_left_over() {
    let paths = [
        "nut/ground_truth/bent/000_mask.png",
        "nut/ground_truth/bent/001.png",
        "nut/ground_truth/bent/001_mask.png",
        "nut/ground_truth/good/000_mask.png",
        "nut/ground_truth/loose.png",
        "nut/overview.png",
        "nut/test/bent/001.png",
        "nut/test/bent/deeper/002.png",
        "nut/test/good/000.png",
        "nut/test/good/000.txt",
    ];
    let found = recognise(&paths, None);
    same_samples(
        &found,
        &[
            defective(paths[6]).of("nut").test().defect("bent").mask(paths[1]),
            defective(paths[7]).of("nut").test().defect("bent"),
            whole(paths[8]).of("nut").test(),
        ],
    );
    assert_eq!(
        found.leftovers,
        [
            left(paths[0], Reason::MaskWithoutPicture),
            left(paths[2], Reason::SecondMask),
            left(paths[3], Reason::MaskOfWhole),
            left(paths[4], Reason::OutsideLayout("MVTec AD")),
            left(paths[5], Reason::OutsideLayout("MVTec AD")),
            left(paths[9], Reason::UnknownExtension("txt".into())),
        ]
    );
}

#[test]
fn a_mask_is_of_its_own_category() {
    let paths = ["a/ground_truth/bent/0_mask.png", "a/test/bent/0.png", "b/test/bent/0.png"];
    let found = recognise(&paths, None);
    same_samples(
        &found,
        &[
            defective(paths[1]).of("a").test().defect("bent").mask(paths[0]),
            defective(paths[2]).of("b").test().defect("bent"),
        ],
    );
}

#[test]
fn a_synonym_of_good_is_no_defect() {
    let paths = ["a/ground_truth/bent/0.png", "a/test/OK/0.png", "a/test/bent/0.png"];
    let found = recognise(&paths, None);
    assert_eq!(found.layout, Layout::MvtecAd);
    same_samples(
        &found,
        &[whole(paths[1]).of("a").test(), defective(paths[2]).of("a").test().defect("bent").mask(paths[0])],
    );
}

#[test]
fn train_and_test_alone_do_not_make_it() {
    assert_eq!(recognise(&["test/monday/1.jpg", "train/monday/2.jpg"], None).layout, Layout::Unlabelled);
    assert_eq!(recognise(&["test/ok/1.jpg", "test/nok/2.jpg"], None).layout, Layout::Folders);
    assert_eq!(recognise(&["ground_truth/bent/1.png", "1.jpg"], None).layout, Layout::Unlabelled);
    assert_eq!(recognise(&["good/1.png", "test/1.png"], None).layout, Layout::Folders);
}
