"""Draws the training pictures once and keeps what the three trainings read, as .npy files.

    python cache.py --generator target/release/parts-stream --seed 401 --pairs 8000 --out CACHE/401

Each call fills one folder of the cache; a training reads all of them, but `CACHE/judge`, which only measures.

`tiles-*.npy`: the same tile of the whole and of the defective part (192 px: 168 px of the network's input and a margin
for shifts), its defect mask and its names. `scenes-*.npy`: pictures at 256 px with instance ids and shadows.
"""

import argparse
import json
import pathlib
import random

import numpy as np
from PIL import Image

from config import MARGIN, SCENE, TILE
from frames import Frame, draw, pairs
from tiles import crop, resize, square


def cut(whole: Frame, broken: Frame, box, rng: random.Random, network: int, stored: int):
    """The same square from both pictures, a little shifted and scaled, with a margin on every side."""
    height, width = whole.ids.shape
    x, y, side = square(box, network, width, height)
    grown = round(side * rng.uniform(0.97, 1.08) * stored / network)
    shift = (side - grown) // 2
    x, y = x + shift + round(rng.gauss(0, 0.01) * side), y + shift + round(rng.gauss(0, 0.01) * side)
    resample = rng.choice([Image.Resampling.BILINEAR, Image.Resampling.BICUBIC])
    pictures = [resize(crop(frame.picture, x, y, grown), stored, resample) for frame in (whole, broken)]
    defect = (crop(broken.defect, x, y, grown) > 0).astype(np.uint8) * 255
    return *pictures, resize(defect, stored, Image.Resampling.BOX)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--generator", required=True, help="the binary parts-stream")
    parser.add_argument("--split", default="seen")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--size", type=int, default=512, help="side of the generated pictures")
    parser.add_argument("--pairs", type=int, required=True)
    parser.add_argument("--most", type=int, default=40, help="parts a picture, at most")
    parser.add_argument("--every", type=int, default=2, help="keep the scene of every n-th pair")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    rng = random.Random(options.seed)
    command = [options.generator, "--paired", "--threads", "1"]
    for name in ("split", "seed", "size"):
        command += [f"--{name}", str(getattr(options, name))]
    command += ["--count", str(options.pairs), "--max-instances", str(options.most)]
    whole_tiles, broken_tiles, masks, labels = [], [], [], []
    scenes, ids, shadows = [], [], []
    for count, (whole, broken) in enumerate(pairs(draw(command, options.size))):
        hurt = [i for i, instance in enumerate(broken.info["instances"]) if instance["defective"]]
        for i in rng.sample(hurt, min(2, len(hurt))):
            instance = broken.info["instances"][i]
            box = (instance["x"], instance["y"], instance["w"], instance["h"])
            a, b, mask = cut(whole, broken, box, rng, TILE, TILE + MARGIN)
            if mask.sum() < 255 * 4:
                continue
            whole_tiles.append(a)
            broken_tiles.append(b)
            masks.append(mask)
            labels.append({key: broken.info[key] for key in ("kind", "name", "synonyms", "defect", "seed")})
        if count % options.every == 0:
            frame = rng.choice([whole, broken])
            scenes.append(resize(frame.picture, SCENE, Image.Resampling.BILINEAR))
            ids.append(np.asarray(Image.fromarray(frame.ids).resize((SCENE, SCENE), Image.Resampling.NEAREST)))
            shadow = (frame.shadow > 0).astype(np.uint8) * 255
            shadows.append(resize(shadow, SCENE, Image.Resampling.NEAREST))
        if count % 500 == 499:
            print(f"{count + 1} pairs, {len(masks)} tile pairs, {len(scenes)} scenes", flush=True)

    for name, arrays in {
        "tiles-whole": whole_tiles, "tiles-broken": broken_tiles, "tiles-mask": masks,
        "scenes-picture": scenes, "scenes-ids": ids, "scenes-shadow": shadows,
    }.items():
        np.save(options.out / f"{name}.npy", np.stack(arrays))
    (options.out / "tiles-labels.json").write_text(json.dumps(labels))


if __name__ == "__main__":
    main()
