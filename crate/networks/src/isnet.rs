//! IS-Net (Qin et al., DIS, ECCV 2022): which pixels belong to the object.

mod graph;
mod onnx;
mod session;

use serde::{Deserialize, Serialize};

use crate::Error;

pub use session::{HalfGraph, IsNet, isnet_input};

pub(crate) const NAME: &str = "IS-Net";

/// The smallest input, in pixels, that is halved.
const SMALLEST_HALVED: usize = 256;

/// The sizes of an IS-Net: its `config.json`. The default is the official one of the DIS repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IsNetConfig {
    /// Side of the square that the network reads, in pixels.
    pub input_size: usize,
    /// Channels behind the first convolution, which halves the picture.
    pub conv_in: usize,
    /// Channels in, inside and out of the encoder's blocks `stage1` to `stage6`.
    pub stages: [[usize; 3]; 6],
    /// Channels in, inside and out of the decoder's blocks, in the order in which they run: `stage5d` to `stage1d`.
    pub decoder: [[usize; 3]; 5],
}

impl Default for IsNetConfig {
    fn default() -> Self {
        Self {
            input_size: 1024,
            conv_in: 64,
            stages: [
                [64, 32, 64],
                [64, 32, 128],
                [128, 64, 256],
                [256, 128, 512],
                [512, 256, 512],
                [512, 256, 512],
            ],
            decoder: [[1024, 256, 512], [1024, 128, 256], [512, 64, 128], [256, 32, 64], [128, 16, 64]],
        }
    }
}

impl IsNetConfig {
    /// Reads a `config.json`; keys that are missing have the official values, unknown ones are ignored.
    ///
    /// Fails when the blocks' channels do not follow from each other, and on sizes beyond any use.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        let config: Self = serde_json::from_slice(json).map_err(|e| Error::config(NAME, e.to_string()))?;
        config.check()?;
        Ok(config)
    }

    /// The same network for pictures of half the side: its weights do not depend on it. `None` where the input is odd, or
    /// so small already that half of it would show nothing.
    pub fn at_half_size(&self) -> Option<Self> {
        let halves = self.input_size.is_multiple_of(2) && self.input_size >= SMALLEST_HALVED;
        halves.then(|| Self { input_size: self.input_size / 2, ..self.clone() })
    }

    fn check(&self) -> Result<(), Error> {
        let fail = |message: String| Err(Error::config(NAME, message));
        if !(1..=8192).contains(&self.input_size) {
            return fail(format!("input_size is {}, and must be 1 to 8192", self.input_size));
        }
        let [.., [_, _, deepest]] = self.stages;
        let blocks = self.stages.iter().chain(&self.decoder);
        if let Some(bad) = blocks.clone().find(|block| block.iter().any(|c| !(1..=65536).contains(c))) {
            return fail(format!("a block of {bad:?} channels; each must be 1 to 65536"));
        }
        let mut before = self.conv_in;
        for (i, &[input, _, output]) in self.stages.iter().enumerate() {
            if input != before {
                return fail(format!("stages[{i}] reads {input} channels, but {before} come to it"));
            }
            before = output;
        }
        before = deepest;
        for (i, (&[input, _, output], skip)) in
            self.decoder.iter().zip(self.stages.iter().rev().skip(1)).enumerate()
        {
            if input != before + skip[2] {
                return fail(format!(
                    "decoder[{i}] reads {input} channels, but {before} + {} come to it",
                    skip[2]
                ));
            }
            before = output;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Inline, Weights};

    #[test]
    fn the_default_asks_for_the_tensors_of_the_dis_repository() {
        let list = include_str!("../../../tests/parity/shapes/isnet.txt");
        // A tensor of another name or shape is an error.
        assert!(IsNetConfig::default().build(&Weights::zeros(list), &mut Inline).is_ok());
        let mut wider = IsNetConfig::default();
        wider.decoder[4][1] = 17;
        let error = wider.build(&Weights::zeros(list), &mut Inline).err().map(|e| e.to_string());
        assert!(error.is_some_and(|e| e.contains("stage1d.rebnconv1.conv_s1.weight` has the shape [16, 64, 3, 3]")));
    }

    #[test]
    fn missing_keys_have_the_official_values() {
        let config = IsNetConfig::from_json(br#"{"model_type": "isnet", "input_size": 320}"#).unwrap();
        assert_eq!(config, IsNetConfig { input_size: 320, ..IsNetConfig::default() });
    }

    #[test]
    fn large_even_inputs_can_be_halved() {
        let half = |input_size| {
            let config = IsNetConfig { input_size, ..IsNetConfig::default() };
            config.at_half_size().map(|half| half.input_size)
        };
        assert_eq!([1024, 256, 1023, 254].map(half), [Some(512), Some(128), None, None]);
    }

    #[test]
    fn channels_that_do_not_follow_are_refused() {
        let with = |change: fn(&mut IsNetConfig)| {
            let mut config = IsNetConfig::default();
            change(&mut config);
            IsNetConfig::from_json(&serde_json::to_vec(&config).unwrap()).unwrap_err().to_string()
        };
        assert!(with(|c| c.conv_in = 32).contains("stages[0] reads 64 channels, but 32 come to it"));
        assert!(with(|c| c.stages[3][2] = 500).contains("stages[4] reads 512"));
        assert!(with(|c| c.decoder[1][0] = 512).contains("decoder[1] reads 512 channels, but 512 + 512"));
        assert!(with(|c| c.decoder[4][1] = 0).contains("[128, 0, 64]"));
        assert!(with(|c| c.input_size = 0).contains("input_size"));
        assert!(IsNetConfig::from_json(b"[").is_err());
    }
}
