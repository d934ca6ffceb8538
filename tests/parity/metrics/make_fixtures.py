"""Expected values of crate/metrics, by scikit-learn (F1-max, AUROC) and scikit-image (regions of AUPRO).

AUPRO is computed the slow way: one confusion at each distinct threshold, from the definition.
Run: python make_fixtures.py   (writes metrics.json beside this file)
"""

import json
from pathlib import Path

import numpy as np
from skimage.measure import label
from sklearn.metrics import precision_recall_curve, roc_auc_score


def best_f1(scores, labels):
    precision, recall, thresholds = precision_recall_curve(labels, scores)
    with np.errstate(invalid="ignore"):
        f1 = 2 * precision * recall / (precision + recall)
    f1 = np.nan_to_num(f1[:-1])
    at = len(f1) - 1 - int(np.argmax(f1[::-1]))
    return float(f1[at]), float(thresholds[at])


def aupro(maps, masks, limit):
    """Per-region overlap against the false-positive rate, trapezoids up to the limit."""
    regions = []
    for index, mask in enumerate(masks):
        numbered = label(mask, connectivity=2)
        regions += [(index, numbered == n) for n in range(1, numbered.max() + 1)]
    scores = np.concatenate([m.ravel() for m in maps])
    normal = np.concatenate([~m.ravel() for m in masks])
    x, y = [0.0], [0.0]
    for threshold in np.unique(scores)[::-1]:
        x.append(float((scores[normal] >= threshold).mean()))
        y.append(float(np.mean([(maps[i][region] >= threshold).mean() for i, region in regions])))
    x, y = np.array(x), np.array(y)
    end = np.interp(limit, x, y)
    below = x < limit
    xs, ys = np.append(x[below], limit), np.append(y[below], end)
    # Several points may share the limit's x; np.interp takes the last of them, the curve's first matters.
    at = np.flatnonzero(~below)[0]
    if x[at] > x[at - 1]:
        ys[-1] = y[at - 1] + (y[at] - y[at - 1]) * (limit - x[at - 1]) / (x[at] - x[at - 1])
    return float(np.trapezoid(ys, xs) / limit)


def main():
    rng = np.random.default_rng(20260101)
    rankings = []
    for name, count, levels, rate in [
        ("few", 7, None, 0.5), ("many", 400, None, 0.3), ("tied", 300, 6, 0.4), ("constant", 50, 1, 0.36),
        ("rare", 1000, None, 0.01), ("all but one", 40, 5, 0.975),
    ]:
        labels = np.zeros(count, bool)
        labels[: max(1, round(rate * count))] = True
        rng.shuffle(labels)
        scores = rng.normal(size=count) + labels * 0.8
        if levels:
            edges = np.quantile(scores, np.linspace(0, 1, levels + 1)[1:-1])
            scores = np.digitize(scores, edges) / levels
        scores = scores.astype(np.float32)
        f1, threshold = best_f1(scores, labels)
        rankings.append({
            "name": name, "scores": scores.tolist(), "labels": labels.tolist(), "f1": f1, "threshold": threshold,
            "auroc": float(roc_auc_score(labels, scores)),
        })
    pictures = []
    for name, levels, limit in [("smooth", None, 0.3), ("tied", 5, 0.3), ("wide", None, 1.0), ("narrow", 3, 0.05)]:
        maps, masks = [], []
        for height, width in [(13, 17), (9, 11), (12, 12)]:
            mask = np.zeros((height, width), bool)
            for _ in range(int(rng.integers(0, 4)) if maps else 3):
                y, x = rng.integers(0, height - 3), rng.integers(0, width - 3)
                mask[y : y + rng.integers(1, 4), x : x + rng.integers(1, 4)] = True
            mask[0, 0] = mask[1, 1] = not maps  # joined over the corner only: one region
            values = rng.random((height, width)) + mask * 0.4
            if levels:
                values = np.floor(values * levels) / levels
            maps.append(values.astype(np.float32))
            masks.append(mask)
        pictures.append({
            "name": name, "limit": limit, "aupro": aupro(maps, masks, limit),
            "auroc": float(roc_auc_score(
                np.concatenate([m.ravel() for m in masks]), np.concatenate([m.ravel() for m in maps]))),
            "maps": [{"width": m.shape[1], "height": m.shape[0], "values": m.ravel().tolist(),
                      "mask": k.ravel().tolist()} for m, k in zip(maps, masks)],
        })
    text = json.dumps({"rankings": rankings, "pictures": pictures}, separators=(",", ":"))
    Path(__file__).with_name("metrics.json").write_text(text + "\n")


main()
