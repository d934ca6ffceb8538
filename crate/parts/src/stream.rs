//! Many pictures, in order, from several threads, as frames of bytes.

use std::io::{self, Write};
use std::sync::mpsc::sync_channel;
use std::thread;

use serde::Serialize;

use crate::draw::{generate, generate_pair};
use crate::picture::{DefectChoice, Error, Label, Picture, Request, Split};
use crate::random::mix;

/// What to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    pub split: Split,
    pub seed: u64,
    /// How many seeds to draw: pictures, or pairs of pictures when `paired`.
    pub count: u64,
    /// The side of the square pictures, 1..=4096.
    pub size: u32,
    /// Each seed twice, whole (pair 0) and defective (pair 1). Otherwise the even ones are whole, the odd defective.
    pub paired: bool,
    /// At most this many parts a picture, 1..=40.
    pub max_instances: u32,
    /// How many threads draw; the bytes do not depend on it.
    pub threads: usize,
}

/// The JSON of a frame.
#[derive(Serialize)]
struct Header<'a> {
    #[serde(flatten)]
    label: &'a Label,
    pair: u8,
}

/// The seed of the picture number `index` of a series.
pub(crate) fn series_seed(seed: u64, index: u64) -> u64 {
    mix(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ index.wrapping_add(0x1234_5678))
}

impl Stream {
    /// The frames of one seed.
    fn frames(&self, index: u64) -> Result<Vec<u8>, Error> {
        let mut request = Request::new(series_seed(self.seed, index), self.size);
        request.split = self.split;
        request.max_instances = self.max_instances;
        let pictures = if self.paired { 2 } else { 1 };
        let mut bytes = Vec::with_capacity(pictures * (1024 + 6 * (self.size as usize).pow(2)));
        if self.paired {
            let (whole, defective) = generate_pair(&request)?;
            frame(&whole, 0, &mut bytes);
            frame(&defective, 1, &mut bytes);
        } else {
            let odd = index & 1 == 1;
            request.defect = if odd { DefectChoice::Any } else { DefectChoice::Whole };
            frame(&generate(&request)?, odd.into(), &mut bytes);
        }
        Ok(bytes)
    }

    /// Writes all frames to `out`. A frame is: the length of the JSON (u32, little endian), the JSON of the
    /// [`Label`] with `pair` (1: defective), then for `size` × `size` pixels, row-major: 3 bytes of RGB each, a byte
    /// of the instance each, a byte of the defect mask (0 or 255) each, a byte of the shadow mask (0 or 255) each.
    /// Returns how many seeds were written; a reader that stops reading ends the stream without an error.
    pub fn write(&self, out: &mut impl Write) -> Result<u64, Error> {
        let threads = self.threads.clamp(1, 64) as u64;
        thread::scope(|scope| {
            let queues: Vec<_> = (0..threads)
                .map(|first| {
                    let (sender, receiver) = sync_channel(4);
                    scope.spawn(move || {
                        let mut index = first;
                        while index < self.count {
                            if sender.send(self.frames(index)).is_err() {
                                break;
                            }
                            index += threads;
                        }
                    });
                    receiver
                })
                .collect();
            for index in 0..self.count {
                let Ok(frames) = queues[(index % threads) as usize].recv() else { return Ok(index) };
                match out.write_all(&frames?) {
                    Ok(()) => {}
                    Err(e) if e.kind() == io::ErrorKind::BrokenPipe => return Ok(index),
                    Err(source) => return Err(Error::Write { path: "the stream".into(), source }),
                }
            }
            match out.flush() {
                Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
                    Err(Error::Write { path: "the stream".into(), source: e })
                }
                _ => Ok(self.count),
            }
        })
    }
}

fn frame(picture: &Picture, pair: u8, bytes: &mut Vec<u8>) {
    let json = serde_json::to_vec(&Header { label: &picture.label, pair }).unwrap_or_default();
    bytes.extend_from_slice(&(json.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&json);
    bytes.extend_from_slice(picture.rgb.as_raw());
    bytes.extend_from_slice(picture.instances.as_raw());
    bytes.extend_from_slice(picture.defect.as_raw());
    bytes.extend_from_slice(picture.shadow.as_raw());
}
