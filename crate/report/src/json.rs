use std::io::Write;

use crate::{Batch, Error};

/// Writes a batch as JSON, indented for people; [`Batch`] reads it back.
pub fn json(batch: &Batch, mut writer: impl Write) -> Result<(), Error> {
    let what = "the batch";
    serde_json::to_writer_pretty(&mut writer, batch).map_err(|source| Error::Json { what, source })?;
    writeln!(writer).map_err(Error::write(what))
}
