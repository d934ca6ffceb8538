"""Expected values of crate/report: run lengths by pycocotools, contours by scikit-image.

Run with Python 3, NumPy, pycocotools and scikit-image: `python make_fixtures.py` (writes rle.json and contours.json beside
this file). Deterministic.
"""

import json
from pathlib import Path

import numpy as np
from pycocotools import mask as coco
from skimage.measure import find_contours

HERE = Path(__file__).parent


def runs(flat):
    """Alternating run lengths, beginning with unset."""
    edges = np.flatnonzero(np.diff(flat)) + 1
    lengths = np.diff(np.concatenate([[0], edges, [flat.size]])).tolist()
    return ([0] if flat.size and flat[0] else []) + lengths


def rle(name, mask):
    mask = np.asarray(mask, bool)
    height, width = mask.shape
    encoded = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    counts = runs(mask.ravel(order="F"))
    assert coco.frPyObjects({"size": [height, width], "counts": counts}, height, width) == encoded
    return {
        "name": name, "width": width, "height": height, "rows": runs(mask.ravel()), "counts": counts,
        "compressed": encoded["counts"].decode(), "area": int(coco.area(encoded)),
        "bbox": [int(v) for v in coco.toBbox(encoded)],
    }


def masks(rng):
    yield "empty", np.zeros((3, 4))
    yield "full", np.ones((3, 4))
    yield "no pixels", np.zeros((0, 5))
    yield "one unset", np.zeros((1, 1))
    yield "one set", np.ones((1, 1))
    yield "row", [[1, 0, 1, 1, 0]]
    yield "column", [[0], [1], [1], [0], [1]]
    yield "diagonal", np.eye(6)
    yield "board", np.indices((5, 4)).sum(axis=0) % 2
    disc = np.indices((120, 90))
    yield "disc", (disc[0] - 55) ** 2 + (disc[1] - 40) ** 2 < 33**2
    corners = np.zeros((40, 30))
    corners[0, 0] = corners[-1, 0] = corners[0, -1] = corners[-1, -1] = 1
    yield "corners", corners
    # Runs of all magnitudes beside each other: long numbers, and long negative differences.
    leap = np.zeros(700 * 300, bool)
    at = 0
    for step in [1, 100000, 3, 40000, 1, 2, 15, 16, 17, 31, 32, 33, 1023, 1024, 1025, 1, 30000]:
        at += step
        leap[at : at + step] = True
        at += step // 2 + 1
    yield "leaps", leap.reshape(300, 700).T
    for density in [0.02, 0.5, 0.9]:
        yield f"noise {density}", rng.random((17, 23)) < density


def contours(name, values, level):
    values = np.asarray(values, np.float64)
    lines = []
    for line in find_contours(values, level, fully_connected="high"):
        # x first, as everywhere in Spotcheck, a pixel's middle is half a pixel in.
        x, y = line[:, 1] + 0.5, line[:, 0] + 0.5
        closed = bool(np.allclose(line[0], line[-1]))
        lines.append({
            "points": np.stack([x, y], axis=1).round(6).tolist(),
            "length": float(np.hypot(np.diff(x), np.diff(y)).sum()),
            "area": float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2) if closed else None,
        })
    flat = [None if np.isnan(v) else v for v in values.ravel().tolist()]
    height, width = values.shape
    return {"name": name, "width": width, "height": height, "values": flat, "level": level, "lines": lines}


def maps(rng):
    y, x = np.indices((9, 11))
    # In 64ths: the same in f32.
    exact = lambda values: np.round(np.asarray(values) * 64) / 64
    yield "cone", exact(1 - np.hypot(x - 5.2, y - 4.1) / 6), 0.53
    yield "hole", exact(np.hypot(x - 5.2, y - 4.1) / 6), 0.31
    yield "ring", exact(1 - np.abs(np.hypot(x - 5, y - 4) - 2.6) / 3), 0.7
    yield "two hills", exact(np.exp(-((x - 2) ** 2 + (y - 3) ** 2) / 4) + np.exp(-((x - 8) ** 2 + (y - 5) ** 2) / 3)), 0.4
    yield "ridge to the edge", exact(1 - np.abs(x - y - 1) / 4), 0.6
    yield "saddle", [[1, 0], [0, 1]], 0.25
    yield "other saddle", [[0, 1], [1, 0]], 0.25
    yield "flat", np.full((3, 3), 0.5), 0.4
    yield "level met exactly", exact(1 - np.hypot(x - 5, y - 4) / 8), 0.5
    yield "level met at a pit", [[1, 1, 1], [1, 0.5, 1], [1, 1, 1]], 0.5
    yield "level met at a notch", [[1, 1, 1, 1], [1, 0.5, 0, 0], [1, 1, 1, 1]], 0.5
    yield "one pixel", [[0, 0, 0], [0, 1, 0], [0, 0, 0]], 0.5
    yield "noise", exact(rng.random((8, 7))), 0.505
    hole = exact(rng.random((7, 8)))
    hole[3, 4] = hole[0, 0] = np.nan
    yield "not numbers", hole, 0.505
    yield "mask", (rng.random((10, 9)) < 0.45).astype(float), 0.5
    yield "board", np.indices((5, 6)).sum(axis=0) % 2, 0.5


def main():
    rng = np.random.default_rng(20260302)
    for name, cases in [
        ("rle", [rle(name, mask) for name, mask in masks(rng)]),
        ("contours", [contours(*case) for case in maps(rng)]),
    ]:
        HERE.joinpath(f"{name}.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")


main()
