use crate::{Error, ReadAt};

/// Bytes that are read ahead.
const AHEAD: u64 = 512;

/// Walks over the fields of a protobuf message in a file, without reading what is in them.
pub(super) struct Fields<'f> {
    file: &'f dyn ReadAt,
    at: u64,
    end: u64,
    /// What was read ahead, and where it begins.
    ahead: (u64, Vec<u8>),
}

/// What stands in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Number(u64),
    /// Four or eight bytes, which are not looked at.
    Fixed,
    /// Bytes, a text, a message or a packed list: where it stands.
    Span(Span),
}

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub offset: u64,
    pub length: u64,
}

impl<'f> Fields<'f> {
    /// The fields of the message that fills `span`, which must lie in the file.
    pub fn new(file: &'f dyn ReadAt, span: Span) -> Self {
        let end = span.offset.saturating_add(span.length).min(file.size());
        Self { file, at: span.offset, end, ahead: (0, Vec::new()) }
    }

    /// The next field and its number; `None` at the message's end.
    pub fn next(&mut self) -> Result<Option<(u64, Field)>, Error> {
        if self.at >= self.end {
            return Ok(None);
        }
        let tag = self.number()?;
        let field = match tag & 7 {
            0 => Field::Number(self.number()?),
            1 => self.skip(8).map(|_| Field::Fixed)?,
            2 => {
                let length = self.number()?;
                Field::Span(self.skip(length)?)
            }
            5 => self.skip(4).map(|_| Field::Fixed)?,
            _ => return Err(self.broken()),
        };
        Ok(Some((tag >> 3, field)))
    }

    /// Where the next field begins.
    pub fn position(&self) -> u64 {
        self.at
    }

    /// The bytes of a part of the file.
    pub fn read(&self, span: Span) -> Result<Vec<u8>, Error> {
        let within = span.offset.checked_add(span.length).is_some_and(|end| end <= self.file.size());
        let length = usize::try_from(span.length).ok().filter(|_| within).ok_or_else(|| self.broken())?;
        let mut bytes = vec![0; length];
        self.file
            .read_at(span.offset, &mut bytes)
            .map_err(|e| Error::Checkpoint(format!("at byte {}: {e}", span.offset)))?;
        Ok(bytes)
    }

    /// A number of up to ten groups of seven bits.
    fn number(&mut self) -> Result<u64, Error> {
        let mut number = 0u64;
        for group in 0..10 {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << (7 * group).min(63);
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(self.broken())
    }

    fn byte(&mut self) -> Result<u8, Error> {
        if self.at >= self.end {
            return Err(self.broken());
        }
        let (start, bytes) = &self.ahead;
        let known = self.at.checked_sub(*start).and_then(|i| bytes.get(usize::try_from(i).ok()?).copied());
        let byte = match known {
            Some(byte) => byte,
            None => {
                let bytes = self.read(Span { offset: self.at, length: (self.end - self.at).min(AHEAD) })?;
                let first = bytes.first().copied().ok_or_else(|| self.broken())?;
                self.ahead = (self.at, bytes);
                first
            }
        };
        self.at += 1;
        Ok(byte)
    }

    fn skip(&mut self, length: u64) -> Result<Span, Error> {
        let span = Span { offset: self.at, length };
        let end = self.at.checked_add(length).filter(|&end| end <= self.end);
        self.at = end.ok_or_else(|| self.broken())?;
        Ok(span)
    }

    fn broken(&self) -> Error {
        Error::Checkpoint(format!("not an ONNX model: it breaks at byte {}", self.at))
    }
}
