//! CSV, JSON and COCO, held against what they must be.

mod common;

use common::{batch, found, joined};
use spotcheck_imaging::{Map, Mask, Outline, Rect};
use spotcheck_report::{Batch, Coco, Outcome, Region, Rle, csv, json, outlines, regions};

fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn pictures_are_rows() {
    let table = text(|w| csv::entries(&batch(), w).unwrap());
    let expected = [
        "name,path,object,score,verdict,decision,note,label,components,largest_area_px,largest_area_percent,largest_area_mm2,\
         width,height,seconds,error",
        "a.png,tray 1/a.png,bottle cap,0.75,reject,accept,\"Dust, \"\"only\"\" dust\nsays K.\",whole,2,900,4.5000,9.0000,200,100,\
         1.500,",
        "b.png,,bottle cap,0.125,accept,,,,0,,,,200,100,1.500,",
        "c.heic,,bottle cap,,,,,defective,,,,,,,,HEIC cannot be read.",
        "d.png,,bottle cap,0.25,accept,unsure,,defective,1,2000,10.0000,,200,100,1.500,",
        "",
    ];
    assert_eq!(table, expected.join("\r\n"));
}

#[test]
fn components_are_rows() {
    let table = text(|w| csv::components(&batch(), w).unwrap());
    let expected = [
        "name,path,object,component,x,y,width,height,area_px,area_percent,area_mm2,score",
        "a.png,tray 1/a.png,bottle cap,1,1,2,30,40,900,4.5000,9.0000,0.25",
        "a.png,tray 1/a.png,bottle cap,2,50,2,30,40,450,2.2500,,0.75",
        "d.png,,bottle cap,1,0,2,30,40,2000,10.0000,,0.25",
        "",
    ];
    assert_eq!(table, expected.join("\r\n"));
}

#[test]
fn there_is_a_column_of_millimetres_only_with_a_scale() {
    let mut batch = batch();
    for entry in &mut batch.entries {
        if let Outcome::Found(findings) = &mut entry.outcome {
            findings.components.iter_mut().for_each(|component| component.mm2 = None);
        }
    }
    let tables = |batch: &Batch| {
        [text(|w| csv::entries(batch, w).unwrap()), text(|w| csv::components(batch, w).unwrap())]
    };
    for table in tables(&batch) {
        assert!(!table.contains("mm2"), "{table}");
        // Every row lacks the cell that its header lacks.
        let mut rows = ::csv::ReaderBuilder::new().from_reader(table.as_bytes());
        assert!(rows.records().all(|row| row.is_ok()));
    }
    let written = text(|w| json(&batch, w).unwrap());
    assert!(!written.contains("mm2") && !written.contains("pixels_per_mm"), "{written}");
    batch.run.pixels_per_mm = Some(12.5);
    for table in tables(&batch) {
        assert!(table.lines().next().is_some_and(|header| header.contains("_mm2")), "{table}");
    }
    let value: serde_json::Value = serde_json::from_str(&text(|w| json(&batch, w).unwrap())).unwrap();
    assert_eq!(value["pixels_per_mm"], 12.5);
}

#[test]
fn what_took_part_in_scores_has_columns() {
    let table = text(|w| csv::entries(&joined(), w).unwrap());
    let cells = |line: &str| line.split(',').skip(2).take(8).map(str::to_owned).collect::<Vec<_>>();
    let lines: Vec<Vec<String>> = table.lines().filter(|line| !line.starts_with("says")).map(cells).collect();
    let expected = [
        "object,method,score,z,zero_shot_score,good_pictures,other_pictures,verdict",
        "bottle cap,VVV,0.75,2.5000,0.375,2,19,reject",
        "bottle cap,VVV,0.125,-0.7500,,,,accept",
        "bottle cap,VVV,,,,,,",
        "bottle cap,VVV,0.25,0.5000,,,,accept",
    ];
    assert_eq!(lines, expected.map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>()));
    let written = text(|w| json(&joined(), w).unwrap());
    let value: serde_json::Value = serde_json::from_str(&written).unwrap();
    let first = &value["entries"][0]["result"];
    assert_eq!(
        (&value["method"], &first["z"], &first["zero_shot"]),
        (&"VVV".into(), &2.5.into(), &0.375.into())
    );
    assert_eq!(first["partners"], serde_json::json!({ "good": 2, "others": 19 }));
    assert_eq!(serde_json::from_str::<Batch>(&written).unwrap(), joined());
    // What is not known is not told.
    let plain = text(|w| json(&batch(), w).unwrap());
    for key in ["\"method\"", "\"z\"", "zero_shot", "partners"] {
        assert!(written.contains(key) && !plain.contains(key), "{key}");
    }
}

#[test]
fn regions_are_rows() {
    let mut batch = batch();
    // 200 × 100 pixels; 1 and 2 touch at a corner: a strip of √2 by 2√2.
    let mut map = Map::filled(200, 100, 0.0);
    for (at, value) in [(20_000 - 1, 0.5), (5 * 200 + 3, 0.75), (6 * 200 + 4, 0.625)] {
        map.data_mut()[at] = value;
    }
    let table = |batch: &Batch| {
        text(|w| {
            let mut table = csv::RegionTable::begin(&batch.run, w).unwrap();
            table.add(&batch.entries[0], &outlines(&map, 0.5, 9)).unwrap();
            table.add(&batch.entries[1], &outlines(&map, 0.9, 9)).unwrap();
            table.end().unwrap();
        })
    };
    let expected = [
        "name,path,object,region,x,y,width,height,area_px,area_percent,length_px,highest_value",
        "a.png,tray 1/a.png,bottle cap,1,3,5,2,2,2,0.0100,2.83,0.75",
        "a.png,tray 1/a.png,bottle cap,2,199,99,1,1,1,0.0050,1.00,0.5",
        "",
    ];
    assert_eq!(table(&batch), expected.join("\r\n"));
    batch.run.pixels_per_mm = Some(2.0);
    let expected = [
        "name,path,object,region,x,y,width,height,area_px,area_percent,area_mm2,length_px,length_mm,highest_value",
        "a.png,tray 1/a.png,bottle cap,1,3,5,2,2,2,0.0100,0.5000,2.83,1.4142,0.75",
        "a.png,tray 1/a.png,bottle cap,2,199,99,1,1,1,0.0050,0.2500,1.00,0.5000,0.5",
        "",
    ];
    assert_eq!(table(&batch), expected.join("\r\n"));
}

#[test]
fn no_cell_is_a_formula() {
    let mut batch = batch();
    batch.run.object = "=cmd|' /C calc'!A0".into();
    for entry in &mut batch.entries {
        entry.name = "+1.png".into();
        entry.path = Some("-1/+1.png".into());
        entry.note = "@SUM(A1:A9)".into();
    }
    for table in [text(|w| csv::entries(&batch, w).unwrap()), text(|w| csv::components(&batch, w).unwrap())] {
        let mut rows = ::csv::ReaderBuilder::new().from_reader(table.as_bytes());
        for row in rows.records() {
            for cell in &row.unwrap() {
                assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell:?}");
            }
        }
    }
}

#[test]
fn json_is_read_back() {
    let mut batch = batch();
    batch.entries[0].region = Some(spotcheck_imaging::Region {
        inspect: Vec::new(),
        ignore: vec![Outline::Polygon(vec![[0.0, 0.0], [0.5, 0.0], [0.0, 0.5]])],
    });
    let written = text(|w| json(&batch, w).unwrap());
    assert_eq!(serde_json::from_str::<Batch>(&written).unwrap(), batch);
    let value: serde_json::Value = serde_json::from_str(&written).unwrap();
    assert_eq!(value["object"], "bottle cap");
    assert_eq!(value["entries"][0]["result"]["verdict"], "reject");
    assert_eq!(value["entries"][0]["result"]["seconds"]["foreground"], 0.5);
    assert_eq!(value["entries"][0]["decision"], "accept");
    assert_eq!(value["entries"][2]["error"], "HEIC cannot be read.");
    assert_eq!(value["entries"][3]["label"], "defective");
    assert_eq!(value["entries"][0]["region"]["ignore"][0]["polygon"][1], serde_json::json!([0.5, 0.0]));
    assert!(value["entries"][1].get("region").is_none());
    assert!(value["entries"][1].get("note").is_none());
}

/// Two regions that touch at a corner are one, with the highest value.
fn map() -> Map {
    #[rustfmt::skip]
    let values = vec![
        0.0, 0.7, 0.0, 0.0,
        0.6, 0.0, 0.0, 0.5,
        0.0, 0.0, 0.0, 0.9,
    ];
    Map::from_vec(4, 3, values).unwrap()
}

#[test]
fn regions_are_what_lies_above_the_level() {
    let found = regions(&map(), 0.5);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].rect, found[0].area, found[0].score), (Rect::new(0, 0, 2, 2), 2, 0.7));
    assert_eq!((found[1].rect, found[1].area, found[1].score), (Rect::new(3, 2, 1, 1), 1, 0.9));
    assert_eq!(found[0].rle.counts(), [1, 1, 1, 1, 8]);
    let mask = Mask::from_vec(4, 3, map().data().iter().map(|&v| v == 0.9).collect()).unwrap();
    assert_eq!(Region::from_mask(&mask, 0.9).as_ref(), Some(&found[1]));
    assert_eq!(Region::from_mask(&Mask::filled(4, 3, false), 0.9), None);
}

#[test]
fn coco_has_images_with_and_without_regions() {
    let mut coco = Coco::new("defect", "bottle cap");
    let mut first = found("a.png", 0.75, Vec::new());
    (first.width, first.height) = (4, 3);
    first.path = Some("tray/a.png".into());
    coco.add(&found("b.png", 0.125, Vec::new()), &[]);
    coco.add(&first, &regions(&map(), 0.5));
    let written = text(|w| coco.write(w).unwrap());
    assert_eq!(serde_json::from_str::<Coco>(&written).unwrap(), coco);
    let value: serde_json::Value = serde_json::from_str(&written).unwrap();
    assert_eq!(
        value["images"],
        serde_json::json!([
            { "id": 1, "file_name": "b.png", "width": 200, "height": 100 },
            { "id": 2, "file_name": "tray/a.png", "width": 4, "height": 3 },
        ])
    );
    assert_eq!(
        value["categories"],
        serde_json::json!([{ "id": 1, "name": "defect", "supercategory": "bottle cap" }])
    );
    let second = &value["annotations"][1];
    assert_eq!(
        (&second["id"], &second["image_id"], &second["category_id"]),
        (&2.into(), &2.into(), &1.into())
    );
    assert_eq!(second["bbox"], serde_json::json!([3.0, 2.0, 1.0, 1.0]));
    assert_eq!((&second["area"], &second["iscrowd"]), (&1.into(), &0.into()));
    assert_eq!(second["segmentation"]["size"], serde_json::json!([3, 4]));
    let mask = coco.annotations[1].segmentation.expand().unwrap().to_mask();
    assert_eq!(Rle::encode(&mask), regions(&map(), 0.5)[1].rle);

    let results: serde_json::Value = serde_json::from_str(&text(|w| coco.write_results(w).unwrap())).unwrap();
    assert_eq!(results.as_array().unwrap().len(), 2);
    assert_eq!(results[1]["segmentation"], second["segmentation"]);
    assert_eq!(results[1]["score"], 0.9f32);
}
