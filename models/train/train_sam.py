"""Trains SAM on single points: the part, the shadow or the background under the point is the mask to find.

As Segment Anything does it: three masks a point, only the best one is taught, and the IoU head learns what each of
the three reaches. Shadows are masks of their own, so that the method's 80 % rule can tell them from parts.

    python train_sam.py --cache CACHE --state STATE/sam.pt --curve curves/sam.csv --steps 3000
"""

import random

import torch
from torch import nn
from torch.nn import functional as F
from transformers import SamModel

import initial
import loop
from config import IMAGENET_MEAN, IMAGENET_STD, SCENE, sam_config
from scenes import Scenes

POINTS = 8  # a picture: half on parts, a quarter each on shadows and on the background
MASK = SCENE // 4  # side of the decoder's masks


def new_model() -> SamModel:
    model = SamModel(sam_config())
    encoder = model.vision_encoder
    width, patch = encoder.config.hidden_size, encoder.config.patch_size
    with torch.no_grad():
        initial.refill(model)
        encoder.patch_embed.projection.weight.copy_(initial.dct_filters(width, patch))
        positions = initial.sinusoids(width, SCENE // patch) * 0.5
        encoder.pos_embed.copy_(positions.view_as(encoder.pos_embed))
        for embedding in model.modules():
            if isinstance(embedding, nn.Embedding):
                nn.init.normal_(embedding.weight)
        # Segment Anything's random position matrix has unit deviation and is not trained.
        model.shared_image_embedding.positional_embedding.normal_()
        model.shared_image_embedding.positional_embedding.requires_grad_(False)
    return model


def normalise(picture: torch.Tensor) -> torch.Tensor:
    """SAM: ImageNet's mean and deviation."""
    mean, std = (torch.tensor(values)[:, None, None] for values in (IMAGENET_MEAN, IMAGENET_STD))
    return (picture - mean) / std


def draw_points(rng: random.Random, ids: torch.Tensor, shadow: torch.Tensor, count: int):
    """Points [count, 2] in pixels (x, y) and the mask each stands on [count, s, s]."""
    parts = [ids == value for value in ids.unique().tolist() if value > 0]
    free = shadow & (ids == 0)
    ground = (ids == 0) & ~shadow
    points, masks = [], []
    for k in range(count):
        mask = ground if k % 4 == 3 else free if k % 4 == 2 else rng.choice(parts) if parts else ground
        mask = mask if mask.any() else ground
        places = mask.nonzero()
        y, x = places[rng.randrange(len(places))].tolist()
        points.append([x, y])
        masks.append(mask)
    return torch.tensor(points).float(), torch.stack(masks).float()


def ask(model: SamModel, pixels: torch.Tensor, points: torch.Tensor):
    """Mask logits [n, points, 3, m, m] and predicted IoU [n, points, 3]."""
    embedding = model.vision_encoder(pixels)[0]
    output = model(image_embeddings=embedding, input_points=points[:, :, None], multimask_output=True)
    return output.pred_masks, output.iou_scores


def overlap(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    found, truth = logits > 0, target > 0.5
    return (found & truth).sum((-1, -2)) / (found | truth).sum((-1, -2)).clamp(min=1)


def make(options):
    """Model, loss and judge for `loop`."""
    torch.manual_seed(options.seed)
    model = new_model()
    scenes = Scenes(loop.shards(options.cache))
    held = Scenes([options.cache / "judge"])

    def loss_of(step: int, rank: int):
        rng = random.Random(f"sam {options.seed} {step} {rank}")
        drawn = [scenes.get(rng.randrange(len(scenes)), rng) for _ in range(options.batch)]
        asked = [draw_points(rng, ids, shadow, POINTS) for _, ids, shadow in drawn]
        target = F.adaptive_avg_pool2d(torch.stack([masks for _, masks in asked]), MASK)[:, :, None]
        logits, guess = ask(model, torch.stack([normalise(p) for p, _, _ in drawn]), torch.stack([p for p, _ in asked]))
        target = target.expand_as(logits)
        entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none").mean((-1, -2))
        p = logits.sigmoid()
        dice = 1 - (2 * (p * target).sum((-1, -2)) + 1) / (p.sum((-1, -2)) + target.sum((-1, -2)) + 1)
        each = 3 * entropy + dice
        # A little for the other two masks, so that none of them dies.
        best = each.min(-1).values.mean() + 0.05 * each.mean()
        truth = overlap(logits.detach(), target)
        guessing = F.mse_loss(guess, truth)
        return best + guessing, {"mask": best.detach(), "iou_error": guessing.detach(), "iou": truth.max(-1).values.mean()}

    def judge(model):
        """IoU of the mask that the model itself likes best, at points on parts of fresh pictures of seen kinds."""
        found = []
        for i in range(min(len(held), 64)):
            rng = random.Random(i)
            picture, ids, _ = held.get(i)
            points, masks = draw_points(rng, ids, torch.zeros_like(ids, dtype=torch.bool), 2)
            logits, guess = ask(model, normalise(picture)[None], points[None])
            best = guess[0].argmax(-1)
            chosen = logits[0][torch.arange(2), best]
            found.append(overlap(chosen, F.adaptive_avg_pool2d(masks, MASK)))
        return {"part_iou": torch.cat(found).mean()}

    return model, loss_of, judge


if __name__ == "__main__":
    loop.run(make, loop.arguments(__doc__.split("\n")[0]))
