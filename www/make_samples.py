"""Draws the page's samples: www/samples/*.jpg. Needs Pillow, and parts-stream built:

    cargo build --release -p spotcheck-parts
    python3 www/make_samples.py
"""

import json
import struct
import subprocess
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SIZE = 512
# Place in the stream of seed 5, and the file's name.
SAMPLES = {
    5: "tablet-dent",
    12: "bottle-cap-whole",
    20: "gear-whole",
    25: "gears-wrong-colour",
    27: "circuit-board-hole",
    39: "bottle-cap-missing-piece",
}

command = [ROOT / "target/release/parts-stream", "--split", "all", "--seed", "5", "--max-instances", "3"]
command += ["--count", str(max(SAMPLES) + 1), "--size", str(SIZE)]
stream = subprocess.run(command, capture_output=True, check=True).stdout
at = 0
for index in range(max(SAMPLES) + 1):
    (length,) = struct.unpack_from("<I", stream, at)
    label = json.loads(stream[at + 4 : at + 4 + length])
    at += 4 + length
    if index in SAMPLES:
        picture = Image.frombytes("RGB", (SIZE, SIZE), stream[at : at + 3 * SIZE * SIZE])
        path = ROOT / "www/samples" / f"{SAMPLES[index]}.jpg"
        picture.save(path, quality=88, optimize=True)
        print(path.name, path.stat().st_size, label["kind"], label["defect"])
    at += 6 * SIZE * SIZE
