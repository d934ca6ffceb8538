//! What is fixed of a batch, against the same put together by hand from the parts that `parity.rs` proves.

mod common;

use std::collections::BTreeMap;

use common::{picture, settings};
use spotcheck_consensus::{
    Calibration, Compared, Consensus, Error, Judge, Memory, Picture, Settings, combine, drawn,
    patch_calibration,
};
use spotcheck_imaging::Map;

const SIZE: u32 = 12;

fn zero_shot() -> Map {
    let values = (0..SIZE * SIZE).map(|i| i as f32 / (SIZE * SIZE) as f32).collect();
    Map::from_vec(SIZE, SIZE, values).unwrap()
}

fn pictures(numbers: impl IntoIterator<Item = u64>) -> BTreeMap<u64, Picture> {
    numbers.into_iter().map(|number| (number, picture(number, number == 3))).collect()
}

fn borrowed(pictures: &BTreeMap<u64, Picture>) -> BTreeMap<u64, &Picture> {
    pictures.iter().map(|(&number, picture)| (number, picture)).collect()
}

fn batch(pictures: &BTreeMap<u64, Picture>) -> Consensus {
    let mut batch = Consensus::new(Settings { references: None, ..settings() }).unwrap();
    pictures.iter().for_each(|(&number, picture)| batch.insert(number, picture.clone()).unwrap());
    batch
}

/// The batch's and the good pictures' comparisons, and what is ordinary in each, of pictures that were all drawn.
fn by_hand(drawn: &BTreeMap<u64, Picture>, good: &[&Picture]) -> [(Vec<Compared>, Calibration); 2] {
    let batch = batch(drawn);
    let memory = Memory::new(good, &settings()).unwrap();
    let others: Vec<Compared> = drawn.keys().map(|&number| batch.compare(number).unwrap()).collect();
    let known: Vec<Compared> = drawn.values().map(|picture| memory.compare(picture).unwrap()).collect();
    [others, known].map(|compared| {
        let scale = patch_calibration(&compared).unwrap();
        (compared, scale)
    })
}

#[test]
fn drawn_pictures_are_judged_by_the_others_and_the_good_ones() {
    let pictures = pictures(0..8);
    let good = [picture(100, false), picture(101, false)];
    let good = good.each_ref();
    let [(others, by_others), (known, by_known)] = by_hand(&pictures, &good);
    let both = Judge::new(&borrowed(&pictures), &good, true, &settings()).unwrap();
    let consensus = Judge::new(&borrowed(&pictures), &[], true, &settings()).unwrap();
    let references = Judge::new(&borrowed(&pictures), &good, false, &settings()).unwrap();
    for (index, (&number, picture)) in pictures.iter().enumerate() {
        let (others, known) = ((&others[index], by_others), (&known[index], by_known));
        for (judge, parts) in
            [(&both, &[others, known][..]), (&consensus, &[others]), (&references, &[known])]
        {
            let expected = combine(&zero_shot(), parts).unwrap();
            assert_eq!(judge.judge(number, picture, &zero_shot()).unwrap(), expected);
        }
    }
}

#[test]
fn pictures_that_were_not_drawn_change_nothing_for_the_others() {
    let settings = Settings { references: Some(5), ..settings() };
    let all = pictures(0..9);
    let drawn = drawn(all.keys().copied(), &settings);
    assert_eq!(drawn.len(), 5);
    let chosen: BTreeMap<u64, Picture> = drawn.iter().map(|number| (*number, all[number].clone())).collect();
    let judge = Judge::new(&borrowed(&chosen), &[], true, &settings).unwrap();
    // As the batch itself, grown to all of its pictures, compares them.
    let mut grown = Consensus::new(settings).unwrap();
    all.iter().for_each(|(&number, picture)| grown.insert(number, picture.clone()).unwrap());
    let scale =
        patch_calibration(&drawn.iter().map(|&n| grown.compare(n).unwrap()).collect::<Vec<_>>()).unwrap();
    let judged = |&number: &u64| judge.judge(number, &all[&number], &zero_shot()).unwrap();
    let forward: Vec<_> = all.keys().map(judged).collect();
    let mut backward: Vec<_> = all.keys().rev().map(judged).collect();
    backward.reverse();
    assert_eq!(forward, backward);
    for (number, found) in (0..).zip(&forward) {
        let expected = combine(&zero_shot(), &[(&grown.compare(number).unwrap(), scale)]).unwrap();
        assert_eq!(*found, expected, "{number}");
    }
}

#[test]
fn what_cannot_be_judged_is_refused() {
    let refused = |numbers: std::ops::Range<u64>, consensus, settings: Settings| {
        Judge::new(&borrowed(&pictures(numbers)), &[], consensus, &settings).err().unwrap()
    };
    assert_eq!(refused(0..4, false, settings()), Error::NoReferences);
    assert_eq!(refused(0..1, true, settings()), Error::Alone(1));
    assert_eq!(
        refused(0..4, true, Settings { nearest_share: 0.0, ..settings() }).to_string(),
        "nearest_share is 0.0: it must be above 0 and at most 1"
    );
    let good = picture(100, false);
    assert_eq!(Judge::new(&BTreeMap::new(), &[&good], false, &settings()).err(), Some(Error::FewPatches(0)));
    let judge = Judge::new(&borrowed(&pictures(0..4)), &[], true, &settings()).unwrap();
    assert_eq!(judge.judge(0, &picture(0, false), &Map::filled(3, 3, 0.5)), Err(Error::Shapes));
    assert_eq!(judge.judge(9, &common::wide_picture(), &zero_shot()), Err(Error::Shapes));
}
