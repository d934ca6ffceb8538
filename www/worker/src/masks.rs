//! The masks of data sets: what is known to be wrong in a picture.

use spotcheck_datasets::{MaskValues, mask_from_rgb};
use spotcheck_imaging::{Limits, Mask, decode};
use spotcheck_protocol::{Kind, MaskFile, Trouble};

use crate::js::{read_now, said};

/// Reads a mask.
pub fn read(MaskFile { file }: &MaskFile) -> Result<Mask, Trouble> {
    let mut bytes = vec![0; file.size() as usize];
    let unreadable =
        |trouble: Trouble| trouble.within("the mask cannot be read", |reason| Kind::Mask { reason });
    read_now(file, 0, &mut bytes).map_err(|error| unreadable(said(error).into()))?;
    let picture = decode(&bytes, &Limits::default()).map_err(|error| unreadable(error.into()))?;
    // Where nothing is bright the values number kinds of defects, as in VisA.
    Ok(mask_from_rgb(&picture.pixels, MaskValues::Binary))
}

/// Whether a mask marks something, and all of that outside of what counts. One of another size is the mask of nothing here.
pub fn is_outside(mask: &Mask, counts: &Mask) -> bool {
    mask.area() > 0 && mask.intersection_area(counts) == Some(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_marked_may_lie_outside() {
        let row = |set: [bool; 4]| Mask::from_vec(4, 1, set.to_vec()).unwrap();
        let counts = row([true, true, false, false]);
        assert!(is_outside(&row([false, false, true, true]), &counts));
        assert!(!is_outside(&row([false, true, true, true]), &counts), "a part of it counts");
        assert!(!is_outside(&row([false; 4]), &counts), "something is wrong, but not told where");
        assert!(!is_outside(&Mask::filled(1, 4, true), &Mask::filled(4, 1, false)), "of another size");
    }
}
