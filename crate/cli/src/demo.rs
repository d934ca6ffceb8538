use include_dir::{Dir, include_dir};
use spotcheck_pack::Memory;

static PACK: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../models/demo/pack");

/// The demo pack that is part of this binary.
pub fn pack() -> Memory {
    Memory::new(PACK.files().map(|file| (file.path().display().to_string(), file.contents().to_vec())))
}
