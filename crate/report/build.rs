//! Makes methods of the messages in `words`.

use spotcheck_messages::{Call, generate};

fn main() {
    if let Err(error) = generate(Call::Methods("crate::words::Words"), &[]) {
        panic!("{error}");
    }
}
