use serde::{Deserialize, Serialize};

use crate::runs::for_each_run;
use crate::{Mask, Rect};

/// A connected component of a mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// The smallest rectangle that holds it.
    pub rect: Rect,
    /// In pixels.
    pub area: usize,
    /// Its number in [`Labels::data`], from 1 on.
    pub label: u32,
}

/// A mask's components and which pixel belongs to which.
#[derive(Clone, Debug)]
pub struct Labels {
    width: u32,
    height: u32,
    data: Vec<u32>,
    components: Vec<Component>,
}

impl Labels {
    pub fn width(&self) -> u32 {
        self.width
    }

    pub fn height(&self) -> u32 {
        self.height
    }

    /// A label a pixel, row-major; 0 where the mask is not set.
    pub fn data(&self) -> &[u32] {
        &self.data
    }

    /// In scan order of their first pixels; the component with label `n` stands at `n - 1`.
    pub fn components(&self) -> &[Component] {
        &self.components
    }
}

/// A mask's 8-connected components, in scan order of their first pixels.
pub fn components(mask: &Mask) -> Vec<Component> {
    label(mask).components
}

/// Labels a mask's 8-connected components, in scan order of their first pixels (`skimage.measure.label`'s order).
pub fn label(mask: &Mask) -> Labels {
    let width = mask.width() as usize;
    let mut forest = Forest::default();
    // Row, first column, one past the last; a run's place in this list is its place in the forest.
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    let mut above = 0..0;
    for (y, row) in mask.data().chunks(width.max(1)).enumerate() {
        let first = runs.len();
        let mut candidate = above.start;
        for_each_run(row, |start, end| {
            let run = forest.add();
            // Diagonal neighbours count, so a run above touches when it reaches to one column beside.
            while candidate < above.end && runs[candidate].2 < start {
                candidate += 1;
            }
            let mut other = candidate;
            while other < above.end && runs[other].1 <= end {
                forest.join(run, other);
                other += 1;
            }
            runs.push((y, start, end));
        });
        above = first..runs.len();
    }

    let mut labels = Labels {
        width: mask.width(),
        height: mask.height(),
        data: vec![0; mask.data().len()],
        components: Vec::new(),
    };
    let mut label_of_root = vec![0u32; runs.len()];
    for (run, &(y, start, end)) in runs.iter().enumerate() {
        let root = forest.root(run);
        let rect = Rect::new(start as i32, y as i32, (end - start) as u32, 1);
        if label_of_root[root] == 0 {
            let label = labels.components.len() as u32 + 1;
            label_of_root[root] = label;
            labels.components.push(Component { rect, area: 0, label });
        }
        let label = label_of_root[root];
        let component = &mut labels.components[label as usize - 1];
        component.area += end - start;
        component.rect = around(component.rect, rect);
        labels.data[y * width + start..y * width + end].fill(label);
    }
    labels
}

fn around(a: Rect, b: Rect) -> Rect {
    let (x, y) = (a.x.min(b.x), a.y.min(b.y));
    let width = a.right().max(b.right()) - i64::from(x);
    let height = a.bottom().max(b.bottom()) - i64::from(y);
    Rect::new(x, y, width as u32, height as u32)
}

/// Disjoint sets of runs: those of a set are connected.
#[derive(Default)]
struct Forest(Vec<usize>);

impl Forest {
    fn add(&mut self) -> usize {
        self.0.push(self.0.len());
        self.0.len() - 1
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}
