//! A batch that is compared picture by picture says what the whole batch in memory says.

mod common;

use common::{picture, settings, zero_shot};
use spotcheck_consensus::{
    Basis, Calibration, Combined, Compared, Consensus, Error, Memory, Picture, combine, drawn,
    patch_calibration,
};

const COUNT: u64 = 9;
const GOOD: [u64; 2] = [1, 4];

fn numbered(numbers: impl IntoIterator<Item = u64>) -> Vec<(u64, Picture)> {
    numbers.into_iter().map(|number| (number, picture(number))).collect()
}

fn measured(together: bool, good: &[u64]) -> Basis {
    let references = numbered(drawn(&settings(), 0..COUNT));
    let mut basis = Basis::new(&settings(), together, references, numbered(good.iter().copied())).unwrap();
    while basis.measure().unwrap() {}
    basis
}

/// The whole batch at once, as the library's documentation has it.
struct AllAtOnce {
    consensus: Consensus,
    memory: Memory,
    references: Vec<u64>,
}

impl AllAtOnce {
    fn new() -> Self {
        let mut consensus = Consensus::new(settings()).unwrap();
        for (number, picture) in numbered(0..COUNT) {
            consensus.insert(number, picture).unwrap();
        }
        let good: Vec<Picture> = GOOD.map(picture).into();
        let memory = Memory::new(&good.iter().collect::<Vec<_>>(), &settings()).unwrap();
        let references = consensus.references().collect();
        Self { consensus, memory, references }
    }

    fn scale(&self, compare: impl Fn(u64) -> Option<Compared>) -> Calibration {
        let compared: Vec<Compared> = self.references.iter().filter_map(|&number| compare(number)).collect();
        patch_calibration(&compared).unwrap()
    }

    fn combined(&self, number: u64, together: bool, good: bool) -> Option<Combined> {
        let with_good =
            |number: u64| (!GOOD.contains(&number)).then(|| self.memory.compare(&picture(number)).unwrap());
        let batch =
            self.consensus.compare(number).zip(Some(self.scale(|number| self.consensus.compare(number))));
        let good = with_good(number).filter(|_| good).zip(Some(self.scale(with_good)));
        let said: Vec<_> = [batch.filter(|_| together), good].into_iter().flatten().collect();
        let said: Vec<_> = said.iter().map(|(compared, scale)| (compared, *scale)).collect();
        combine(&zero_shot(number), &said)
    }
}

#[test]
fn it_is_what_the_whole_batch_in_memory_says() {
    let all = AllAtOnce::new();
    for (together, good) in [(true, false), (false, true), (true, true)] {
        let basis = measured(together, if good { &GOOD } else { &[] });
        for number in 0..COUNT {
            let found = basis.combine(number, &picture(number), &zero_shot(number)).unwrap();
            let expected = all.combined(number, together, good);
            assert_eq!(found.map(|found| found.combined), expected, "{number}, {together}, {good}");
        }
    }
}

#[test]
fn it_is_told_what_took_part() {
    let basis = measured(true, &GOOD);
    let references = drawn(&settings(), 0..COUNT);
    for number in 0..COUNT {
        let found = basis.combine(number, &picture(number), &zero_shot(number)).unwrap().unwrap();
        // No picture is its own witness.
        assert_eq!(found.others, references.len() - usize::from(references.contains(&number)));
        assert_eq!(found.good, if GOOD.contains(&number) { 0 } else { GOOD.len() });
    }
}

#[test]
fn nothing_is_said_without_a_scale_or_without_others() {
    let good = |number| measured(false, &GOOD).combine(number, &picture(number), &zero_shot(number)).unwrap();
    assert!(good(4).is_none(), "a good one is not held against the good ones");
    assert!(good(5).is_some());
    let early = Basis::new(&settings(), true, numbered(0..3), Vec::new()).unwrap();
    assert!(early.combine(0, &picture(0), &zero_shot(0)).unwrap().is_none(), "nothing is measured");
    assert!(measured(false, &[]).combine(0, &picture(0), &zero_shot(0)).unwrap().is_none());
}

#[test]
fn pictures_of_another_network_are_refused() {
    use spotcheck_consensus::Tile;
    use spotcheck_imaging::Rect;
    use spotcheck_method::{PatchFeatures, TileFeatures};
    let patches = PatchFeatures::new(2, 3, vec![vec![0.5; 12]]).unwrap();
    let features = TileFeatures { patches, embedding: vec![1.0] };
    let tile = Tile { rect: Rect::new(0, 0, 20, 16), component: 0, features, inside: vec![true; 4] };
    let foreign = Picture::new(20, 16, vec![tile]).unwrap();
    let refused = |good: Vec<(u64, Picture)>, references: Vec<(u64, Picture)>| {
        Basis::new(&settings(), true, references, good).and_then(|mut basis| basis.measure())
    };
    assert_eq!(refused(vec![(7, foreign.clone())], numbered(0..2)), Err(Error::Shapes));
    assert_eq!(refused(Vec::new(), vec![(7, foreign.clone()), (8, picture(8))]), Err(Error::Shapes));
    assert_eq!(measured(true, &[]).combine(7, &foreign, &zero_shot(7)), Err(Error::Shapes));
    assert_eq!(measured(false, &GOOD).combine(7, &foreign, &zero_shot(7)), Err(Error::Shapes));
}
