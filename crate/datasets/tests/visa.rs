//! Listings as VisA's archive has them, and with what people do to them.

mod common;

use common::{Expected, defective, left, same_samples, whole};
use spotcheck_datasets::{Label, Layout, MaskValues, Reason, recognise, split_csv};

const PATHS: [&str; 13] = [
    "LICENSE-DATASET",
    "macaroni2/Data/Images/Anomaly/000.JPG",
    "macaroni2/Data/Images/Normal/0000.JPG",
    "macaroni2/Data/Images/Normal/0001.JPG",
    "macaroni2/Data/Masks/Anomaly/000.png",
    "macaroni2/image_anno.csv",
    "pcb1/Data/Images/Anomaly/000.JPG",
    "pcb1/Data/Images/Anomaly/001.JPG",
    "pcb1/Data/Images/Normal/0000.JPG",
    "pcb1/Data/Masks/Anomaly/000.png",
    "pcb1/Data/Masks/Anomaly/001.png",
    "pcb1/image_anno.csv",
    "split_csv/1cls.csv",
];

const CSV: &str = "object,split,label,image,mask
macaroni2,train,normal,macaroni2/Data/Images/Normal/0001.JPG,
macaroni2,test,normal,macaroni2/Data/Images/Normal/0000.JPG,
macaroni2,test,anomaly,macaroni2/Data/Images/Anomaly/000.JPG,macaroni2/Data/Masks/Anomaly/000.png
pcb1,train,normal,pcb1/Data/Images/Normal/0000.JPG,
pcb1,test,anomaly,pcb1/Data/Images/Anomaly/000.JPG,pcb1/Data/Masks/Anomaly/000.png
pcb1,test,anomaly,pcb1/Data/Images/Anomaly/001.JPG,pcb1/Data/Masks/Anomaly/001.png
";

#[test]
fn the_published_layout_with_its_csv() {
    let found = recognise(&PATHS, Some(CSV));
    assert_eq!((found.layout, found.root.as_str()), (Layout::Visa, ""));
    assert_eq!(found.layout.mask_values(), MaskValues::ClassIds);
    same_samples(
        &found,
        &[
            defective(PATHS[1]).of("macaroni2").test().mask(PATHS[4]),
            whole(PATHS[2]).of("macaroni2").test(),
            whole(PATHS[3]).of("macaroni2").train(),
            defective(PATHS[6]).of("pcb1").test().mask(PATHS[9]),
            defective(PATHS[7]).of("pcb1").test().mask(PATHS[10]),
            whole(PATHS[8]).of("pcb1").train(),
        ],
    );
    assert_eq!(found.leftovers, []);
    let objects: Vec<_> = found.samples.iter().filter_map(|sample| sample.object()).collect();
    assert_eq!(objects, ["macaroni", "macaroni", "macaroni", "pcb", "pcb", "pcb"]);
    assert_eq!(found.samples[0].label.defective(), Some(true));
}

#[test]
fn without_the_csv_no_split_is_known() {
    let found = recognise(&PATHS, None);
    assert_eq!(found.layout, Layout::Visa);
    let with = recognise(&PATHS, Some(CSV));
    let expected: Vec<_> = with
        .samples
        .into_iter()
        .map(|mut sample| {
            sample.split = None;
            sample
        })
        .collect();
    same_samples(&found, &expected);
    assert_eq!(found.leftovers, []);
}

#[test]
fn folders_above_and_backslashes_do_not_matter() {
    let moved: Vec<String> =
        PATHS.iter().map(|path| format!("D:\\sets\\VisA_20220922\\{}", path.replace('/', "\\"))).collect();
    let found = recognise(&moved, Some(CSV));
    assert_eq!(found.root, "D:/sets/VisA_20220922");
    assert_eq!(split_csv(&moved), Some(moved[12].as_str()));
    let straight = recognise(&PATHS, Some(CSV));
    assert_eq!(found.samples.len(), 6);
    for (found, straight) in found.samples.iter().zip(&straight.samples) {
        assert_eq!(
            (&found.class, found.split, found.label),
            (&straight.class, straight.split, straight.label)
        );
        assert_eq!(found.path, moved[PATHS.iter().position(|&path| path == straight.path).unwrap()]);
        assert_eq!(found.mask.is_some(), straight.mask.is_some());
        assert!(found.mask.iter().all(|mask| moved.contains(mask)));
    }
    assert_eq!(found.leftovers, []);
}

#[test]
fn one_object_alone() {
    let paths = [
        "pcb1/Data/Images/Anomaly/000.JPG",
        "pcb1/Data/Images/Normal/0.JPG",
        "pcb1/Data/Masks/Anomaly/000.png",
    ];
    let found = recognise(&paths, None);
    assert_eq!((found.layout, found.root.as_str()), (Layout::Visa, "pcb1/Data"));
    same_samples(&found, &[defective(paths[0]).of("pcb1").mask(paths[2]), whole(paths[1]).of("pcb1")]);
    // Lines of other objects are not missed.
    let found = recognise(&paths[..1], Some(CSV));
    let missing = |path: &str| left(path, Reason::Missing);
    assert_eq!(
        found.leftovers,
        [
            missing("pcb1/Data/Images/Anomaly/001.JPG"),
            missing("pcb1/Data/Images/Normal/0000.JPG"),
            missing("pcb1/Data/Masks/Anomaly/000.png"),
        ]
    );
    // The innermost folders count.
    let nested = "a/Data/Images/Normal/pcb1/Data/Images/Anomaly/000.JPG";
    same_samples(&recognise(&[nested], None), &[defective(nested).of("pcb1")]);
    // The object's name is above what was dropped.
    let inside = ["Data/Images/Anomaly/000.JPG", "Data/Masks/Anomaly/000.png"];
    same_samples(&recognise(&inside, None), &[defective(inside[0]).mask(inside[1])]);
}

#[test]
fn a_csv_from_a_spreadsheet() {
    // With a mark, CRLF, quotes, spaces, another order of columns and one more, a comma in a name.
    let csv = "\u{feff}\"image\", split ,label,object,note,mask\r\n\
        \"pcb, left/Data/Images/Anomaly/0.JPG\",Test,\"anomaly\",\"pcb, left\",\"a \"\"b\"\"\r\nc\",\"pcb, left/Data/Masks/Anomaly/0.png\"\r\n\
        \"pcb, left/Data/Images/Normal/0.JPG\",train,normal,\"pcb, left\"\r\n\r\n";
    let paths = [
        "pcb, left/Data/Images/Anomaly/0.JPG",
        "pcb, left/Data/Images/Normal/0.JPG",
        "pcb, left/Data/Masks/Anomaly/0.png",
    ];
    let found = recognise(&paths, Some(csv));
    same_samples(
        &found,
        &[defective(paths[0]).of("pcb, left").test().mask(paths[2]), whole(paths[1]).of("pcb, left").train()],
    );
    assert_eq!(found.leftovers, []);
}

#[test]
fn the_csv_decides_over_folders() {
    // The picture in Normal is an anomaly, its mask has another name; the one in Anomaly is whole after all.
    let paths = [
        "split_csv/1cls.csv",
        "x/Data/Images/Anomaly/1.JPG",
        "x/Data/Images/Normal/2.jpg",
        "x/Data/Images/Normal/3.JPG",
        "x/Data/Masks/Anomaly/1.png",
        "x/Data/Masks/Anomaly/two.png",
    ];
    let csv = "object,split,label,image,mask
knob,test,normal,x/Data/Images/Anomaly/1.JPG,
knob,test,anomaly,x/Data/Images/Normal/2.JPG,x/Data/Masks/Anomaly/two.png
";
    let found = recognise(&paths, Some(csv));
    same_samples(
        &found,
        &[
            whole(paths[1]).of("knob").test(),
            defective(paths[2]).of("knob").test().mask(paths[5]),
            // Not in the CSV.
            whole(paths[3]).of("x"),
        ],
    );
    assert_eq!(found.leftovers, [left(paths[4], Reason::MaskOfWhole)]);
}

#[test]
fn what_is_wrong_with_a_csv_is_said() {
    let paths =
        ["VisA/split_csv/1cls.csv", "VisA/x/Data/Images/Anomaly/1.JPG", "VisA/x/Data/Images/Normal/2.JPG"];
    let csv_says = |line, problem: &str| left(paths[0], Reason::Csv { line, problem: problem.into() });
    let found = recognise(&paths, Some("object,image\nx,x/Data/Images/Anomaly/1.JPG\n"));
    same_samples(&found, &[defective(paths[1]).of("x"), whole(paths[2]).of("x")]);
    assert_eq!(
        found.leftovers,
        [csv_says(1, "the first line lacks split, label, mask; VisA has object,split,label,image,mask")]
    );

    let csv = "object,split,label,image,mask
x,validate,anomaly,x/Data/Images/Anomaly/1.JPG,
x,test,odd,x/Data/Images/Normal/2.JPG,
x,test,normal,x/Data/Images/Normal/2.JPG,
x,test,normal,,
x
";
    let found = recognise(&paths, Some(csv));
    same_samples(&found, &[defective(paths[1]).of("x"), whole(paths[2]).of("x").test()]);
    assert_eq!(
        found.leftovers,
        [
            csv_says(2, "the split is “validate”, neither train nor test"),
            csv_says(3, "the label is “odd”, neither normal nor anomaly"),
            csv_says(5, "it names no image"),
            csv_says(6, "it names no image"),
            csv_says(4, "x/Data/Images/Normal/2.JPG is on line 3 already"),
        ]
    );
    assert_eq!(
        found.leftovers[0].reason.to_string(),
        "line 2: the split is “validate”, neither train nor test"
    );
    // The same from a spreadsheet.
    let again = recognise(&paths, Some(&csv.replace('\n', "\r\n")));
    assert_eq!(again.leftovers, found.leftovers);
    for csv in ["", "\n", "\0", "\"", "a"] {
        assert!(matches!(recognise(&paths, Some(csv)).leftovers[..], [_]), "{csv:?}");
    }
}

#[test]
fn masks_that_are_missing_or_too_many() {
    let paths = [
        "x/Data/Images/Anomaly/1.JPG",
        "x/Data/Images/Anomaly/2.jpeg",
        "x/Data/Masks/Anomaly/2.BMP",
        "x/Data/Masks/Anomaly/2.png",
        "x/Data/Masks/Anomaly/3.png",
        "x/Data/preview.png",
        "x/notes.docx",
    ];
    let found = recognise(&paths, None);
    same_samples(&found, &[defective(paths[0]).of("x"), defective(paths[1]).of("x").mask(paths[2])]);
    assert_eq!(
        found.leftovers,
        [
            left(paths[3], Reason::SecondMask),
            left(paths[4], Reason::MaskWithoutPicture),
            left(paths[5], Reason::OutsideLayout("VisA")),
            left(paths[6], Reason::UnknownExtension("docx".into())),
        ]
    );
    // A mask of the CSV that is not there; its picture is not without a label for that.
    let csv = "object,split,label,image,mask\nx,test,anomaly,x/Data/Images/Anomaly/1.JPG,x/Data/Masks/Anomaly/1.png\n";
    let found = recognise(&paths[..2], Some(csv));
    assert_eq!(found.samples[0].label, Label::Defective);
    assert_eq!(found.samples[0].mask, None);
    assert_eq!(found.leftovers, [left("x/Data/Masks/Anomaly/1.png", Reason::Missing)]);
}

#[test]
fn the_csv_is_found_where_it_lies() {
    assert_eq!(
        split_csv(&["a/b/split_csv/1cls.csv", "a\\SPLIT_CSV\\1cls.CSV"]),
        Some("a\\SPLIT_CSV\\1cls.CSV")
    );
    assert_eq!(split_csv(&["1cls.csv", "split_csv/2cls_fewshot.csv", "__MACOSX/split_csv/1cls.csv"]), None);
}
