"""Makes the tokenizer's fixtures: CLIP's merges, the tokenizer.json layout around them, and 1,000 texts with their ids.

    python make_fixtures.py

The ids come from transformers' CLIPTokenizer (built here from OpenAI's merges, no download) and, wherever OpenAI's
own cleaning (ftfy, HTML entities, full-string lowercase) leaves a text as CLIPTokenizer's does, are held against
open_clip's SimpleTokenizer, which shares no code with it.

merges.txt.gz is the first 48,894 merges of OpenAI's bpe_simple_vocab_16e6.txt.gz (openai/CLIP, MIT, see LICENSE).
"""

import gzip
import html
import json
import random
import unicodedata
from pathlib import Path

import ftfy
import open_clip.tokenizer
from transformers import CLIPTokenizer

HERE = Path(__file__).parent
CONTEXT = 77
MERGES = 48_894


def vocabulary():
    source = Path(open_clip.tokenizer.__file__).parent / "bpe_simple_vocab_16e6.txt.gz"
    lines = gzip.open(source, "rt", encoding="utf-8").read().split("\n")[1 : MERGES + 1]
    merges = [tuple(line.split()) for line in lines]
    chars = list(open_clip.tokenizer.bytes_to_unicode().values())
    tokens = chars + [c + "</w>" for c in chars] + ["".join(m) for m in merges] + ["<|startoftext|>", "<|endoftext|>"]
    return lines, merges, {token: i for i, token in enumerate(tokens)}


NAMES = """bottle cap|macaroni2|pipe_fryum|pcb1|capsules|candle|chewinggum|cashew|fryum|metal nut|hazelnut|toothbrush|
transistor|zipper|carpet|grid|leather|tile|wood|cable|screw|pill|hex bolt M8|O-ring 12x2.5|PCB rev. B|brötchen|flaschenverschluß|
pâte à tarte|ñandú|jalapeño|tornillo|шайба|гайка М6|ボルト|ねじ|螺丝|药片|병뚜껑|صامولة|בורג|नट|κοχλίας|kırık vida|naïve café|
gear wheel|3d-printed part|USB-C plug|"quoted" part|part #17|lid (blue)|50% cotton|a|I/O board|x86|½ inch nut|№5 seal|apple 🍎|🔩|
🧑‍🔧 tool|bolt 🔩🔩|ﬁlter|Ⅳ valve|ｆｕｌｌｗｉｄｔｈ|e\u0301clair|Ångström|ĲSSEL|Straße|οδυσσεύς|İstanbul lamp""".replace("\n", "").split("|")

STATES = """{}|flawless {}|perfect {}|unblemished {}|{} without flaw|{} without defect|{} without damage|damaged {}|broken {}|
{} with flaw|{} with defect|{} with damage|scratched {}|{} with a missing component|{} without any imperfections""".replace("\n", "").split("|")

TEMPLATES = """a photo of a {}.|a photo of the {}.|a cropped photo of the {}.|a close-up photo of a {}.|a bright photo of the {}.|
a dark photo of a {}.|a jpeg corrupted photo of the {}.|a blurry photo of a {}.|there is a {} in the scene.|
this is the {} in the scene.|a good photo of a {}.|a low resolution photo of the {}.|a photo of my {} for visual inspection""".replace("\n", "").split("|")

LOCALISING = """a tear|an imperfection|an error|some damage|a missing component|a hole|a scratch|a crack|a stain|a dent|
a burn|a contamination|a misplaced part|a bent lead|a colour defect""".replace("\n", "").split("|")

ODD = [
    "", " ", "\t\n", "a", "A", ".", "...", "!!!", "''", "'s", "it's", "IT'S", "don't", "DON'T", "we'll've", "I'd", "they're", "y'all'd",
    "rock'n'roll", "’tis the season’s", "o'clock", "dogs' bowls", "'tis", "can't won't shan't",
    "1", "12", "123", "1234567890", "3.14", "1,000,000", "0x1F", "v1.2.3-rc4", "2023-06-17T10:00:00Z", "±0.05 mm", "M8x1.25", "10⁻³", "x²", "²³", "١٢٣", "१२३",
    "  leading", "trailing  ", "in   between", "tab\tand\nnewline\r\nand\u00a0nbsp", "\u3000ideographic\u3000space", "zero\u200bwidth", "thin\u2009space", "line\u2028sep",
    "soft\u00adhyphen", "\ufeffbom", "nul\u0000byte", "bell\u0007", "\u0301", "e\u0301", "é", "ễ", "e\u0302\u0303", "ñ", "n\u0303", "Å", "A\u030a", "\u212b", "ﬀ", "ﬃ", "ß", "ẞ", "ı", "I", "İ",
    "Σ", "ΣΑΣ", "ὈΔΥΣΣΕΎΣ", "Ǆ", "ǅ", "ŉ", "Ω", "K", "µ", "μ",
    "<|startoftext|>", "<|endoftext|>", "a <|endoftext|> b", "<|startoftext|>twice<|endoftext|>", "<|STARTOFTEXT|>", "<|other|>", "<|endoftext", "< |endoftext| >",
    "&amp;", "&lt;b&gt;", "&quot;", "<b>bold</b>", "<br/>", "a & b", "&nbsp;", "<!-- x -->", "<p class=\"x\">y</p>", "&#233;", "a&b;c",
    "https://example.org/a?b=c&d=%20e#f", "user@example.org", "C:\\temp\\file.txt", "../up", "snake_case_name", "camelCaseName", "SHOUT", "kebab-case", "a/b", "a+b=c", "$5", "€5", "5%", "#tag", "@you",
    "😀", "😀😀", "👍🏽", "👨‍👩‍👧‍👦", "🇩🇪", "🏳️‍🌈", "❤️", "❤", "☃", "✂️ cut", "™", "©", "½", "→", "∞", "≠", "∑x", "♥♦♣♠", "█▓▒░", "𝒳", "𝔘𝔫𝔦", "𠮷野家", "🜁",
    "中文", "破损的瓶盖", "日本語のテキスト", "カタカナ", "ひらがな", "한국어 텍스트", "العربية", "עברית", "हिन्दी", "ไทย", "Русский текст", "Ελληνικά", "Việt Nam", "Türkçe", "Íslenska", "česky", "polski łódź", "українська", "ქართული", "հայերեն", "አማርኛ", "தமிழ்", "বাংলা",
    "中文abc中文", "abc123def", "ab12cd34", "日本2023年", "5µm²", "a—b", "a–b", "“quoted”", "‘single’", "«guillemets»", "…", "a…b", "¿qué?", "¡sí!", "·", "•", "a·b",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "antidisestablishmentarianism", "pneumonoultramicroscopicsilicovolcanoconiosis", "xqzjvk", "qwertyuiop", "lllllll",
    "the quick brown fox jumps over the lazy dog " * 3, "word " * 74, "word " * 75, "word " * 76, "word " * 200, "é" * 100, "中" * 60, "🔩" * 60, "1" * 200, ". " * 100,
]

GOLDEN = [
    "a photo of a cat", "a photo of a broken macaroni2.", "a tear", "some damage", "a missing component", "an imperfection",
    "a photo of the pipe_fryum.", "a photo of the pipe fryum.", "pcb1", "capsules", "candle", "chewinggum", "cashew", "fryum",
    "a jpeg corrupted photo of the metal nut without any imperfections.",
]


def texts():
    rng = random.Random(7)
    out = list(dict.fromkeys(GOLDEN + LOCALISING + NAMES + ODD))
    alphabet = "abcdefghij XYZ 0123 .,'-_&<>/ éüñçøß 日本語 ру́с 🔩😀 \u0301\u200d\u00a0"
    while len(out) < 700:
        text = rng.choice(TEMPLATES).format(rng.choice(STATES).format(rng.choice(NAMES)))
        if text not in out:
            out.append(text)
    while len(out) < 880:
        text = "".join(rng.choice(alphabet) for _ in range(rng.randint(1, 40)))
        if text not in out:
            out.append(text)
    planes = [(0x20, 0x7F), (0xA0, 0x250), (0x300, 0x600), (0x900, 0xE00), (0x1E00, 0x2C00), (0x3040, 0x3100), (0x4E00, 0x5000), (0xAC00, 0xAD00), (0x1F300, 0x1F700)]
    while len(out) < 1000:
        low, high = rng.choice(planes)
        text = "".join(chr(rng.randrange(low, high)) for _ in range(rng.randint(1, 12)))
        # Code points without a name may change category with the Unicode version of either side.
        if text not in out and all(unicodedata.name(c, "") for c in text):
            out.append(text)
    return out


def main():
    lines, merges, vocab = vocabulary()
    tokenizer = CLIPTokenizer(vocab=vocab, merges=merges)
    # OpenAI's SimpleTokenizer, whose cleaning is ftfy, html.unescape, strip, one space, lower.
    simple = open_clip.tokenizer.SimpleTokenizer()

    cases, compared = [], 0
    for text in texts():
        ids = tokenizer(text, truncation=True, max_length=CONTEXT)["input_ids"]
        cases.append([text, ids])
        ours = " ".join(unicodedata.normalize("NFC", text).split())
        ours = "".join(c.lower() for c in ours)
        theirs = " ".join(html.unescape(html.unescape(ftfy.fix_text(text))).split()).strip().lower()
        if ours == theirs and "<|" not in text:
            padded = simple(text)[0].tolist()
            assert padded[: len(ids)] == ids and not any(padded[len(ids) :]), (text, ids, padded)
            compared += 1
    assert len(cases) == 1000
    print(f"{compared} of 1000 texts are cleaned alike and have equal ids in open_clip's SimpleTokenizer")

    layout = json.loads(tokenizer.backend_tokenizer.to_str())
    assert layout["model"]["vocab"] == vocab
    layout["model"]["vocab"], layout["model"]["merges"] = {}, []
    layout["truncation"], layout["padding"] = None, None
    (HERE / "layout.json").write_text(json.dumps(layout, indent=1) + "\n")
    with open(HERE / "merges.txt.gz", "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write("\n".join(lines).encode())
    rows = ",\n".join(json.dumps(case, ensure_ascii=True, separators=(",", ":")) for case in cases)
    (HERE / "cases.json").write_text(f"[\n{rows}\n]\n")


main()
