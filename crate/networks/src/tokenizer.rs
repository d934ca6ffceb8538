use serde_json::{Value, json};

use crate::Error;

const NETWORK: &str = "CLIP";
const START: &str = "<|startoftext|>";
const END: &str = "<|endoftext|>";

/// CLIP's byte-pair tokenizer, read from a `tokenizer.json` in Hugging Face layout.
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    context: usize,
    end: i32,
}

impl Tokenizer {
    /// Reads a `tokenizer.json`; `context` is the most tokens a text may have, start and end included.
    ///
    /// Fails when the file is not one, and when its texts do not begin and end with a token of their own.
    pub fn from_json(json: &[u8], context: usize) -> Result<Self, Error> {
        let mut inner = tokenizers::Tokenizer::from_bytes(json).map_err(|e| bad(e.to_string()))?;
        // Cutting and filling are done here: the file may ask for other lengths.
        inner.with_truncation(None).map_err(|e| bad(e.to_string()))?;
        inner.with_padding(None);
        let empty = inner.encode_fast("", true).map_err(|e| bad(e.to_string()))?;
        let &[_, end] = empty.get_ids() else {
            return Err(bad("an empty text must give two tokens, start and end".into()));
        };
        if context < 2 {
            return Err(bad(format!("a context of {context} has no room for start and end")));
        }
        Ok(Self { inner, context, end: to_i32(end)? })
    }

    /// The `tokenizer.json` that says what the older pair of `vocab.json` and `merges.txt` says.
    pub fn json_from_vocabulary(vocab: &[u8], merges: &[u8]) -> Result<Vec<u8>, Error> {
        let bad = |file: &str, message: String| Error::config(NETWORK, format!("{file}: {message}"));
        let vocab: serde_json::Map<String, Value> =
            serde_json::from_slice(vocab).map_err(|e| bad("vocab.json", e.to_string()))?;
        let merges = std::str::from_utf8(merges).map_err(|e| bad("merges.txt", e.to_string()))?;
        let merges: Vec<&str> =
            merges.lines().filter(|line| !line.is_empty() && !line.starts_with("#version")).collect();
        let id = |token: &str| {
            let id = vocab.get(token).and_then(Value::as_u64);
            id.ok_or_else(|| bad("vocab.json", format!("there is no token {token}")))
        };
        let (start, end) = (id(START)?, id(END)?);
        let special = |id: u64, content: &str| {
            json!({
                "id": id, "content": content, "special": true,
                "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
            })
        };
        let words =
            r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";
        let json = json!({
            "version": "1.0", "truncation": null, "padding": null,
            "added_tokens": [special(start, START), special(end, END)],
            "normalizer": {"type": "Sequence", "normalizers": [
                {"type": "NFC"},
                {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
                {"type": "Lowercase"},
            ]},
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": words}, "behavior": "Removed", "invert": true},
                {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
            ]},
            "post_processor": {
                "type": "RobertaProcessing", "sep": [END, end], "cls": [START, start],
                "trim_offsets": false, "add_prefix_space": false,
            },
            "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
            "model": {
                "type": "BPE", "dropout": null, "unk_token": END, "continuing_subword_prefix": "",
                "end_of_word_suffix": "</w>", "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
                "vocab": vocab, "merges": merges,
            },
        });
        serde_json::to_vec(&json).map_err(|e| bad("vocab.json", e.to_string()))
    }

    /// The token that ends each text; texts are padded with it too.
    pub fn end(&self) -> i32 {
        self.end
    }

    /// The most tokens a text may have, start and end included.
    pub fn context(&self) -> usize {
        self.context
    }

    /// A text's tokens with start and end; one that is too long is cut and ends with the end token all the same, as
    /// transformers' `truncation=True` does.
    pub fn encode(&self, text: &str) -> Result<Vec<i32>, Error> {
        let encoding = self
            .inner
            .encode_fast(text, true)
            .map_err(|e| Error::run(NETWORK, format!("the text {text:?} cannot be tokenised: {e}")))?;
        let ids = encoding.get_ids();
        let mut tokens =
            ids.iter().take(self.context).map(|&id| to_i32(id)).collect::<Result<Vec<_>, _>>()?;
        if ids.len() > self.context
            && let Some(last) = tokens.last_mut()
        {
            *last = self.end;
        }
        Ok(tokens)
    }
}

fn to_i32(id: u32) -> Result<i32, Error> {
    i32::try_from(id).map_err(|_| bad(format!("token {id} is out of range")))
}

fn bad(message: String) -> Error {
    Error::config(NETWORK, format!("tokenizer.json: {message}"))
}
