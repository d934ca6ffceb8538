use std::io::{BufReader, Cursor, repeat};

use super::*;

fn error(input: impl Read) -> String {
    format!("{:#}", Frame::read(&mut BufReader::new(input)).unwrap_err())
}

#[test]
fn a_header_says_where_the_next_begins() {
    // A picture's bytes may look like a header, or like the end of a line.
    let input =
        b"{\"id\":7,\"bytes\":3}\n\n{}{\"id\":\"b\",\"bytes\":0,\"object\":\"gear\",\"path\":\"b.png\"}\n";
    let mut input = Cursor::new(input);
    let first = Frame::read(&mut input).unwrap().unwrap();
    assert_eq!(first.header, Header { id: Id::Number(7), bytes: 3, object: None, path: None });
    assert_eq!(first.picture.as_deref(), Some(&b"\n{}"[..]));
    let second = Frame::read(&mut input).unwrap().unwrap();
    let [id, gear, path] = ["b", "gear", "b.png"].map(str::to_owned);
    assert_eq!(second.header, Header { id: Id::Text(id), bytes: 0, object: Some(gear), path: Some(path) });
    assert_eq!(second.picture.as_deref(), Some(&b""[..]));
    assert_eq!(Frame::read(&mut input).unwrap(), None);
}

#[test]
fn what_cannot_be_followed_is_an_error() {
    for (input, expected) in [
        (&b"\x89PNG\n"[..], "the header is not as {\"id\": 7, \"bytes\": 48213"),
        (b"\n", "the header is not as"),
        (b"{\"id\":7}\n", "missing field `bytes`"),
        (b"{\"bytes\":7}\n", "missing field `id`"),
        (b"{\"id\":7,\"bytes\":-1}\n", "invalid value"),
        (b"{\"id\":7,\"bytes\":1,\"objekt\":\"gear\"}\nx", "unknown field `objekt`"),
        (b"{\"id\":7,\"bytes\":4}\nxyz", "the input ended after 3 of 4 bytes"),
        (b"{\"id\":7,", "the input ended within the header"),
        (&[b' '; 1 << 17], "the header is longer than 65536 bytes"),
    ] {
        let said = error(input);
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn what_is_too_long_is_passed_over() {
    let header = |bytes: u64| format!("{{\"id\":1,\"bytes\":{bytes}}}\n").into_bytes();
    let long = Cursor::new(header(MOST_BYTES + 1)).chain(repeat(0).take(MOST_BYTES + 1));
    let mut input = BufReader::new(long.chain(Cursor::new([header(1), vec![b'x']].concat())));
    assert_eq!(Frame::read(&mut input).unwrap().unwrap().picture, None);
    assert_eq!(Frame::read(&mut input).unwrap().unwrap().picture.as_deref(), Some(&b"x"[..]));
    // Nothing is set aside for what is only announced.
    assert!(error(Cursor::new(header(u64::MAX))).contains("the input ended after 0 of"));
}
