"""Trains IS-Net on the union of the parts, their shadows excluded, with a loss on each side output as DIS does.

    python train_isnet.py --cache CACHE --state STATE/isnet.pt --curve curves/isnet.csv --steps 2000
"""

import random

import torch
from torch.nn import functional as F

import loop
from config import ISNET
from isnet import ISNet
from scenes import Scenes


def normalise(picture: torch.Tensor) -> torch.Tensor:
    """DIS: mean 0.5, deviation 1."""
    return picture - 0.5


def make(options):
    """Model, loss and judge for `loop`."""
    torch.manual_seed(options.seed)
    model = ISNet(ISNET)
    scenes = Scenes(loop.shards(options.cache))
    held = Scenes([options.cache / "judge"])

    def loss_of(step: int, rank: int):
        rng = random.Random(f"isnet {options.seed} {step} {rank}")
        drawn = [scenes.get(rng.randrange(len(scenes)), rng) for _ in range(options.batch)]
        target = torch.stack([(ids > 0).float() for _, ids, _ in drawn])[:, None]
        sides = model(torch.stack([normalise(picture) for picture, _, _ in drawn]))
        losses = [F.binary_cross_entropy_with_logits(side, target) for side in sides]
        p = sides[0].sigmoid()
        dice = 1 - (2 * (p * target).sum() + 1) / (p.sum() + target.sum() + 1)
        return 2 * losses[0] + 0.5 * sum(losses[1:]) + dice, {"side1": losses[0].detach(), "dice": dice.detach()}

    def judge(model):
        """Mean IoU on fresh pictures of seen kinds."""
        overlaps = []
        for i in range(min(len(held), 64)):
            picture, ids, _ = held.get(i)
            found, truth = model(normalise(picture)[None])[0][0, 0] > 0, ids > 0
            overlaps.append((found & truth).sum() / (found | truth).sum())
        return {"iou": torch.stack(overlaps).mean()}

    return model, loss_of, judge


if __name__ == "__main__":
    loop.run(make, loop.arguments(__doc__.split("\n")[0]))
