//! Features as bytes: what comes back, what half precision changes, and what is refused.

mod common;

use common::{picture, settings, tile, zero_shot};
use proptest::prelude::*;
use spotcheck_consensus::{Basis, Consensus, Error, Memory, Picture};
use spotcheck_imaging::{Map, Rect};

#[test]
fn what_is_stored_comes_back() {
    let tiles = vec![tile(3, 0, Rect::new(-7, 2, 30, 40)), tile(4, 2, Rect::new(5, -6, 9, 9))];
    let before = Picture::new(31, 17, tiles).unwrap();
    let after = Picture::from_bytes(&before.to_bytes().unwrap()).unwrap();
    assert_eq!(after.tiles().len(), 2);
    for (before, after) in before.tiles().iter().zip(after.tiles()) {
        assert_eq!((after.rect, after.component), (before.rect, before.component));
        assert_eq!((&after.inside, &after.features.embedding), (&before.inside, &before.features.embedding));
        let (was, is) = (&before.features.patches, &after.features.patches);
        assert_eq!(
            (is.side(), is.channels(), is.layers().len()),
            (was.side(), was.channels(), was.layers().len())
        );
        for (was, is) in was.layers().concat().into_iter().zip(is.layers().concat()) {
            // Half precision has eleven bits; below 6e-5 their last one stands still.
            assert!((was - is).abs() <= was.abs() / 2048.0 + 1e-7, "{was} became {is}");
        }
    }
    // The picture's size is told by a map of its own size alone being combined.
    let mut basis = Basis::new(&settings(), true, vec![(0, before.clone())], vec![(1, before)]).unwrap();
    while basis.measure().unwrap() {}
    assert!(basis.combine(9, &after, &zero_shot(0)).unwrap().is_none(), "the map has another size");
}

#[test]
fn half_precision_changes_a_comparison_by_less_than_a_thousandth() {
    let through = |picture: Picture| Picture::from_bytes(&picture.to_bytes().unwrap()).unwrap();
    let found = |stored: fn(Picture) -> Picture| -> Vec<Map> {
        let pictures: Vec<Picture> = (0..6).map(|number| stored(picture(number))).collect();
        let mut batch = Consensus::new(settings()).unwrap();
        for (number, picture) in (0..).zip(&pictures) {
            batch.insert(number, picture.clone()).unwrap();
        }
        let memory = Memory::new(&[&pictures[0], &pictures[1]], &settings()).unwrap();
        let others = (0..6).map(|number| batch.compare(number).unwrap().map);
        others.chain(pictures.iter().map(|picture| memory.compare(picture).unwrap().map)).collect()
    };
    let (exact, half) = (found(|picture| picture), found(through));
    let most = exact.iter().zip(&half).flat_map(|(a, b)| a.data().iter().zip(b.data()));
    let most = most.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(most > 0.0 && most < 1e-3, "{most}");
}

#[test]
fn what_is_cut_off_is_refused() {
    let bytes = picture(1).to_bytes().unwrap();
    for length in 0..bytes.len() {
        let refused = Picture::from_bytes(&bytes[..length]);
        assert!(matches!(refused, Err(Error::Stored(_))), "{length} of {} bytes", bytes.len());
    }
}

#[test]
fn features_that_are_no_numbers_are_refused() {
    let mut bytes = picture(1).to_bytes().unwrap();
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let json: serde_json::Value = serde_json::from_slice(&bytes[8..8 + header]).unwrap();
    let start = json["1.features"]["data_offsets"][0].as_u64().unwrap() as usize;
    // Half precision's infinity.
    bytes[8 + header + start..][..2].copy_from_slice(&[0x00, 0x7c]);
    let refused = Picture::from_bytes(&bytes).unwrap_err().to_string();
    assert!(refused.contains("1.features"), "{refused}");
}

proptest! {
    #[test]
    fn whatever_the_bytes_are_nothing_panics(at in 0usize..6000, bit in 0u8..8, cut in 0usize..6000) {
        let mut bytes = picture(2).to_bytes().unwrap();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        let _ = Picture::from_bytes(&bytes);
        bytes.truncate(cut);
        let _ = Picture::from_bytes(&bytes);
    }
}
