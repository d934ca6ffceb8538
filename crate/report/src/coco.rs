use std::io::Write;

use serde::{Deserialize, Serialize};

use crate::{CompressedRle, Entry, Error, Region};

/// A data set in COCO's format (<https://cocodataset.org/#format-data>): what pycocotools and labelling tools read. Masks
/// are compressed run lengths; ids count from 1, since pycocotools takes 0 for "none".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coco {
    pub images: Vec<Image>,
    pub annotations: Vec<Annotation>,
    pub categories: Vec<Category>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    pub id: u64,
    /// The relative path where there is one, otherwise the name.
    pub file_name: String,
    pub width: u32,
    pub height: u32,
}

/// A region of an image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Annotation {
    pub id: u64,
    pub image_id: u64,
    pub category_id: u64,
    pub segmentation: CompressedRle,
    /// Left edge, upper edge, width, height, in pixels.
    pub bbox: [f64; 4],
    /// In pixels.
    pub area: u64,
    /// 0 to 1. COCO's own annotations have none, its results do.
    pub score: f32,
    /// 0: a region is one thing, not a crowd.
    pub iscrowd: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub id: u64,
    pub name: String,
    pub supercategory: String,
}

/// A line of COCO's results format.
#[derive(Serialize)]
struct Detection<'a> {
    image_id: u64,
    category_id: u64,
    segmentation: &'a CompressedRle,
    bbox: [f64; 4],
    score: f32,
}

impl Coco {
    /// An empty data set of one category: what the regions are (`defect`), on which object.
    pub fn new(category: impl Into<String>, object: impl Into<String>) -> Self {
        let category = Category { id: 1, name: category.into(), supercategory: object.into() };
        Self { images: Vec::new(), annotations: Vec::new(), categories: vec![category] }
    }

    /// Adds a picture with its regions, of which there may be none.
    pub fn add(&mut self, entry: &Entry, regions: &[Region]) {
        let image_id = self.images.len() as u64 + 1;
        let file_name = entry.path.as_ref().unwrap_or(&entry.name).clone();
        self.images.push(Image { id: image_id, file_name, width: entry.width, height: entry.height });
        for region in regions {
            let rect = region.rect;
            self.annotations.push(Annotation {
                id: self.annotations.len() as u64 + 1,
                image_id,
                category_id: 1,
                segmentation: region.rle.compress(),
                bbox: [rect.x.into(), rect.y.into(), rect.width.into(), rect.height.into()],
                area: region.area,
                score: region.score,
                iscrowd: 0,
            });
        }
    }

    /// Writes all of it as JSON.
    pub fn write(&self, writer: impl Write) -> Result<(), Error> {
        serde_json::to_writer(writer, self)
            .map_err(|source| Error::Json { what: "the COCO data set", source })
    }

    /// Writes the annotations alone in COCO's results format, which `COCO.loadRes` reads.
    pub fn write_results(&self, writer: impl Write) -> Result<(), Error> {
        let results: Vec<Detection<'_>> = self
            .annotations
            .iter()
            .map(|annotation| Detection {
                image_id: annotation.image_id,
                category_id: annotation.category_id,
                segmentation: &annotation.segmentation,
                bbox: annotation.bbox,
                score: annotation.score,
            })
            .collect();
        serde_json::to_writer(writer, &results)
            .map_err(|source| Error::Json { what: "the COCO results", source })
    }
}
