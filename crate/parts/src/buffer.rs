//! Memory that is kept for the next picture: to have new pages from the system takes longer than what is done with them.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

use crate::colour::Colour;

/// A row of numbers whose memory a later one of the same thread takes over.
pub(crate) struct Buffer {
    /// At least so many as are asked for: those that are there have a value.
    values: Vec<f32>,
    length: usize,
}

/// As many as are in use at a time for a picture.
const MOST: usize = 24;

/// Larger ones, in numbers, are not kept: three for each pixel of 1024 × 1024.
const LARGEST: usize = 3 << 20;

thread_local! {
    static KEPT: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
}

impl Buffer {
    /// So many zeros.
    pub fn zeros(length: usize) -> Self {
        let mut buffer = Self::unset(length);
        buffer.fill(0.0);
        buffer
    }

    /// So many numbers, whichever: for what is written before it is read.
    pub fn unset(length: usize) -> Self {
        let smallest = |kept: &RefCell<Vec<Vec<f32>>>| {
            let mut kept = kept.borrow_mut();
            let fits = |(_, v): &(usize, &Vec<f32>)| v.len() >= length;
            let best = kept.iter().enumerate().filter(fits).min_by_key(|(_, v)| v.len());
            best.map(|(i, _)| i).map(|i| kept.swap_remove(i))
        };
        let kept = KEPT.try_with(smallest).ok().flatten();
        Self { values: kept.unwrap_or_else(|| vec![0.0; length]), length }
    }

    /// The numbers as colours.
    pub fn colours(&self) -> &[Colour] {
        self.as_chunks().0
    }

    /// The numbers as colours.
    pub fn colours_mut(&mut self) -> &mut [Colour] {
        self.as_chunks_mut().0
    }
}

impl Deref for Buffer {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.values[..self.length]
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.values[..self.length]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let values = std::mem::take(&mut self.values);
        if values.len() <= LARGEST {
            // A thread that ends has no more use for it.
            let _ = KEPT.try_with(|kept| {
                let mut kept = kept.borrow_mut();
                kept.push(values);
                if kept.len() > MOST
                    && let Some(least) = (0..kept.len()).min_by_key(|&i| kept[i].len())
                {
                    kept.swap_remove(least);
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_taken_over_and_holds_zeros_again() {
        let mut first = Buffer::zeros(1000);
        first.fill(7.0);
        let place = first.as_ptr();
        drop(first);
        let second = Buffer::zeros(900);
        assert_eq!(second.as_ptr(), place);
        assert_eq!(second.colours(), vec![[0.0; 3]; 300]);
    }
}
