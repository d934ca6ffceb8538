//! Pictures that another program hands over one by one: `spotcheck inspect --frames`.
//!
//! A request is a line of JSON, and right behind its end the bytes of a picture's file:
//!
//! ```text
//! {"id": 7, "bytes": 48213, "object": "gear", "path": "7.png"}⏎<48213 bytes>
//! ```
//!
//! | key | |
//! | --- | --- |
//! | `id` | a whole number or a text; the answer has it again |
//! | `bytes` | how many follow |
//! | `object` | what the thing is; without it, what `--object` says |
//! | `path` | how the answer names the picture; without it, as `id` |
//!
//! Each request has one answer, a line of JSON, in the order of the requests: what `--json` prints, with the `id` in front, or
//! `{"id":7,"error":"…"}` of a picture that cannot be inspected. It all ends well when the input ends behind a picture. When a
//! header cannot be read, or the input ends within a request, nobody knows where the next one begins, and it ends with an error.

use std::io::{BufRead, Read, copy, sink};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use spotcheck_imaging::{Limits, decode};
use spotcheck_method::Report;

use crate::warm::Warm;

/// A header's bytes, at most.
const MOST_HEADER: u64 = 1 << 16;
/// A picture's bytes, at most: longer ones are passed over, and have an error for an answer.
const MOST_BYTES: u64 = 1 << 30;

/// Answers requests until the input ends.
pub async fn serve(mut warm: Warm, object: Option<&str>, mut input: impl BufRead) -> Result<()> {
    for number in 1u64.. {
        let Some(frame) = Frame::read(&mut input).with_context(|| format!("frame {number}"))? else { break };
        let answer = match answer(&mut warm, object, &frame).await {
            Ok(answer) => answer,
            Err(error) => {
                serde_json::to_string(&Failed { id: &frame.header.id, error: format!("{error:#}") })?
            }
        };
        println!("{answer}");
    }
    Ok(())
}

async fn answer(warm: &mut Warm, object: Option<&str>, frame: &Frame) -> Result<String> {
    let start = Instant::now();
    let Header { id, bytes, object: named, path } = &frame.header;
    let Some(picture) = &frame.picture else {
        bail!("it has {bytes} bytes, and may have {MOST_BYTES} at most");
    };
    let object = named.as_deref().or(object);
    let object = object.context("it does not say what the thing is: give --object, or `object` with it")?;
    let picture = decode(picture, &Limits::default())?.pixels;
    let inspection = warm.inspect(&picture, object, None).await?;
    let path = path.clone().unwrap_or_else(|| id.to_string());
    let report = warm.report(&inspection, &path, start.elapsed().as_secs_f64());
    Ok(serde_json::to_string(&Found { id, report })?)
}

#[derive(Serialize)]
struct Found<'a> {
    id: &'a Id,
    #[serde(flatten)]
    report: Report<'a>,
}

#[derive(Serialize)]
struct Failed<'a> {
    id: &'a Id,
    error: String,
}

/// The line in front of a picture.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    id: Id,
    bytes: u64,
    object: Option<String>,
    path: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
#[serde(untagged)]
enum Id {
    Number(i64),
    Text(String),
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// A request.
#[derive(Debug, PartialEq)]
struct Frame {
    header: Header,
    /// `None` when it has more bytes than a picture may have.
    picture: Option<Vec<u8>>,
}

impl Frame {
    /// The next one; `None` when the input has ended before it.
    fn read(input: &mut impl BufRead) -> Result<Option<Self>> {
        let mut line = Vec::new();
        input.by_ref().take(MOST_HEADER).read_until(b'\n', &mut line).context("cannot be read")?;
        if line.is_empty() {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') {
            ensure!((line.len() as u64) < MOST_HEADER, "the header is longer than {MOST_HEADER} bytes");
            bail!("the input ended within the header");
        }
        let header: Header = serde_json::from_slice(&line).context(
            "the header is not as {\"id\": 7, \"bytes\": 48213, \"object\": \"gear\", \"path\": \"7.png\"}",
        )?;
        let mut body = input.take(header.bytes);
        let mut picture = (header.bytes <= MOST_BYTES).then(Vec::new);
        let read = match &mut picture {
            Some(picture) => body.read_to_end(picture).map(|read| read as u64),
            None => copy(&mut body, &mut sink()),
        };
        let read = read.context("cannot be read")?;
        ensure!(read == header.bytes, "the input ended after {read} of {} bytes", header.bytes);
        Ok(Some(Self { header, picture }))
    }
}

#[cfg(test)]
mod tests;
