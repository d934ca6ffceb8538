"""The metrics of a class once more, by scikit-learn, and AUPRO from its definition (scikit-image's regions, one threshold
after the other). Nothing here is shared with the Rust."""

import numpy as np
from skimage.measure import label
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

LIMIT = 0.3


def f1_max(scores, labels):
    precision, recall, _ = precision_recall_curve(labels, scores)
    with np.errstate(invalid="ignore"):
        return float(np.nanmax(2 * precision * recall / (precision + recall)))


def aupro(maps, masks):
    """Per-region overlap against the false-positive rate, trapezoids up to the limit, over it."""
    scores = np.concatenate([m.ravel() for m in maps])
    normal = np.concatenate([~m.ravel() for m in masks])
    order = np.argsort(-scores, kind="stable")
    # What a pixel adds: to the overlap a share of its region, to the false positives one.
    shares, regions = [], 0
    for mask in masks:
        numbered = label(mask, connectivity=2)
        areas = np.bincount(numbered.ravel())
        share = np.zeros(mask.size)
        inside = numbered.ravel() > 0
        share[inside] = 1 / areas[numbered.ravel()[inside]]
        shares.append(share)
        regions += int(numbered.max())
    shares = np.concatenate(shares)
    ends = np.append(np.flatnonzero(np.diff(scores[order])), scores.size - 1)
    x = np.append(0, np.cumsum(normal[order])[ends] / normal.sum())
    y = np.append(0, np.cumsum(shares[order])[ends] / regions)
    past = int(np.argmax(x >= LIMIT))
    end = y[past] if x[past] == x[past - 1] else y[past - 1] + (y[past] - y[past - 1]) * (LIMIT - x[past - 1]) / (x[past] - x[past - 1])
    return float(np.trapezoid(np.append(y[:past], end), np.append(x[:past], LIMIT)) / LIMIT)


def sample_metrics(scores, defective):
    """None where one side is missing."""
    scores, defective = np.asarray(scores, np.float32), np.asarray(defective, bool)
    if defective.all() or not defective.any():
        return dict.fromkeys(["f1_max", "auroc", "average_precision", "constant_f1"])
    return {
        "f1_max": f1_max(scores, defective),
        "auroc": float(roc_auc_score(defective, scores)),
        "average_precision": float(average_precision_score(defective, scores)),
        "constant_f1": f1_max(np.zeros(scores.size), defective),
    }


def pixel_metrics(maps, masks):
    """None where one side is missing."""
    truth = np.concatenate([m.ravel() for m in masks]) if masks else np.zeros(0, bool)
    if not truth.any() or truth.all():
        return dict.fromkeys(["f1_max", "auroc", "average_precision", "aupro"])
    scores = np.concatenate([m.ravel() for m in maps])
    return {
        "f1_max": f1_max(scores, truth),
        "auroc": float(roc_auc_score(truth, scores)),
        "average_precision": float(average_precision_score(truth, scores)),
        "aupro": aupro(maps, masks),
    }


def means(classes, level):
    """Over the classes that have a value."""
    return {
        metric: float(np.mean(values)) if (values := [c[level][metric] for c in classes if c[level][metric] is not None]) else None
        for metric in classes[0][level]
    }
