"""Runs the whole method on pictures of kinds never trained on and prints the scores beside what a constant one gets.

    python evaluate.py --checkpoints CHECKPOINTS --generator target/release/parts-stream --count 160 --card ../demo/README.md

Half of the pictures are defective. Metrics by scikit-learn; F1-max as in WinCLIP, a class at a time, then the mean.
"""

import argparse
import dataclasses
import pathlib
import re

import numpy as np
import torch
from sklearn.metrics import precision_recall_curve, roc_auc_score

from frames import draw
from pipeline import Inspector, Settings

START, END = "<!-- scores: begin -->", "<!-- scores: end -->"


def f1_max(truth: np.ndarray, scores: np.ndarray) -> float:
    precision, recall, _ = precision_recall_curve(truth, scores)
    return float(np.max(2 * precision * recall / np.maximum(precision + recall, 1e-12)))


@dataclasses.dataclass
class Seen:
    """One picture's outcome."""

    kind: str
    defect: str | None
    score: float
    heat: np.ndarray
    truth: np.ndarray
    overlap: float
    source: str


def inspect_all(inspector: Inspector, options) -> list[Seen]:
    command = [options.generator, "--split", options.split, "--seed", str(options.seed)]
    command += ["--count", str(options.count), "--size", str(options.size)]
    found = []
    for frame in draw(command, options.size):
        truth, parts = frame.defect > 0, frame.ids > 0
        result = inspector.inspect(frame.picture, frame.info["name"], parts if options.given else None)
        overlap = (result.foreground & parts).sum() / (result.foreground | parts).sum()
        defect = frame.info["defect"]
        # Every second pixel of every second row is enough for the curve.
        found.append(Seen(frame.info["name"], defect, result.score, result.heat[::2, ::2], truth[::2, ::2],
                          float(overlap), result.source))
    return found


def classes(found: list[Seen]) -> dict[str, list[Seen]]:
    return {kind: [s for s in found if s.kind == kind] for kind in sorted({s.kind for s in found})}


def measure(group: list[Seen]) -> dict[str, float]:
    label = np.array([s.defect is not None for s in group])
    scores = np.array([s.score for s in group])
    truth = np.concatenate([s.truth.ravel() for s in group])
    heat = np.concatenate([s.heat.ravel() for s in group])
    return {
        "sample AUROC": roc_auc_score(label, scores),
        "sample F1-max": f1_max(label, scores),
        "pixel AUROC": roc_auc_score(truth, heat),
        "pixel F1-max": f1_max(truth, heat),
    }


def constant(group: list[Seen]) -> dict[str, float]:
    """What a score that is the same everywhere gets: all positive, F1 = 2p / (1 + p)."""
    p = float(np.mean([s.defect is not None for s in group]))
    q = float(np.mean(np.concatenate([s.truth.ravel() for s in group])))
    return {"sample AUROC": 0.5, "sample F1-max": 2 * p / (1 + p), "pixel AUROC": 0.5, "pixel F1-max": 2 * q / (1 + q)}


def table(found: list[Seen]) -> str:
    per_class = {kind: measure(group) for kind, group in classes(found).items()}
    floors = [constant(group) for group in classes(found).values()]
    lines = [f"| | {' | '.join(per_class)} | mean | a constant score gets |", "| --- |" + " --- |" * (len(per_class) + 2)]
    for metric in floors[0]:
        values = [scores[metric] for scores in per_class.values()]
        floor = float(np.mean([f[metric] for f in floors]))
        cells = [*values, float(np.mean(values)), floor]
        lines.append(f"| {metric} | " + " | ".join(f"{value:.3f}" for value in cells) + " |")
    whole = [s.score for s in found if s.defect is None]
    lines += ["", "| defect | pictures | sample AUROC against all whole ones | pixel AUROC |", "| --- | --- | --- | --- |"]
    for defect in sorted({s.defect for s in found if s.defect}):
        group = [s for s in found if s.defect == defect]
        auroc = roc_auc_score([0] * len(whole) + [1] * len(group), whole + [s.score for s in group])
        truth = np.concatenate([s.truth.ravel() for s in group])
        pixel = roc_auc_score(truth, np.concatenate([s.heat.ravel() for s in group])) if truth.any() else float("nan")
        lines.append(f"| {defect} | {len(group)} | {auroc:.3f} | {pixel:.3f} |")
    sources = {source: sum(s.source == source for s in found) for source in ("sam", "dis", "whole", "given")}
    used = ", ".join(f"{name} {count}" for name, count in sources.items() if count)
    lines += ["", f"Foreground: mean IoU {np.mean([s.overlap for s in found]):.3f} (from {used})."]
    return "\n".join(lines)


def write_card(card: pathlib.Path, text: str) -> None:
    old = card.read_text()
    new, count = re.subn(f"{START}.*{END}", lambda _: f"{START}\n{text}\n{END}", old, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"{card} lacks the lines {START} and {END}")
    card.write_text(new)


def main() -> None:
    defaults = Settings()
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--checkpoints", type=pathlib.Path, required=True)
    parser.add_argument("--generator", required=True, help="the binary parts-stream")
    parser.add_argument("--split", default="unseen")
    parser.add_argument("--seed", type=int, default=7001)
    parser.add_argument("--count", type=int, default=160)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--predicted-iou", type=float, default=defaults.predicted_iou)
    parser.add_argument("--stability", type=float, default=defaults.stability)
    parser.add_argument("--no-sam", action="store_true", help="stop at the dichotomous mask")
    parser.add_argument("--given", action="store_true", help="use the true foreground")
    parser.add_argument("--card", type=pathlib.Path, help="write the table between the marks of this file")
    options = parser.parse_args()
    torch.set_num_threads(1)
    settings = Settings(predicted_iou=options.predicted_iou, stability=options.stability, sam=not options.no_sam)
    found = inspect_all(Inspector(options.checkpoints, settings), options)
    text = table(found)
    print(text)
    if options.card:
        write_card(options.card, text)


if __name__ == "__main__":
    main()
