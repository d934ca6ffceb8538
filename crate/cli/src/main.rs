//! `spotcheck`: finds what is wrong with a thing in a photograph, and where, on the command line.
//!
//! Everything is done by the libraries; this binary reads arguments and files and writes results.

// Before all others: macros are known only below their definition.
#[macro_use]
mod print;

mod bench;
mod cache;
mod comparing;
mod demo;
mod dump;
mod evaluate;
mod http;
mod inspect;
mod pack;
mod parts;
mod picture;
mod report;
mod results;
mod settings;
mod setup;
mod warm;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "spotcheck", version, about = "Finds what is wrong with a thing in a photograph, and where")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Inspects pictures: a line each with path, score, verdict and seconds.
    Inspect(inspect::Arguments),
    /// Evaluates a method on VisA, MVTec AD, folders of good and bad pictures or a list with labels, and prints the paper's tables.
    Evaluate(evaluate::Arguments),
    /// Prints the method's numbers and lists with their defaults as JSON, and a sentence on each.
    Settings(settings::Arguments),
    /// Builds, verifies and describes packs of models.
    #[command(subcommand)]
    Pack(pack::Command),
    /// Measures an inspection: seconds of each stage and network, memory, floating-point operations.
    Bench(bench::Arguments),
    /// Draws test pictures of parts, half of them defective, in the folder layout of MVTec AD, VisA, or good and bad.
    Parts(parts::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Inspect(arguments) => pollster::block_on(inspect::run(&arguments)),
        Command::Evaluate(arguments) => pollster::block_on(evaluate::run(&arguments)),
        Command::Settings(arguments) => settings::run(&arguments),
        Command::Pack(command) => pollster::block_on(pack::run(&command)),
        Command::Bench(arguments) => pollster::block_on(bench::run(&arguments)),
        Command::Parts(arguments) => parts::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("spotcheck: {error:#}");
            ExitCode::FAILURE
        }
    }
}
