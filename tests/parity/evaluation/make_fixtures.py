"""Makes the fixture of crate/evaluation: scores and maps are drawn, and their metrics computed by reference.py.

Run: python make_fixtures.py   (writes evaluation.json beside this file)
"""

import json
from pathlib import Path

import numpy as np

from reference import means, pixel_metrics, sample_metrics

WIDTH, HEIGHT = 19, 14
# Whole, defective and unlabelled pictures, how many different scores and map values (None: any), and whether maps have no more
# digits than what is kept of them.
CLASSES = {
    "plain": (7, 5, 0, None, None, True),
    "fine": (4, 6, 0, None, None, False),
    "tied": (9, 8, 0, 3, 4, True),
    "constant": (4, 3, 0, 1, 1, True),
    "all whole": (5, 0, 0, None, None, True),
    "all defective": (0, 4, 0, None, None, True),
    "some unlabelled": (3, 4, 3, None, None, True),
    "nothing known": (0, 0, 3, None, None, True),
}


def draw(rng, label, levels, map_levels, short):
    mask = np.zeros((HEIGHT, WIDTH), bool)
    if label == "defective":
        for _ in range(int(rng.integers(1, 4))):
            y, x = rng.integers(0, HEIGHT - 3), rng.integers(0, WIDTH - 3)
            mask[y : y + rng.integers(1, 4), x : x + rng.integers(1, 4)] = True
        mask[0, 0] = mask[1, 1] = True  # joined over the corner only: one region
    score = np.clip(rng.normal(0.4, 0.15) + 0.15 * (label == "defective"), 0, 1)
    values = np.clip(rng.random((HEIGHT, WIDTH)) ** 2 * 0.7 + mask * 0.2, 0, 1)
    if levels:
        score = np.floor(score * levels) / levels if levels > 1 else 0.5
    if map_levels:
        values = np.floor(values * map_levels) / map_levels if map_levels > 1 else np.full_like(values, 0.25)
    values = values.astype(np.float16 if short else np.float32).astype(np.float32)
    return {"label": label, "score": float(np.float32(score)), "map": values, "mask": mask}


def main():
    rng = np.random.default_rng(20260301)
    classes = []
    for name, (whole, defective, unlabelled, levels, map_levels, short) in CLASSES.items():
        labels = ["whole"] * whole + ["defective"] * defective + ["unknown"] * unlabelled
        pictures = [draw(rng, label, levels, map_levels, short) for label in labels]
        if name == "some unlabelled":
            pictures[3]["mask"] = None  # a defective one without a mask
        for picture in pictures:
            if picture["label"] == "unknown":
                picture["mask"] = None
        labelled = [p for p in pictures if p["label"] != "unknown"]
        masked = [p for p in pictures if p["mask"] is not None]
        classes.append({
            "name": name,
            "exact": short,
            "sample": sample_metrics([p["score"] for p in labelled], [p["label"] == "defective" for p in labelled]),
            "pixel": pixel_metrics([p["map"] for p in masked], [p["mask"] for p in masked]),
            "pictures": [{
                "label": p["label"], "score": p["score"], "map": p["map"].ravel().tolist(),
                "mask": None if p["mask"] is None else p["mask"].ravel().astype(int).tolist(),
            } for p in pictures],
        })
    content = {
        "width": WIDTH, "height": HEIGHT, "classes": classes,
        "means": {level: means(classes, level) for level in ["sample", "pixel"]},
    }
    Path(__file__).with_name("evaluation.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


main()
