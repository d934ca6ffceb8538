"""Holds what `spotcheck evaluate` has computed against scikit-learn, from its scores and its raw maps.

    spotcheck evaluate --dataset visa DATASET --out OUT --maps MAPS
    python check.py OUT MAPS DATASET

Masks are found as VisA and MVTec AD are described, and not as the Rust finds them. Needs NumPy, scikit-learn, scikit-image
and Pillow.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from reference import means, pixel_metrics, sample_metrics


def mask_of(root, layout, path, label, shape):
    """True where the picture is defective."""
    if label == "whole":
        return np.zeros(shape, bool)
    if layout == "visa":
        # Class ids.
        file = path.replace("/Images/", "/Masks/").rsplit(".", 1)[0] + ".png"
        return np.array(Image.open(root / file)) > 0
    if layout == "mvtec":
        file = path.replace("test/", "ground_truth/").replace(".png", "_mask.png")
    else:
        file = path.replace("bad/", "masks/")
    return np.array(Image.open(root / file).convert("L")) > 127


def main():
    out, maps, root = map(Path, sys.argv[1:])
    run = json.loads((out / "run.json").read_text())
    found = json.loads((out / "metrics.json").read_text())
    with open(out / "results.csv", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["index"]))
    classes, most = [], 0.0
    for ours in found["classes"]:
        of_class = [row for row in rows if row["class"] == ours["name"]]
        drawn = [np.load(maps / f"{int(row['index']):06}.npy") for row in of_class]
        masks = [mask_of(root, run["dataset"]["layout"], row["path"], row["label"], m.shape) for row, m in zip(of_class, drawn)]
        theirs = {
            "sample": sample_metrics([row["score"] for row in of_class], [row["label"] == "defective" for row in of_class]),
            "pixel": pixel_metrics(drawn, masks),
        }
        classes.append(theirs)
        for level, metrics in theirs.items():
            for metric, value in metrics.items():
                got = ours[level][metric]
                bound = 1e-9
                if isinstance(got, dict):
                    got, bound = got["value"], bound + got["error"]
                assert (got is None) == (value is None), (ours["name"], level, metric, got, value)
                if value is not None:
                    assert abs(got - value) <= bound, (ours["name"], level, metric, got, value, bound)
                    most = max(most, abs(got - value))
    for level in ["sample", "pixel"]:
        for metric, value in means(classes, level).items():
            got = found["means"][f"{level}_{metric}"]
            assert (got is None) == (value is None), (level, metric, got, value)
            if value is not None:
                assert abs(got["value"] - value) <= got["error"] + 1e-9, (level, metric, got, value)
    print(f"{len(rows)} pictures, {len(classes)} classes: equal to scikit-learn; at most {most:.1e} off")


main()
