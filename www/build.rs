//! Makes functions of the messages in `words`.

use spotcheck_messages::{Call, generate};

/// Beginnings of the names of what has its English elsewhere: in the method, in the catalogue of packs.
const ELSEWHERE: [&str; 2] = ["setting-", "pack-"];

fn main() {
    if let Err(error) = generate(Call::Function("crate::language::message"), &ELSEWHERE) {
        panic!("{error}");
    }
}
