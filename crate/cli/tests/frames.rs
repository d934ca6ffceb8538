//! `spotcheck inspect --frames` as another program drives it, with the embedded demo pack on the CPU engine.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use common::{command, parts, spotcheck, text};
use serde_json::{Value, json};

const INSPECT: [&str; 5] = ["inspect", "--engine", "rten", "--no-sam", "--json"];

/// A process that answers.
struct Warm {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Warm {
    fn start(more: &[&str]) -> Self {
        let arguments = [&["inspect", "--frames", "--engine", "rten", "--no-sam"], more].concat();
        let mut command = command(&arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output }
    }

    fn ask(&mut self, header: &Value, picture: &[u8]) -> Value {
        writeln!(self.input, "{header}").unwrap();
        self.input.write_all(picture).unwrap();
        self.input.flush().unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Closes its input; gives whether it ended well, and what it said.
    fn end(mut self) -> (bool, String) {
        drop(self.input);
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.output, &mut rest).unwrap();
        assert_eq!(rest, "");
        let done = self.child.wait_with_output().unwrap();
        (done.status.success(), text(&done.stderr))
    }
}

/// Of kinds with different names.
fn pictures() -> (tempfile::TempDir, [PathBuf; 2]) {
    let dir = parts("folder");
    let pictures =
        ["cashew/bad/000.png", "toy_brick/good/000.png"].map(|path| dir.path().join("data").join(path));
    (dir, pictures)
}

/// What `inspect --json` prints of a picture.
fn printed(object: &str, picture: &str) -> Value {
    let done = spotcheck(&[&INSPECT[..], &["--object", object, picture]].concat());
    assert!(done.status.success(), "{}", text(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

fn without_seconds(mut answer: Value) -> Value {
    assert!(answer["seconds"]["total"].as_f64().unwrap() > 0.0);
    answer.as_object_mut().unwrap().remove("seconds");
    answer
}

#[test]
fn answers_are_what_json_prints() {
    let (_dir, pictures) = pictures();
    let mut warm = Warm::start(&["--object", "cashew"]);
    // Answers come one by one: the next request waits for them. One of the headers names another thing than the command line.
    for (id, picture, object) in [
        (json!(0), &pictures[0], "cashew"),
        (json!("two"), &pictures[1], "toy brick"),
        (json!(-3), &pictures[0], "cashew"),
    ] {
        let path = picture.to_str().unwrap();
        let bytes = std::fs::read(picture).unwrap();
        let mut header = json!({ "id": id, "bytes": bytes.len(), "path": path });
        if object != "cashew" {
            header["object"] = object.into();
        }
        let mut answer = without_seconds(warm.ask(&header, &bytes));
        assert_eq!(answer.as_object_mut().unwrap().remove("id").unwrap(), id);
        assert_eq!(answer, without_seconds(printed(object, path)));
    }
    let (well, said) = warm.end();
    assert!(well, "{said}");
}

#[test]
fn a_bad_picture_does_not_end_it() {
    let (_dir, [picture, _]) = pictures();
    let bytes = std::fs::read(&picture).unwrap();
    let mut warm = Warm::start(&[]);
    for (header, picture, error) in [
        (json!({ "id": 1, "bytes": 0, "object": "cashew" }), &[][..], "the file is empty"),
        (json!({ "id": 2, "bytes": 9, "object": "cashew" }), b"{\"id\": 3}", "this is not a picture"),
        (json!({ "id": 3, "bytes": 100, "object": "cashew" }), &bytes[..100], ""),
        (json!({ "id": 4, "bytes": bytes.len() }), &bytes, "it does not say what the thing is"),
        (json!({ "id": 5, "bytes": bytes.len(), "object": " " }), &bytes, ""),
    ] {
        let answer = warm.ask(&header, picture);
        let said = answer["error"].as_str().unwrap_or_else(|| panic!("{answer}"));
        assert_eq!(answer, json!({ "id": header["id"], "error": said }));
        assert!(said.contains(error) && !said.is_empty(), "{said}");
    }
    let answer = warm.ask(&json!({ "id": 6, "bytes": bytes.len(), "object": "cashew" }), &bytes);
    // Without a path, the id is the picture's name.
    assert_eq!((&answer["id"], &answer["path"]), (&json!(6), &json!("6")));
    assert!(answer["score"].is_f64());
    assert!(warm.end().0);
}

#[test]
fn a_broken_header_ends_it_and_is_told_of() {
    let mut warm = Warm::start(&["--object", "cashew"]);
    warm.ask(&json!({ "id": 1, "bytes": 0 }), &[]);
    warm.input.write_all(b"\x89PNG\r\n").unwrap();
    let (well, said) = warm.end();
    assert!(!well && said.contains("spotcheck: frame 2: the header is not as {\"id\": 7"), "{said}");

    let mut warm = Warm::start(&["--object", "cashew"]);
    warm.input.write_all(b"{\"id\":1,\"bytes\":20}\nshort").unwrap();
    let (well, said) = warm.end();
    assert!(!well && said.contains("frame 1: the input ended after 5 of 20 bytes"), "{said}");
}

#[test]
fn frames_stand_alone() {
    for other in
        [&["1.png"][..], &["--manifest", "list.txt"], &["--out", "found"], &["--report", "found.html"]]
    {
        let done = spotcheck(&[&["inspect", "--object", "part", "--frames"], other].concat());
        assert!(text(&done.stderr).contains("cannot be used with"), "{}", text(&done.stderr));
    }
}
