"""CLIP's tokenizer with a short vocabulary, written in the JSON layout of openai/clip-vit-base-patch16.

The merges are the first of OpenAI's bpe_simple_vocab_16e6.txt.gz (github.com/openai/CLIP, MIT licence), as open_clip
ships it: 512 byte symbols + MERGES merges + the two special tokens.
"""

import gzip
import importlib.resources
import json
import pathlib

from tokenizers import Tokenizer

MERGES = 4000
START, END = "<|startoftext|>", "<|endoftext|>"
VOCABULARY = 512 + MERGES + 2
START_ID, END_ID = VOCABULARY - 2, VOCABULARY - 1
PATTERN = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def byte_symbols() -> list[str]:
    """GPT-2's printable stand-ins for the 256 bytes, in CLIP's order (simple_tokenizer.bytes_to_unicode)."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    rest = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + i) for i in range(len(rest))]


def merges() -> list[list[str]]:
    """The first merges of the published list, whose first line is a version header."""
    file = importlib.resources.files("open_clip") / "bpe_simple_vocab_16e6.txt.gz"
    lines = gzip.decompress(file.read_bytes()).decode().split("\n")
    return [line.split() for line in lines[1 : MERGES + 1]]


def tokenizer_json() -> dict:
    symbols = byte_symbols()
    pairs = merges()
    words = symbols + [s + "</w>" for s in symbols] + ["".join(pair) for pair in pairs] + [START, END]
    vocabulary = {word: i for i, word in enumerate(words)}
    if len(vocabulary) != VOCABULARY:
        raise ValueError("the vocabulary has duplicates")
    special = {"single_word": False, "lstrip": False, "rstrip": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": START_ID, "content": START, "normalized": True, **special},
            {"id": END_ID, "content": END, "normalized": False, **special},
        ],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "NFC"},
                {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "},
                {"type": "Lowercase"},
            ],
        },
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": PATTERN}, "behavior": "Removed", "invert": True},
                {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
            ],
        },
        "post_processor": {
            "type": "RobertaProcessing",
            "sep": [END, END_ID],
            "cls": [START, START_ID],
            "trim_offsets": False,
            "add_prefix_space": False,
        },
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": END,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "</w>",
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": vocabulary,
            "merges": pairs,
        },
    }


def write_tokenizer(folder: pathlib.Path) -> None:
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer_json(), ensure_ascii=False), encoding="utf-8")


def load_tokenizer() -> Tokenizer:
    """The tokenizer, padding with the end token as transformers does."""
    tokenizer = Tokenizer.from_str(json.dumps(tokenizer_json()))
    tokenizer.enable_padding(pad_id=END_ID, pad_token=END)
    tokenizer.enable_truncation(77)
    return tokenizer


def plain_words(least: int = 3) -> list[str]:
    """Whole words of the vocabulary, to name objects with in training."""
    words = ("".join(pair) for pair in merges())
    words = (word.removesuffix("</w>") for word in words if word.endswith("</w>"))
    return sorted({word for word in words if word.isascii() and word.isalpha() and len(word) >= least})
