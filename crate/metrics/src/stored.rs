use crate::pixels::{BINS, Bin};
use crate::{Error, PixelHistogram};

/// The first byte: how the rest is written.
const FORMAT: u8 = 1;
/// Bytes of the largest number.
const NUMBER: usize = u64::BITS.div_ceil(7) as usize;

impl PixelHistogram {
    /// No histogram has more bytes than this: every bin there, each with its largest numbers.
    pub const MOST_BYTES: usize = 1 + 3 * NUMBER + BINS * (3 * NUMBER + size_of::<f64>());

    /// The counts as bytes, to be kept and [added](Self::add_encoded) later: nothing is lost by it.
    ///
    /// Only bins that hold pixels are written. After a byte for the format come the numbers of pictures, regions and such bins;
    /// for each bin, lowest score first, the step from the bin before, its normal and its anomalous pixels; numbers are
    /// LEB128. Where there are anomalous pixels, their shares of their regions follow, a little-endian `f64`.
    pub fn encode(&self) -> Vec<u8> {
        let filled = || self.bins.iter().enumerate().filter(|(_, bin)| !bin.is_empty());
        let mut bytes = vec![FORMAT];
        for number in [self.pictures, self.regions, filled().count()] {
            push(&mut bytes, number as u64);
        }
        let mut before = 0;
        for (index, bin) in filled() {
            push(&mut bytes, (index - before) as u64);
            before = index;
            push(&mut bytes, bin.normal);
            push(&mut bytes, bin.anomalous);
            if bin.anomalous > 0 {
                bytes.extend(bin.overlap.to_le_bytes());
            }
        }
        bytes
    }

    /// Adds what [`encode`](Self::encode) has written of other pictures. Bytes that it would not write are an error, and then
    /// nothing is added.
    pub fn add_encoded(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let mut reader = Reader(bytes);
        if reader.byte()? != FORMAT {
            return Err(Error::Stored("they are of a format that is not known"));
        }
        let (pictures, regions, filled) = (reader.number()?, reader.number()?, reader.number()?);
        if filled > BINS as u64 {
            return Err(Error::Stored("there are more bins than scores have"));
        }
        let mut bins = Vec::with_capacity(filled as usize);
        let mut index = 0u64;
        for _ in 0..filled {
            index = index.saturating_add(reader.number()?);
            let (normal, anomalous) = (reader.number()?, reader.number()?);
            let overlap = if anomalous > 0 { f64::from_le_bytes(reader.take()?) } else { 0.0 };
            if index >= BINS as u64 || !(overlap.is_finite() && overlap >= 0.0) {
                return Err(Error::Stored("a number in them is out of range"));
            }
            bins.push((index as usize, Bin { anomalous, normal, overlap }));
        }
        if !reader.0.is_empty() {
            return Err(Error::Stored("they go on after their end"));
        }
        for (index, more) in bins {
            if let Some(bin) = self.bins.get_mut(index) {
                bin.anomalous = bin.anomalous.saturating_add(more.anomalous);
                bin.normal = bin.normal.saturating_add(more.normal);
                bin.overlap += more.overlap;
            }
        }
        self.pictures = self.pictures.saturating_add(pictures as usize);
        self.regions = self.regions.saturating_add(regions as usize);
        Ok(())
    }
}

/// Appends a number in LEB128: seven bits a byte, lowest first, the eighth set while more follow.
fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Bytes that are still to be read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8, Error> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(Error::Stored("they end in the middle"))?;
        self.0 = rest;
        Ok(*taken)
    }

    fn number(&mut self) -> Result<u64, Error> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Error::Stored("a number in them is too large"))
    }
}
