//! Draws every kind (rows), whole and with every defect (columns), onto one sheet:
//! `cargo run --release -p spotcheck-parts --example contact_sheet -- sheet.png [size] [seed]`.

use image::{GenericImage, RgbImage};
use spotcheck_parts::{Defect, DefectChoice, Kind, Request, generate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: contact_sheet FILE [SIZE] [SEED]")?;
    let size: u32 = arguments.next().map_or(Ok(192), |v| v.parse())?;
    let seed: u64 = arguments.next().map_or(Ok(1), |v| v.parse())?;
    let columns = Defect::ALL.len() as u32 + 1;
    let mut sheet = RgbImage::new(columns * size, Kind::ALL.len() as u32 * size);
    for (row, kind) in Kind::ALL.into_iter().enumerate() {
        for column in 0..columns {
            let mut request = Request::new(seed * 1000 + row as u64 * 20 + u64::from(column), size);
            request.kind = Some(kind);
            request.instances = Some(1);
            if let Some(&defect) = (column as usize).checked_sub(1).and_then(|i| Defect::ALL.get(i)) {
                request.defect = DefectChoice::Only(defect);
            }
            sheet.copy_from(&generate(&request)?.rgb, column * size, row as u32 * size)?;
        }
    }
    sheet.save(path)?;
    Ok(())
}
