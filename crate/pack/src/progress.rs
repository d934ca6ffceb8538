use std::cell::RefCell;
use std::io;
use std::ops::ControlFlow;

use spotcheck_networks::ReadAt;

/// How far a pack is built: bytes of its checkpoints that were read at least once, of all that they have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuildProgress {
    pub done: u64,
    pub total: u64,
}

/// Is told how far a pack is built, about every megabyte, and says whether to go on.
pub type OnProgress<'a> = dyn FnMut(BuildProgress) -> ControlFlow<()> + 'a;

/// Bytes that are counted together.
const BLOCK: u64 = 1 << 16;

/// Counts what is read of all checkpoints.
pub(crate) struct Meter<'a> {
    state: RefCell<State<'a>>,
}

struct State<'a> {
    progress: BuildProgress,
    on_progress: &'a mut OnProgress<'a>,
    cancelled: bool,
}

impl<'a> Meter<'a> {
    pub fn new(total: u64, on_progress: &'a mut OnProgress<'a>) -> Self {
        let progress = BuildProgress { done: 0, total };
        Self { state: RefCell::new(State { progress, on_progress, cancelled: false }) }
    }

    pub fn cancelled(&self) -> bool {
        self.state.borrow().cancelled
    }

    /// Fails when it is not to go on.
    fn add(&self, bytes: u64) -> io::Result<()> {
        let state = &mut *self.state.borrow_mut();
        state.progress.done = state.progress.total.min(state.progress.done + bytes);
        state.cancelled |= (state.on_progress)(state.progress).is_break();
        match state.cancelled {
            true => Err(io::Error::new(io::ErrorKind::Interrupted, "the build was cancelled")),
            false => Ok(()),
        }
    }
}

/// A file whose reading is counted: each part once, however often it is read.
pub(crate) struct Metered<'m, 'a> {
    file: Box<dyn ReadAt + 'm>,
    meter: &'m Meter<'a>,
    seen: RefCell<Vec<bool>>,
}

impl<'m, 'a> Metered<'m, 'a> {
    pub fn new(file: Box<dyn ReadAt + 'm>, meter: &'m Meter<'a>) -> Self {
        let blocks = usize::try_from(file.size().div_ceil(BLOCK)).unwrap_or(0);
        Self { file, meter, seen: RefCell::new(vec![false; blocks]) }
    }

    /// Counts what nobody has asked for as done. Fails when the build is not to go on.
    pub fn finish(&self) -> io::Result<()> {
        self.see(0, self.file.size())
    }

    fn see(&self, offset: u64, length: u64) -> io::Result<()> {
        let size = self.file.size();
        let mut seen = self.seen.borrow_mut();
        let blocks = seen.iter_mut().enumerate().map(|(i, seen)| (i as u64 * BLOCK, seen));
        let touched =
            blocks.skip((offset / BLOCK) as usize).take_while(|(start, _)| *start < offset + length);
        let new = touched.filter(|(_, seen)| !**seen).map(|(start, seen)| {
            *seen = true;
            BLOCK.min(size - start)
        });
        self.meter.add(new.sum())
    }
}

impl ReadAt for Metered<'_, '_> {
    fn size(&self) -> u64 {
        self.file.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.file.read_at(offset, buffer)?;
        self.see(offset, buffer.len() as u64)
    }
}
