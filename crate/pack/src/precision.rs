use half::f16;
use serde::{Deserialize, Serialize};
use spotcheck_networks::{Elements, Role, Weight};

/// How the weights of a pack are stored. They are computed with as `f32` in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// As they are. The graphs are plain ONNX.
    #[default]
    F32,
    /// In half precision, but for vectors (norms, biases) and what half precision cannot hold.
    F16,
    /// Large matrices and kernels as bytes with a scale for each output channel, the rest as [`Precision::F16`] has it.
    Int8,
}

impl Precision {
    /// Its name, as it stands in a manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Int8 => "int8",
        }
    }
}

impl std::fmt::Display for Precision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Precision {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let all = [Self::F32, Self::F16, Self::Int8];
        all.into_iter()
            .find(|p| p.name() == name)
            .ok_or_else(|| format!("{name} is none of f32, f16 and int8"))
    }
}

/// A kernel with fewer elements is not worth the loss of bytes.
const FEWEST_FOR_BYTES: usize = 2048;
/// Elements that are encoded at a time.
const CHUNK: usize = 1 << 16;

/// How the elements of one tensor stand in a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Encoding {
    /// As in ONNX: little endian, in the tensor's own type.
    Raw,
    /// Half precision, little endian.
    F16,
    /// A scale (`f32`, little endian) for each place along an axis, then a signed byte for each element.
    I8 { axis: usize },
}

impl Encoding {
    /// How a weight is stored in a pack of a precision.
    pub fn of(weight: &Weight<'_>, precision: Precision) -> Self {
        let Elements::F32(values) = weight.elements else { return Self::Raw };
        let fits = || values.iter().all(|v| v.abs() <= f32::from(f16::MAX));
        if precision == Precision::F32 || weight.shape.len() < 2 || !fits() {
            return Self::Raw;
        }
        match (precision, weight.role) {
            (Precision::Int8, Role::Kernel { outputs: axis })
                if values.len() >= FEWEST_FOR_BYTES && axis < weight.shape.len() =>
            {
                Self::I8 { axis }
            }
            _ => Self::F16,
        }
    }

    /// Bytes of a tensor of this shape; `None` when they cannot be counted, or when this is no encoding for it.
    pub fn bytes(self, shape: &[usize]) -> Option<usize> {
        let elements = shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d))?;
        match self {
            Self::Raw => elements.checked_mul(4),
            Self::F16 => elements.checked_mul(2),
            Self::I8 { axis } => elements.checked_add(shape.get(axis)?.checked_mul(4)?),
        }
    }

    /// Hands the bytes of a weight out, piece by piece.
    pub fn encode<E>(
        self,
        weight: &Weight<'_>,
        mut out: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let values = match weight.elements {
            Elements::F32(values) => values,
            Elements::I32(values) => {
                return values.chunks(CHUNK).try_for_each(|chunk| {
                    out(&chunk.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>())
                });
            }
        };
        match self {
            Self::Raw => values
                .chunks(CHUNK)
                .try_for_each(|chunk| out(&chunk.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>())),
            Self::F16 => values.chunks(CHUNK).try_for_each(|chunk| {
                out(&chunk.iter().flat_map(|&v| f16::from_f32(v).to_le_bytes()).collect::<Vec<u8>>())
            }),
            Self::I8 { axis } => {
                let channels = Channels::new(weight.shape, axis);
                let scales = channels.scales(values);
                out(&scales.iter().flat_map(|s| s.to_le_bytes()).collect::<Vec<u8>>())?;
                let byte = |(i, v): (usize, &f32)| {
                    let scale = scales.get(channels.of(i)).copied().unwrap_or(0.0);
                    // A channel of zeros has the scale 0, and stays one: 0 / 0 is not a number, which becomes 0.
                    (v / scale).round().clamp(-127.0, 127.0) as i8 as u8
                };
                let bytes: Vec<u8> = values.iter().enumerate().map(byte).collect();
                out(&bytes)
            }
        }
    }

    /// The bytes of a tensor of `f32`s that [`Encoding::encode`] made these bytes of; an error says what is wrong.
    pub fn decode(self, shape: &[usize], bytes: Vec<u8>) -> Result<Vec<u8>, String> {
        // What is stored as it is may be of any type, and is counted by who reads it.
        if self == Self::Raw {
            return Ok(bytes);
        }
        if self.bytes(shape) != Some(bytes.len()) {
            return Err(format!("{} bytes as {self:?} for the shape {shape:?}", bytes.len()));
        }
        let mut floats = Vec::with_capacity(shape.iter().product::<usize>().saturating_mul(4));
        match self {
            Self::Raw => return Ok(bytes),
            Self::F16 => {
                let (halves, _) = bytes.as_chunks::<2>();
                halves.iter().for_each(|&h| floats.extend(f16::from_le_bytes(h).to_f32().to_le_bytes()));
            }
            Self::I8 { axis } => {
                let channels = Channels::new(shape, axis);
                let (scales, elements) = bytes.split_at(4 * channels.count);
                let (scales, _) = scales.as_chunks::<4>();
                for (i, &element) in elements.iter().enumerate() {
                    let scale = scales.get(channels.of(i)).map_or(0.0, |&s| f32::from_le_bytes(s));
                    floats.extend((f32::from(element as i8) * scale).to_le_bytes());
                }
            }
        }
        Ok(floats)
    }
}

/// The places along an axis of a tensor.
struct Channels {
    count: usize,
    /// Elements between two neighbours along the axis.
    stride: usize,
}

impl Channels {
    fn new(shape: &[usize], axis: usize) -> Self {
        let stride = shape.iter().skip(axis + 1).product::<usize>().max(1);
        Self { count: shape.get(axis).copied().unwrap_or(1), stride }
    }

    /// The place of element `i`.
    fn of(&self, i: usize) -> usize {
        (i / self.stride) % self.count.max(1)
    }

    /// A 127th of the largest magnitude at each place.
    fn scales(&self, values: &[f32]) -> Vec<f32> {
        let mut scales = vec![0f32; self.count];
        for (i, v) in values.iter().enumerate() {
            if let Some(scale) = scales.get_mut(self.of(i)) {
                *scale = scale.max(v.abs());
            }
        }
        scales.iter().map(|s| s / 127.0).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kernel<'a>(shape: &'a [usize], outputs: usize, values: &'a [f32]) -> Weight<'a> {
        Weight { name: "w", shape, role: Role::Kernel { outputs }, elements: Elements::F32(values) }
    }

    fn there_and_back(encoding: Encoding, weight: &Weight<'_>) -> (usize, Vec<f32>) {
        let mut bytes = Vec::new();
        encoding
            .encode(weight, |piece| {
                bytes.extend_from_slice(piece);
                Ok::<_, ()>(())
            })
            .unwrap();
        let stored = bytes.len();
        let decoded = encoding.decode(weight.shape, bytes).unwrap();
        (stored, decoded.as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b)).collect())
    }

    #[test]
    fn what_would_suffer_keeps_its_precision() {
        let large = vec![0.5; 8192];
        let i8 = Encoding::I8 { axis: 1 };
        assert_eq!(Encoding::of(&kernel(&[64, 128], 1, &large), Precision::Int8), i8);
        assert_eq!(Encoding::of(&kernel(&[64, 128], 1, &large), Precision::F16), Encoding::F16);
        assert_eq!(Encoding::of(&kernel(&[64, 128], 1, &large), Precision::F32), Encoding::Raw);
        let plain = Weight { role: Role::Plain, ..kernel(&[64, 128], 1, &large) };
        assert_eq!(Encoding::of(&plain, Precision::Int8), Encoding::F16);
        assert_eq!(Encoding::of(&kernel(&[8192], 0, &large), Precision::Int8), Encoding::Raw);
        assert_eq!(Encoding::of(&kernel(&[2, 4], 0, &[0.5; 8]), Precision::Int8), Encoding::F16);
        for beyond in [-1e9, f32::INFINITY, f32::NAN, 65520.0] {
            let mut mask = large.clone();
            mask[77] = beyond;
            assert_eq!(Encoding::of(&kernel(&[64, 128], 1, &mask), Precision::Int8), Encoding::Raw);
        }
        let indices = Weight { elements: Elements::I32(&[7; 4096]), ..plain };
        assert_eq!(Encoding::of(&indices, Precision::Int8), Encoding::Raw);
    }

    #[test]
    fn bytes_are_scaled_channel_by_channel() {
        // Two channels along the last axis: the largest magnitudes are 2.54 and 127.
        let values = [2.54, 1.0, -1.27, -127.0, 0.0, 64.4];
        let (stored, decoded) = there_and_back(Encoding::I8 { axis: 1 }, &kernel(&[3, 2], 1, &values));
        assert_eq!(stored, 2 * 4 + 6);
        for (decoded, expected) in decoded.iter().zip([2.54, 1.0, -1.28, -127.0, 0.0, 64.0]) {
            assert!((decoded - expected).abs() < 1e-5, "{decoded} instead of {expected}");
        }
        let (_, zeros) = there_and_back(Encoding::I8 { axis: 0 }, &kernel(&[2, 2], 0, &[0.0, 0.0, 1.0, 2.0]));
        assert_eq!(zeros[..2], [0.0, 0.0]);
    }

    #[test]
    fn bytes_that_do_not_fit_the_shape_are_refused() {
        assert!(Encoding::F16.decode(&[3], vec![0; 5]).is_err());
        assert!(Encoding::I8 { axis: 1 }.decode(&[2, 3], vec![0; 6 + 12]).is_ok());
        assert!(Encoding::I8 { axis: 0 }.decode(&[2, 3], vec![0; 6 + 12]).is_err());
        assert!(Encoding::I8 { axis: 2 }.decode(&[2, 3], vec![0; 6 + 12]).is_err());
        assert!(Encoding::I8 { axis: 0 }.decode(&[usize::MAX, 2], vec![0; 6]).is_err());
        assert!(Encoding::F16.decode(&[usize::MAX / 2 + 1, 2], Vec::new()).is_err());
    }

    proptest! {
        /// No element is off by more than half a step of its encoding.
        #[test]
        fn the_loss_is_bounded(
            shape in prop::collection::vec(1usize..6, 1..4),
            axis in 0usize..4,
            seed in prop::collection::vec(-3.0f32..3.0, 125),
        ) {
            let axis = axis % shape.len();
            let values = &seed[..shape.iter().product()];
            let weight = kernel(&shape, axis, values);
            let (_, raw) = there_and_back(Encoding::Raw, &weight);
            prop_assert_eq!(&raw[..], values);
            let (stored, halves) = there_and_back(Encoding::F16, &weight);
            prop_assert_eq!(stored, 2 * values.len());
            for (half, v) in halves.iter().zip(values) {
                prop_assert!((half - v).abs() <= v.abs() / 2048.0 + 1e-7);
            }
            let (stored, bytes) = there_and_back(Encoding::I8 { axis }, &weight);
            prop_assert_eq!(stored, values.len() + 4 * shape[axis]);
            for (i, (byte, v)) in bytes.iter().zip(values).enumerate() {
                // The channel, reckoned from the element's coordinates.
                let channel = |i: usize| shape[axis..].iter().rev().fold((i, 0), |(i, _), d| (i / d, i % d)).1;
                let worst = values.iter().enumerate().filter(|(j, _)| channel(*j) == channel(i));
                let step = worst.map(|(_, v)| v.abs()).fold(0.0, f32::max) / 127.0;
                prop_assert!((byte - v).abs() <= 0.501 * step, "{} is {} off", v, byte - v);
            }
        }
    }
}
