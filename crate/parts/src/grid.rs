//! What changes slowly across a picture, computed for few of its pixels.

/// Values for every `cell`th pixel in each direction, linear between; `cell` is 1, 2, 4 or 8.
pub(crate) struct Grid {
    values: Vec<f32>,
    columns: usize,
    cell: usize,
}

impl Grid {
    /// For a picture of `width` × `height` pixels; `at` gives the value of a pixel's place.
    pub fn new(width: usize, height: usize, cell: usize, at: impl Fn(f32, f32) -> f32) -> Self {
        let (columns, rows) = (width / cell + 2, height / cell + 2);
        let mut values = Vec::with_capacity(columns * rows);
        for y in 0..rows {
            values.extend((0..columns).map(|x| at((x * cell) as f32, (y * cell) as f32)));
        }
        Self { values, columns, cell }
    }

    /// The values of a row's pixels from `x0` on; `line` is room to work in.
    pub fn row(&self, y: usize, x0: usize, line: &mut Vec<f32>, out: &mut [f32]) {
        let part = (y % self.cell) as f32 / self.cell as f32;
        let rows = &self.values[y / self.cell * self.columns..][..2 * self.columns];
        let (above, below) = rows.split_at(self.columns);
        let first = x0 / self.cell;
        line.clear();
        line.extend(above[first..].iter().zip(&below[first..]).map(|(a, b)| a + (b - a) * part));
        // The first cell may begin before the row's part does.
        let (start, rest) = out.split_at_mut(((self.cell - x0 % self.cell) % self.cell).min(out.len()));
        if !start.is_empty() {
            let rise = (line[1] - line[0]) / self.cell as f32;
            let from = x0 % self.cell;
            start.iter_mut().enumerate().for_each(|(i, out)| *out = line[0] + rise * (from + i) as f32);
        }
        let line = &line[usize::from(!start.is_empty())..];
        match self.cell {
            8 => between::<8>(line, rest),
            4 => between::<4>(line, rest),
            2 => between::<2>(line, rest),
            _ => rest.iter_mut().zip(line).for_each(|(out, v)| *out = *v),
        }
    }
}

/// The values of cells of `N` pixels, whose first ones `line` has.
fn between<const N: usize>(line: &[f32], out: &mut [f32]) {
    let (cells, last) = out.as_chunks_mut::<N>();
    let value = |left: f32, right: f32, i: usize| left + (right - left) * (i as f32 / N as f32);
    let whole = cells.len();
    for (cell, (&left, &right)) in cells.iter_mut().zip(line.iter().zip(&line[1..])) {
        cell.iter_mut().enumerate().for_each(|(i, out)| *out = value(left, right, i));
    }
    last.iter_mut().enumerate().for_each(|(i, out)| *out = value(line[whole], line[whole + 1], i));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_is_met_exactly_from_any_column_on() {
        let plane = |x: f32, y: f32| 0.5 * x - 0.25 * y + 3.0;
        for cell in [1, 2, 4, 8] {
            let grid = Grid::new(21, 10, cell, plane);
            for y in 0..10 {
                for x0 in 0..21 {
                    let mut row = vec![0.0; 21 - x0];
                    grid.row(y, x0, &mut Vec::new(), &mut row);
                    for (i, v) in row.into_iter().enumerate() {
                        assert!(
                            (v - plane((x0 + i) as f32, y as f32)).abs() < 1e-4,
                            "{cell}: {}, {y}",
                            x0 + i
                        );
                    }
                }
            }
        }
    }
}
