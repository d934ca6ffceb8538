//! Printing that does not panic when nobody reads: `spotcheck pack info | head -1`.
//!
//! The macros below take the place of the standard library's in this binary.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};
use std::process::exit;

/// What shells report of a program that SIGPIPE has ended. Rust's programs ignore that signal.
const CLOSED_PIPE: i32 = 128 + 13;

/// Writes to standard output. Ends the process quietly when that is closed, as other programs do: what else would be
/// found out could not be told. Any other failure, as of a full disk, is said.
pub fn to_stdout(text: Arguments<'_>) {
    if let Err(error) = std::io::stdout().write_fmt(text) {
        if error.kind() == ErrorKind::BrokenPipe {
            exit(CLOSED_PIPE);
        }
        to_stderr(format_args!("spotcheck: the standard output cannot be written: {error}\n"));
        exit(1);
    }
}

/// Writes to standard error; where that fails there is nobody to be told.
pub fn to_stderr(text: Arguments<'_>) {
    let _ = std::io::stderr().write_fmt(text);
}

macro_rules! print {
    ($($text:tt)*) => { $crate::print::to_stdout(format_args!($($text)*)) };
}

macro_rules! println {
    () => { print!("\n") };
    ($($text:tt)*) => { print!("{}\n", format_args!($($text)*)) };
}

macro_rules! eprint {
    ($($text:tt)*) => { $crate::print::to_stderr(format_args!($($text)*)) };
}

macro_rules! eprintln {
    () => { eprint!("\n") };
    ($($text:tt)*) => { eprint!("{}\n", format_args!($($text)*)) };
}
