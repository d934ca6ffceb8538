"""Expected values of crate/metrics, by scikit-learn (F1-max, AUROC, curves, confusions), scikit-image (regions of AUPRO),
SciPy (outliers) and NumPy (histograms).

AUPRO is computed the slow way: one confusion at each distinct threshold, from the definition. So are reject rates.
Run: python make_fixtures.py   (writes metrics.json, decisions.json and restricted.json beside this file)
"""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
from scipy.stats import median_abs_deviation
from skimage.measure import label
from sklearn.metrics import (
    average_precision_score, confusion_matrix, f1_score, precision_recall_curve, precision_score, recall_score,
    roc_auc_score, roc_curve,
)


def best_f1(scores, labels):
    precision, recall, thresholds = precision_recall_curve(labels, scores)
    with np.errstate(invalid="ignore"):
        f1 = 2 * precision * recall / (precision + recall)
    f1 = np.nan_to_num(f1[:-1])
    at = len(f1) - 1 - int(np.argmax(f1[::-1]))
    return float(f1[at]), float(thresholds[at])


def aupro(maps, masks, limit, counts=None):
    """Per-region overlap against the false-positive rate, trapezoids up to the limit; of pixels that count."""
    counts = counts or [np.ones(m.shape, bool) for m in masks]
    masks = [m & c for m, c in zip(masks, counts)]
    regions = []
    for index, mask in enumerate(masks):
        numbered = label(mask, connectivity=2)
        regions += [(index, numbered == n) for n in range(1, numbered.max() + 1)]
    scores = np.concatenate([m.ravel() for m in maps])
    normal = np.concatenate([(~m & c).ravel() for m, c in zip(masks, counts)])
    x, y = [0.0], [0.0]
    counted = np.concatenate([m[c] for m, c in zip(maps, counts)])
    for threshold in np.unique(counted)[::-1]:
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


def reject_counts(labels, scores, threshold):
    """True and false rejects of what reaches the threshold."""
    rejected = scores >= threshold
    return [int((rejected & labels).sum()), int((rejected & ~labels).sum())]


def outlier_cut(scores, k):
    """Median and MAD by SciPy; the mean deviation when MAD is 0."""
    scores = scores.astype(np.float64)
    deviation = median_abs_deviation(scores, scale=1 / 1.4826)
    if deviation == 0:
        deviation = 1.2533 * np.abs(scores - np.median(scores)).mean()
    # Nothing stands out of equal scores.
    return float(np.median(scores) + k * deviation) if deviation else float("inf")


def reject_rate(scores, rate):
    """How many are rejected by the lowest threshold that rejects at most the rate."""
    counts = [int((scores >= t).sum()) for t in np.unique(scores)]
    return max([c for c in counts if Fraction(c, len(scores)) <= rate], default=0)


def false_reject_limit(labels, scores, limit):
    """Highest recall within the limit, and of that the fewest false rejects."""
    fpr, tpr, thresholds = roc_curve(labels, scores, drop_intermediate=False)
    allowed = [(t, -f, h) for f, t, h in zip(fpr, tpr, thresholds) if f <= limit]
    return reject_counts(labels, scores, max(allowed)[2])


def decisions(rng):
    """Scores with curves, confusions, suggestions and histograms."""
    cases = []
    for name, count, levels, rate in [
        ("few", 7, None, 0.5), ("smooth", 60, None, 0.3), ("tied", 90, 10, 0.4), ("constant", 12, 1, 0.36),
        ("mostly one score", 40, None, 0.2), ("all but one", 25, 5, 0.96), ("a whole one on top", 20, None, 0.3),
    ]:
        labels = np.zeros(count, bool)
        labels[: max(1, round(rate * count))] = True
        rng.shuffle(labels)
        scores = np.clip(rng.normal(0.3, 0.12, size=count) + labels * 0.2, 0, 1)
        if levels:
            scores = np.round(scores * levels) / levels if levels > 1 else np.full(count, 0.5)
        if name == "mostly one score":
            scores[~labels] = 0.125
        if name == "a whole one on top":
            scores[np.flatnonzero(~labels)[0]] = 1
        scores = scores.astype(np.float32)
        precision, recall, thresholds = precision_recall_curve(labels, scores)
        fpr, tpr, roc_thresholds = roc_curve(labels, scores, drop_intermediate=False)
        best, at = best_f1(scores, labels)
        cuts = sorted({0.0, 0.25, 0.5, 0.8, 1.01, float(scores[0])})
        confusions = []
        for cut in cuts:
            called = scores >= cut
            tn, fp, fn, tp = confusion_matrix(labels, called, labels=[False, True]).ravel().tolist()
            score = {k: float(f(labels, called, zero_division=np.nan)) for k, f in [
                ("precision", precision_score), ("recall", recall_score), ("f1", f1_score)]}
            confusions.append({
                "threshold": cut, "counts": [tp, fp, tn, fn],
                **{k: None if np.isnan(v) else v for k, v in score.items()},
                "false_reject_rate": fp / (fp + tn), "false_accept_rate": fn / (fn + tp),
            })
        cut = outlier_cut(scores, 3)
        cases.append({
            "name": name, "scores": scores.tolist(), "labels": labels.tolist(),
            "precision": precision.tolist(), "recall": recall.tolist(), "thresholds": thresholds.tolist(),
            "fpr": fpr.tolist(), "tpr": tpr.tolist(), "roc_thresholds": roc_thresholds.tolist()[1:],
            "average_precision": float(average_precision_score(labels, scores)), "confusions": confusions,
            "outliers": {"cut": cut if np.isfinite(cut) else None, "rejected": int((scores >= cut).sum())},
            "reject_rates": [[r, reject_rate(scores, Fraction(str(r)))] for r in [0, 0.05, 0.1, 0.29, 0.5, 1]],
            "best_f1": {"f1": best, "counts": reject_counts(labels, scores, at)},
            "limits": [[r, *false_reject_limit(labels, scores, r)] for r in [0, 0.05, 0.1, 0.5, 1]],
            "histograms": [np.histogram(scores.astype(np.float64), n, (0, 1))[0].tolist() for n in [1, 7, 10, 20]],
        })
    return cases


def restricted(rng):
    """Pictures of which a part counts: what scikit-learn says of the others' pixels never being there."""
    cases = []
    for name, levels, limit in [("smooth", None, 0.3), ("tied", 4, 0.3), ("wide", None, 1.0), ("split", None, 0.3)]:
        maps, masks, counts = [], [], []
        for index, (height, width) in enumerate([(14, 16), (9, 11), (12, 12)]):
            mask = np.zeros((height, width), bool)
            mask[2:6, 1 : width - 1] = index != 1
            inside = np.zeros((height, width), bool)
            inside[1 : height - 2, : width - 2] = True
            inside[3:7, 4:7] = False  # cuts the bar, not through
            if name == "split":
                inside[:, 4:7] = False  # makes two regions of the bar
            values = rng.random((height, width)) + mask * 0.3
            # What would count most if it did: high where nothing is wrong, low where something is.
            values = np.where(inside, values, np.where(mask, 0.05, 1.3)) / 1.3
            if levels:
                values = np.floor(values * levels) / levels
            maps.append(np.clip(values, 0, 1).astype(np.float32))
            masks.append(mask)
            counts.append(inside if index != 2 else np.ones_like(inside))
        scores = np.concatenate([m[c] for m, c in zip(maps, counts)])
        labels = np.concatenate([m[c] for m, c in zip(masks, counts)])
        cases.append({
            "name": name, "limit": limit, "f1": best_f1(scores, labels)[0],
            "regions": sum(int(label(m & c, connectivity=2).max()) for m, c in zip(masks, counts)),
            "auroc": float(roc_auc_score(labels, scores)), "aupro": aupro(maps, masks, limit, counts),
            "maps": [{"width": m.shape[1], "height": m.shape[0], "values": m.ravel().tolist(),
                      "mask": k.ravel().tolist(), "counts": None if c.all() else c.ravel().tolist()}
                     for m, k, c in zip(maps, masks, counts)],
        })
    return cases


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
    write("metrics.json", {"rankings": rankings, "pictures": pictures})
    write("restricted.json", restricted(np.random.default_rng(20260103)))
    write("decisions.json", {"decisions": decisions(np.random.default_rng(20260102))})


def write(name, content):
    Path(__file__).with_name(name).write_text(json.dumps(content, separators=(",", ":")) + "\n")


main()
