//! How far the nearest of many vectors is: the batch's one costly loop.

/// Queries that are compared at a time, and vectors that they are compared with: their products stay in sixteen registers of
/// four floats, which is what WebAssembly and any x86-64 have.
const QUERIES: usize = 4;
const WIDTH: usize = 8;

/// Vectors of one length, laid out for [`Packed::distances`].
#[derive(Clone, Debug)]
pub struct Packed {
    channels: usize,
    vectors: Vec<f32>,
    /// `WIDTH` vectors at a time, channel by channel: [panels, channels, WIDTH]; filled up with the last vector.
    panels: Vec<f32>,
}

impl Packed {
    /// `vectors` [n, channels] are unit vectors, or zero.
    pub fn new(channels: usize, vectors: Vec<f32>) -> Self {
        let channels = channels.max(1);
        let count = vectors.len() / channels;
        let mut panels = Vec::with_capacity(count.next_multiple_of(WIDTH) * channels);
        let all: Vec<&[f32]> = vectors.chunks_exact(channels).collect();
        for panel in all.chunks(WIDTH) {
            for channel in 0..channels {
                let values = panel.iter().filter_map(|vector| vector.get(channel));
                let last = panel.last().and_then(|vector| vector.get(channel));
                panels.extend(values.chain(last.into_iter().cycle().take(WIDTH - panel.len())));
            }
        }
        Self { channels, vectors, panels }
    }

    /// How many vectors.
    pub fn count(&self) -> usize {
        self.vectors.len() / self.channels
    }

    /// The Euclidean distance of each query, [n, channels], to the nearest vector, 0 to 2; infinite where there is none.
    ///
    /// Which one is nearest is found by products, as all have the same length; how far it is, by subtraction: the root of
    /// 2 − 2·product would have an error of 5e-4 near 0.
    pub fn distances(&self, queries: &[f32]) -> Vec<f32> {
        let mut distances = Vec::with_capacity(queries.len() / self.channels);
        // Channel by channel, as the panels are. A short block ends in zeros; what comes of them is dropped.
        let mut block = vec![[0.0; QUERIES]; self.channels];
        for rows in queries.chunks(QUERIES * self.channels) {
            let rows = || rows.chunks_exact(self.channels);
            for (channel, values) in block.iter_mut().enumerate() {
                let mut rows = rows().map(|row| row.get(channel).copied().unwrap_or(0.0));
                *values = std::array::from_fn(|_| rows.next().unwrap_or(0.0));
            }
            for (query, nearest) in rows().zip(self.nearest(&block)) {
                let vector = self.vectors.chunks_exact(self.channels).nth(nearest);
                distances.push(vector.map_or(f32::INFINITY, |vector| distance(query, vector)));
            }
        }
        distances
    }

    /// For each query of a block the index of the vector with the highest product, the first of several.
    fn nearest(&self, block: &[[f32; QUERIES]]) -> [usize; QUERIES] {
        let mut best = [(f32::NEG_INFINITY, 0); QUERIES];
        for (number, panel) in self.panels.chunks_exact(WIDTH * self.channels).enumerate() {
            let products = products(block, panel.as_chunks().0);
            for (best, products) in best.iter_mut().zip(&products) {
                let highest = products.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                if highest > best.0 {
                    let lane = products.iter().position(|&product| product == highest).unwrap_or(0);
                    *best = (highest, number * WIDTH + lane);
                }
            }
        }
        // The filling of the last panel is its last vector once more.
        best.map(|(_, index)| index.min(self.count().saturating_sub(1)))
    }
}

/// The products of each query with each vector of a panel. Both come channel by channel, in arrays of fixed length: that is what
/// the compiler keeps in vector registers.
#[inline]
fn products(block: &[[f32; QUERIES]], panel: &[[f32; WIDTH]]) -> [[f32; WIDTH]; QUERIES] {
    let mut sums = [[0.0; WIDTH]; QUERIES];
    for (queries, vectors) in block.iter().zip(panel) {
        for (sums, query) in sums.iter_mut().zip(queries) {
            for (sum, vector) in sums.iter_mut().zip(vectors) {
                *sum += query * vector;
            }
        }
    }
    sums
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
}
