use std::str::FromStr;

use image::{Rgb, RgbImage, Rgba, RgbaImage};
use serde::{Deserialize, Serialize};

use crate::Map;

/// Colours for values from 0 to 1. All rise evenly in lightness, so that people who do not see colours read them as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColourMap {
    /// Black over red to pale yellow.
    #[default]
    Inferno,
    /// Black over magenta to pale pink.
    Magma,
    /// Dark violet over green to yellow.
    Viridis,
    /// Dark blue over grey to yellow: looks the same to people who do not tell red from green.
    Cividis,
    /// Black to white.
    Gray,
}

/// A name that is not a colour map's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a colour map: inferno, magma, viridis, cividis and gray are")]
pub struct UnknownColourMap(String);

impl FromStr for ColourMap {
    type Err = UnknownColourMap;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = ColourMap::ALL.into_iter().find(|map| map.name() == name);
        found.ok_or_else(|| UnknownColourMap(name.to_owned()))
    }
}

impl ColourMap {
    pub const ALL: [ColourMap; 5] =
        [ColourMap::Inferno, ColourMap::Magma, ColourMap::Viridis, ColourMap::Cividis, ColourMap::Gray];

    /// Its name in matplotlib, and in settings.
    pub fn name(self) -> &'static str {
        match self {
            ColourMap::Inferno => "inferno",
            ColourMap::Magma => "magma",
            ColourMap::Viridis => "viridis",
            ColourMap::Cividis => "cividis",
            ColourMap::Gray => "gray",
        }
    }

    /// The colour of a value; values outside of 0..1 get the colour of the nearer end, NaN that of 0.
    pub fn colour(self, value: f32) -> Rgb<u8> {
        // NaN becomes 0 by the cast.
        self.at((value.clamp(0.0, 1.0) * 255.0).round() as u8)
    }

    /// 256 colours from 0 to 1: a table for legends and for looking up.
    pub fn table(self) -> [Rgb<u8>; 256] {
        std::array::from_fn(|i| self.at(i as u8))
    }

    fn at(self, i: u8) -> Rgb<u8> {
        let table = match self {
            ColourMap::Inferno => INFERNO,
            ColourMap::Magma => MAGMA,
            ColourMap::Viridis => VIRIDIS,
            ColourMap::Cividis => CIVIDIS,
            ColourMap::Gray => return Rgb([i; 3]),
        };
        let at = 3 * usize::from(i);
        Rgb([table[at], table[at + 1], table[at + 2]])
    }
}

/// How much of the picture below a heatmap shows through.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Opacity {
    /// The same everywhere, 0 (not seen) to 1 (hides the picture).
    Constant(f32),
    /// As the value is, times a factor: 0 leaves the picture as it is.
    Value(f32),
}

/// Colours a map on the fixed scale of 0 to 1, never on the map's own range: a whole part must look whole.
pub fn heatmap(map: &Map, colours: ColourMap, opacity: Opacity) -> RgbaImage {
    let table = colours.table();
    let mut out = RgbaImage::new(map.width(), map.height());
    for (pixel, &value) in out.pixels_mut().zip(map.data()) {
        // NaN becomes 0 by the cast.
        let Rgb([r, g, b]) = table[(value.clamp(0.0, 1.0) * 255.0).round() as u8 as usize];
        let alpha = match opacity {
            Opacity::Constant(a) => a,
            Opacity::Value(factor) => value * factor,
        };
        *pixel = Rgba([r, g, b, (alpha.clamp(0.0, 1.0) * 255.0).round() as u8]);
    }
    out
}

/// Lays a heatmap over a picture; where the sizes differ only the common upper left part is covered.
pub fn overlay(picture: &RgbImage, heat: &RgbaImage) -> RgbImage {
    let mut out = picture.clone();
    for (x, y, pixel) in out.enumerate_pixels_mut() {
        if let Some(&Rgba([r, g, b, a])) = heat.get_pixel_checked(x, y) {
            for (below, above) in pixel.0.iter_mut().zip([r, g, b]) {
                *below = blend(*below, above, a);
            }
        }
    }
    out
}

/// `above` over `below`, rounded; exact at both ends.
pub(crate) fn blend(below: u8, above: u8, alpha: u8) -> u8 {
    let sum = u32::from(above) * u32::from(alpha) + u32::from(below) * (255 - u32::from(alpha));
    ((sum + 127) / 255) as u8
}

// matplotlib's tables, three bytes a colour. Inferno, magma and viridis are by Nathaniel Smith and Stéfan van der Walt
// (CC0, https://bids.github.io/colormap); cividis is by Jamie R. Nuñez, Christopher R. Anderton and Ryan S. Renslow
// (PLoS ONE 13(7), e0199239), here as matplotlib has it, under matplotlib's licence (PSF-style).
const INFERNO: &[u8; 768] = include_bytes!("colour/inferno.rgb");
const MAGMA: &[u8; 768] = include_bytes!("colour/magma.rgb");
const VIRIDIS: &[u8; 768] = include_bytes!("colour/viridis.rgb");
const CIVIDIS: &[u8; 768] = include_bytes!("colour/cividis.rgb");
