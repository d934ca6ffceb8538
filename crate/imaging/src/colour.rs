use std::str::FromStr;

use image::{Rgb, RgbImage, Rgba, RgbaImage};
use serde::{Deserialize, Serialize};

use crate::Map;

/// Colours for values from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColourMap {
    /// Dark violet over green to yellow, even in lightness.
    Viridis,
    /// Black over red to pale yellow, even in lightness.
    #[default]
    Inferno,
    /// Black to white.
    Gray,
}

/// A name that is not a colour map's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a colour map: viridis, inferno and gray are")]
pub struct UnknownColourMap(String);

impl FromStr for ColourMap {
    type Err = UnknownColourMap;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "viridis" => Ok(ColourMap::Viridis),
            "inferno" => Ok(ColourMap::Inferno),
            "gray" => Ok(ColourMap::Gray),
            _ => Err(UnknownColourMap(name.to_owned())),
        }
    }
}

impl ColourMap {
    /// The colour of a value; values outside of 0..1 get the colour of the nearer end, NaN that of 0.
    pub fn colour(self, value: f32) -> Rgb<u8> {
        let t = if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) };
        let coefficients = match self {
            ColourMap::Viridis => &VIRIDIS,
            ColourMap::Inferno => &INFERNO,
            ColourMap::Gray => &GRAY,
        };
        let channel = |c: usize| {
            let v = coefficients.iter().rev().fold(0.0f32, |sum, row| sum * t + row[c]);
            (v.clamp(0.0, 1.0) * 255.0).round() as u8
        };
        Rgb([channel(0), channel(1), channel(2)])
    }

    /// 256 colours from 0 to 1: a table for legends and for looking up.
    pub fn table(self) -> [Rgb<u8>; 256] {
        std::array::from_fn(|i| self.colour(i as f32 / 255.0))
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

type Polynomial = [[f32; 3]; 7];

const GRAY: Polynomial = [[0.0; 3], [1.0; 3], [0.0; 3], [0.0; 3], [0.0; 3], [0.0; 3], [0.0; 3]];

// Polynomials of degree 6 fitted to matplotlib's tables (CC0) by Matt Zucker, https://www.shadertoy.com/view/WlfXRN,
// CC0. They stay within 3/255 of the tables' ends.
const VIRIDIS: Polynomial = [
    [0.277_727_33, 0.005_407_344_5, 0.334_099_8],
    [0.105_093_04, 1.404_613_5, 1.384_590_2],
    [-0.330_861_83, 0.214_847_56, 0.095_095_16],
    [-4.634_230_5, -5.799_101, -19.332_441],
    [6.228_27, 14.179_934, 56.690_55],
    [4.776_385, -13.745_145, -65.353_03],
    [-5.435_456, 4.645_852_6, 26.312_435],
];

const INFERNO: Polynomial = [
    [0.000_218_940_37, 0.001_651_004_6, -0.019_480_898],
    [0.106_513_42, 0.563_956_4, 3.932_712_4],
    [11.602_493, -3.972_854, -15.942_394],
    [-41.703_995, 17.436_398, 44.354_145],
    [77.162_94, -33.402_36, -81.807_31],
    [-71.319_43, 32.626_064, 73.209_52],
    [25.131_126, -12.242_669, -23.070_325],
];
