use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use spotcheck_protocol::{Reply, Request, Trouble};
use web_sys::File;

use crate::errand::{Heard, errand};

/// The files in a ZIP file, with their paths, opened by a worker of its own.
pub async fn unpacked(file: &File) -> Result<Vec<(File, String)>, Trouble> {
    let found = Rc::new(RefCell::new(Vec::new()));
    let files = found.clone();
    let hear = move |reply| match reply {
        Reply::Unpacked { path, bytes } => {
            let name = path.rsplit('/').next().unwrap_or_default();
            if let Ok(file) = File::new_with_u8_array_sequence(&Array::of1(&bytes), name) {
                files.borrow_mut().push((file, path));
            }
            Heard::More
        }
        Reply::UnpackedAll { trouble } => Heard::End(trouble.map_or(Ok(()), Err)),
        _ => Heard::More,
    };
    errand(Request::Unpack { files: Array::of1(file) }, hear).await?;
    Ok(found.take())
}
