//! Against a server on this machine that is laid out like Hugging Face, sends on to another address, and cuts
//! connections.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::*;

/// Files by path, and what happened to them.
#[derive(Default)]
struct Site {
    files: HashMap<String, Vec<u8>>,
    /// After how many bytes the next connections for a path break.
    breaks: Mutex<HashMap<String, Vec<usize>>>,
    /// Bytes that were sent, by path.
    sent: Mutex<HashMap<String, usize>>,
    /// Announced for a path, where the true hash is not.
    hashes: HashMap<String, String>,
}

impl Site {
    fn file(&mut self, path: &str, bytes: &[u8]) {
        self.files.insert(path.to_owned(), bytes.to_vec());
    }

    /// Serves until the test ends; gives the address.
    fn serve(self) -> (String, Arc<Self>) {
        let site = Arc::new(self);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let serving = Arc::clone(&site);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let site = Arc::clone(&serving);
                // A broken connection is the client's to notice.
                std::thread::spawn(move || stream.map(|stream| site.answer(&stream)));
            }
        });
        (address, site)
    }

    fn answer(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream).lines();
        let request = lines.next().transpose()?.unwrap_or_default();
        let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut from = None;
        for line in lines {
            let line = line?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(range) = line.strip_prefix("range: bytes=") {
                from = range.trim_end_matches('-').parse::<usize>().ok();
            }
        }
        let Some((path, content)) = path.strip_prefix("/content").map(str::to_owned).map(|path| {
            let content = self.files.get(&path);
            (path, content)
        }) else {
            // As Hugging Face does: what is there is announced, and sent from elsewhere.
            let status = if self.files.contains_key(&path) { "302 Found" } else { "404 Not Found" };
            let hash = self.hashes.get(&path).map(|hash| format!("X-Linked-ETag: \"{hash}\"\r\n"));
            let hash = hash.unwrap_or_default();
            return write!(
                stream,
                "HTTP/1.1 {status}\r\nLocation: /content{path}\r\n{hash}Content-Length: 0\r\nConnection: close\r\n\r\n"
            );
        };
        let content = content.map(Vec::as_slice).unwrap_or_default();
        let (start, status) = match from {
            Some(from) => (
                from,
                format!(
                    "206 Partial Content\r\nContent-Range: bytes {from}-{}/{}",
                    content.len() - 1,
                    content.len()
                ),
            ),
            None => (0, "200 OK".to_owned()),
        };
        let rest = &content[start..];
        write!(
            stream,
            "HTTP/1.1 {status}\r\nETag: \"one\"\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            rest.len()
        )?;
        let mut breaks = self.breaks.lock().unwrap();
        let breaks = breaks.get_mut(&path).filter(|breaks| !breaks.is_empty());
        let length = breaks.map_or(rest.len(), |breaks| breaks.remove(0).min(rest.len()));
        stream.write_all(&rest[..length])?;
        *self.sent.lock().unwrap().entry(path).or_default() += length;
        stream.flush()
    }
}

const CLIPSEG: &str = "/CIDAS/clipseg-rd64-refined/resolve/main";
const SAM: &str = "/Zigeng/SlimSAM-uniform-77/resolve/main";
const ISNET: &str = "/onnx-community/ISNet-ONNX/resolve/main";

/// All files of the standard pack, with something in them.
fn site() -> Site {
    let mut site = Site::default();
    for (folder, names) in [
        (CLIPSEG, &["config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.json"][..]),
        (SAM, &["config.json", "model.safetensors", "preprocessor_config.json"]),
        (ISNET, &["onnx/model.onnx"]),
    ] {
        for name in names {
            let path = format!("{folder}/{name}");
            let bytes: Vec<u8> = path.bytes().cycle().take(5000 + 7 * path.len()).collect();
            site.file(&path, &bytes);
        }
    }
    site
}

fn fetch_standard(host: &str, folder: &Path) -> Result<()> {
    let catalogue = Catalogue::embedded()?;
    pollster::block_on(checkpoints(&catalogue, "standard", host, &[], folder))
}

#[test]
fn what_broke_off_goes_on_and_nothing_is_sent_twice() {
    let site = site();
    let model = format!("{CLIPSEG}/model.safetensors");
    site.breaks.lock().unwrap().insert(model.clone(), vec![1500, 2000]);
    let (host, site) = site.serve();
    let folder = tempfile::tempdir().unwrap();
    fetch_standard(&host, folder.path()).unwrap();
    for (path, to) in [
        (model.clone(), "CIDAS/clipseg-rd64-refined/model.safetensors"),
        (format!("{SAM}/config.json"), "Zigeng/SlimSAM-uniform-77/config.json"),
        (format!("{ISNET}/onnx/model.onnx"), "onnx-community/ISNet-ONNX/onnx/model.onnx"),
    ] {
        assert_eq!(std::fs::read(folder.path().join(to)).unwrap(), site.files[&path], "{to}");
    }
    for (path, bytes) in &site.files {
        assert_eq!(site.sent.lock().unwrap().get(path), Some(&bytes.len()), "{path}");
    }
    // Once more: all is there.
    fetch_standard(&host, folder.path()).unwrap();
    assert_eq!(site.sent.lock().unwrap()[&model], site.files[&model].len());
    assert!(!folder.path().join("CIDAS/clipseg-rd64-refined/model.safetensors.part.json").exists());
}

#[test]
fn a_file_that_is_not_there_has_its_stand_ins_fetched() {
    let mut site = site();
    site.files.remove(&format!("{CLIPSEG}/tokenizer.json"));
    site.file(&format!("{CLIPSEG}/vocab.json"), b"{}");
    site.file(&format!("{CLIPSEG}/merges.txt"), b"#version: 0.2");
    let (host, _) = site.serve();
    let folder = tempfile::tempdir().unwrap();
    fetch_standard(&host, folder.path()).unwrap();
    assert_eq!(
        std::fs::read(folder.path().join("CIDAS/clipseg-rd64-refined/merges.txt")).unwrap(),
        b"#version: 0.2"
    );
    assert!(!folder.path().join("CIDAS/clipseg-rd64-refined/tokenizer.json").exists());
}

#[test]
fn a_checkpoint_that_is_nowhere_is_named() {
    let mut site = site();
    site.files.remove(&format!("{ISNET}/onnx/model.onnx"));
    let (host, _) = site.serve();
    let folder = tempfile::tempdir().unwrap();
    let error = fetch_standard(&host, folder.path()).unwrap_err().to_string();
    assert!(error.contains("no checkpoint for isnet") && error.contains("404"), "{error}");
}

#[test]
fn the_hash_that_the_host_announces_is_checked() {
    let mut site = site();
    let model = format!("{SAM}/model.safetensors");
    site.hashes.insert(model.clone(), "0".repeat(64));
    let (host, _) = site.serve();
    let folder = tempfile::tempdir().unwrap();
    let error = fetch_standard(&host, folder.path()).unwrap_err().to_string();
    assert!(error.contains("SHA-256") && error.contains(&model), "{error}");
    assert!(!folder.path().join("Zigeng/SlimSAM-uniform-77/model.safetensors").exists());
}

#[test]
fn what_the_host_lists_is_held_against_what_comes() {
    let mut site = site();
    let list = r#"{"siblings":[{"rfilename":"model.safetensors","size":3,"lfs":{"sha256":"00","size":3}}]}"#;
    site.file("/api/models/Zigeng/SlimSAM-uniform-77/revision/main?blobs=true", list.as_bytes());
    let (host, _) = site.serve();
    let folder = tempfile::tempdir().unwrap();
    let error = fetch_standard(&host, folder.path()).unwrap_err().to_string();
    assert!(error.contains("SlimSAM") && error.contains("but 3 are expected"), "{error}");
}
