//! Writes pictures of parts to the standard output, for training: see [`spotcheck_parts::Stream::write`] for the
//! format of a frame.

use std::io::{self, BufWriter};
use std::process::ExitCode;

use spotcheck_parts::{Split, Stream};

const USAGE: &str = "usage: parts-stream [--split seen|unseen|all] [--seed N] [--count N] [--size N] [--paired]
                    [--threads N] [--max-instances N]

Writes --count pictures (default 16; with --paired, pairs of the same scene whole and defective) of --size
(default 256) pixels squared to the standard output. A frame: u32 little endian length of a JSON label, the JSON,
then row-major RGB (3 bytes a pixel), instance ids, defect mask and shadow mask (1 byte a pixel each).
The bytes depend on --split, --seed, --size, --paired and --max-instances only.";

fn parse() -> Result<Stream, String> {
    let mut stream = Stream {
        split: Split::Seen,
        seed: 0,
        count: 16,
        size: 256,
        paired: false,
        max_instances: 5,
        threads: std::thread::available_parallelism().map_or(1, |n| n.get()),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(flag) = arguments.next() {
        if flag == "--paired" {
            stream.paired = true;
            continue;
        }
        if flag == "--help" || flag == "-h" {
            return Err(USAGE.to_owned());
        }
        let value = arguments.next().ok_or_else(|| format!("{flag} needs a value\n{USAGE}"))?;
        let wrong = |e: &dyn std::fmt::Display| format!("{flag} {value}: {e}");
        match flag.as_str() {
            "--split" => stream.split = value.parse().map_err(|e| wrong(&e))?,
            "--seed" => stream.seed = value.parse().map_err(|e| wrong(&e))?,
            "--count" => stream.count = value.parse().map_err(|e| wrong(&e))?,
            "--size" => stream.size = value.parse().map_err(|e| wrong(&e))?,
            "--threads" => stream.threads = value.parse().map_err(|e| wrong(&e))?,
            "--max-instances" => stream.max_instances = value.parse().map_err(|e| wrong(&e))?,
            _ => return Err(format!("unknown option {flag}\n{USAGE}")),
        }
    }
    Ok(stream)
}

fn main() -> ExitCode {
    let result = parse().and_then(|stream| {
        let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
        stream.write(&mut out).map_err(|e| e.to_string())
    });
    match result {
        Ok(_) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
