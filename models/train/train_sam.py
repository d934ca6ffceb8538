"""Trains SAM on single points: the part, the shadow or the background under the point is a mask to find.

As Segment Anything does it: three masks a point, only the best one is taught, and the IoU head learns what each of
the three reaches. A point means two masks here, what is under it alone and all of its sort together (every part of the
picture, every shadow): each must be found by one of the three. Shadows are masks of their own, so that the method's
80 % rule can tell them from parts.

From scratch, the encoder hardly learns through the prompts of a few points. So a linear layer on its embedding has to
tell part, shadow and background at every pixel of the masks, too; that layer is not exported.

    python train_sam.py --cache CACHE --state STATE/sam.pt --curve curves/sam.csv --steps 4000
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

POINTS = 8  # a picture: five eighths on parts, a quarter on the background, the rest on shadows
MASK = SCENE // 4  # side of the decoder's masks
BACKGROUND, SHADOW, PART = range(3)


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
    detail = MASK // (SCENE // patch)  # pixels of a mask along a patch
    channels = encoder.config.output_channels
    model.helper = nn.Sequential(nn.Conv2d(channels, 3 * detail**2, 1), nn.PixelShuffle(detail))
    return model


def normalise(picture: torch.Tensor) -> torch.Tensor:
    """SAM: ImageNet's mean and deviation."""
    mean, std = (torch.tensor(values)[:, None, None] for values in (IMAGENET_MEAN, IMAGENET_STD))
    return (picture - mean) / std


def draw_points(rng: random.Random, ids: torch.Tensor, shadow: torch.Tensor, count: int):
    """Points [count, 2] in pixels (x, y) and the two masks that each means [count, 2, s, s]: one thing, all of its sort."""
    parts = [ids == value for value in ids.unique().tolist() if value > 0]
    free = shadow & (ids == 0)
    ground = (ids == 0) & ~shadow
    points, masks = [], []
    for k in range(count):
        one = all_alike = ground
        if k % 8 == 2 and free.any():
            one = all_alike = free
        elif k % 4 != 3 and parts:
            one, all_alike = rng.choice(parts), ids > 0
        places = one.nonzero()
        y, x = places[rng.randrange(len(places))].tolist()
        points.append([x, y])
        masks.append(torch.stack([one, all_alike]))
    return torch.tensor(points).float(), torch.stack(masks).float()


def classes(ids: torch.Tensor, shadow: torch.Tensor) -> torch.Tensor:
    """[m, m]: what most of a mask's pixel shows."""
    part = F.adaptive_avg_pool2d((ids > 0).float()[None], MASK)[0]
    free = F.adaptive_avg_pool2d((shadow & (ids == 0)).float()[None], MASK)[0]
    return torch.where(part > 0.5, PART, torch.where(free > 0.5, SHADOW, BACKGROUND))


def ask(model: SamModel, embedding: torch.Tensor, points: torch.Tensor):
    """Mask logits [n, points, 3, m, m] and predicted IoU [n, points, 3]."""
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
        masks = torch.stack([masks for _, masks in asked])
        # Hard edges: with soft ones the logits stay near zero there, and no mask is stable.
        targets = F.adaptive_avg_pool2d(masks.flatten(1, 2), MASK).unflatten(1, masks.shape[1:3])[:, :, :, None]
        targets = (targets > 0.5).float()
        embedding = model.vision_encoder(torch.stack([normalise(picture) for picture, _, _ in drawn]))[0]
        everywhere = torch.stack([classes(ids, shadow) for _, ids, shadow in drawn])
        helping = F.cross_entropy(model.helper(embedding), everywhere)
        logits, guess = ask(model, embedding, torch.stack([points for points, _ in asked]))
        # [n, points, 2 meanings, 3 masks, m, m]
        logits, targets = logits[:, :, None].expand(-1, -1, 2, -1, -1, -1), targets.expand(-1, -1, -1, 3, -1, -1)
        entropy = F.binary_cross_entropy_with_logits(logits, targets, reduction="none").mean((-1, -2))
        p = logits.sigmoid()
        dice = 1 - (2 * (p * targets).sum((-1, -2)) + 1) / (p.sum((-1, -2)) + targets.sum((-1, -2)) + 1)
        each = 3 * entropy + dice
        # A little for the masks that are not the best, so that none of them dies.
        best = each.min(-1).values.mean() + 0.05 * each.mean()
        truth = overlap(logits.detach(), targets)
        guessing = F.mse_loss(guess, truth.amax(2))
        one, alike = truth.amax(-1).mean((0, 1)).unbind()
        parts = {"mask": best, "classes": helping, "iou_error": guessing, "iou": one, "iou_alike": alike}
        return best + helping + 5 * guessing, {name: value.detach() for name, value in parts.items()}

    def judge(model):
        """IoU of the mask that the model itself likes best, one part or all, at points on fresh pictures of seen kinds."""
        found = []
        for i in range(min(len(held), 64)):
            rng = random.Random(i)
            picture, ids, _ = held.get(i)
            points, masks = draw_points(rng, ids, torch.zeros_like(ids, dtype=torch.bool), 2)
            logits, guess = ask(model, model.vision_encoder(normalise(picture)[None])[0], points[None])
            chosen = logits[0][torch.arange(2), guess[0].argmax(-1)]
            targets = F.adaptive_avg_pool2d(masks, MASK)
            found.append(overlap(chosen[:, None].expand_as(targets), targets).amax(-1))
        return {"part_iou": torch.cat(found).mean()}

    return model, loss_of, judge


if __name__ == "__main__":
    loop.run(make, loop.arguments(__doc__.split("\n")[0]))
