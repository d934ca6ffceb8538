use image::RgbImage;
use spotcheck_imaging::{Map, Mask, Rect};
use spotcheck_method::{
    Component, Error, ForegroundSource, Inspection, Settings, StageSeconds, Tile, all_finite, answer,
};

/// What a method that looks at the whole picture found in it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// As errors name it.
    pub method: &'static str,
    /// Cosine of the picture with the normal texts.
    pub normal: f32,
    /// Cosine of the picture with the anomalous texts.
    pub anomalous: f32,
    /// Sample score, 0 to 1; higher means more anomalous.
    pub score: f32,
    /// Pixel scores at the picture's size; higher means more anomalous.
    pub map: Map,
}

impl Finding {
    /// As an inspection of one component and one tile, the picture. In a `region`, which must have the picture's size, the
    /// foreground and the component are the region, and the map is 0 outside of it; score and tile stay the picture's.
    ///
    /// Fails when score or map are not finite, or the map has another size than the picture.
    pub fn inspection(
        self,
        picture: &RgbImage,
        object: &str,
        region: Option<&Mask>,
        settings: Settings,
        seconds: StageSeconds,
    ) -> Result<Inspection, Error> {
        let Self { method, normal, anomalous, score, mut map } = self;
        let (width, height) = picture.dimensions();
        answer(method, (map.width(), map.height()) == (width, height), || {
            format!("a map of {} × {} pixels", map.width(), map.height())
        })?;
        all_finite(method, &[normal, anomalous, score])?;
        all_finite(method, map.data())?;
        if let Some(region) = region {
            map.keep(region);
        }
        let foreground = region.cloned().unwrap_or_else(|| Mask::filled(width, height, true));
        let whole = Rect::new(0, 0, width, height);
        let component = Component {
            rect: foreground.bounding_box().unwrap_or(whole),
            area: foreground.area(),
            parts: 0,
            score,
        };
        let tile = Tile {
            component: 0,
            rect: whole,
            normal,
            anomalous,
            score,
            normal_prompts: Vec::new(),
            anomalous_prompts: Vec::new(),
        };
        Ok(Inspection {
            object: object.to_owned(),
            width,
            height,
            score,
            rejected: f64::from(score) >= settings.verdict_threshold,
            foreground_source: ForegroundSource::WholeImage,
            foreground,
            dichotomous: None,
            sam_masks: Vec::new(),
            components: vec![component],
            tiles: vec![tile],
            map,
            tile_features: None,
            seconds,
            settings,
        })
    }
}
