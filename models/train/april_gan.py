"""What APRIL-GAN adds to a CLIP (Chen, Han and Zhang, arXiv 2305.17382; ByChelsea/VAND-APRIL-GAN, MIT licence): its prompts,
and one linear layer on each of four stages of the image tower.
"""

import pathlib

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

from export import share, write_json
from prompts import compose

SCALE = 100.0

NORMAL_STATES = [
    "{}", "flawless {}", "perfect {}", "unblemished {}", "{} without flaw", "{} without defect", "{} without damage",
]

ABNORMAL_STATES = ["damaged {}", "broken {}", "{} with flaw", "{} with defect", "{} with damage"]

TEMPLATES = [
    "a bad photo of a {}.", "a low resolution photo of the {}.", "a bad photo of the {}.", "a cropped photo of the {}.",
    "a bright photo of a {}.", "a dark photo of the {}.", "a photo of my {}.", "a photo of the cool {}.",
    "a close-up photo of a {}.", "a black and white photo of the {}.", "a bright photo of the {}.",
    "a cropped photo of a {}.", "a jpeg corrupted photo of a {}.", "a blurry photo of the {}.", "a photo of the {}.",
    "a good photo of the {}.", "a photo of one {}.", "a close-up photo of the {}.", "a photo of a {}.",
    "a low resolution photo of a {}.", "a photo of a large {}.", "a blurry photo of a {}.",
    "a jpeg corrupted photo of the {}.", "a good photo of a {}.", "a photo of the small {}.", "a photo of the large {}.",
    "a black and white photo of a {}.", "a dark photo of a {}.", "a photo of a cool {}.", "a photo of a small {}.",
    "there is a {} in the scene.", "there is the {} in the scene.", "this is a {} in the scene.",
    "this is the {} in the scene.", "this is one {} in the scene.",
]


def ensembles(name: str) -> list[list[str]]:
    """The 245 normal and the 175 abnormal prompts for an object."""
    sides = (NORMAL_STATES, ABNORMAL_STATES)
    return [[compose(state, template, name) for state in states for template in TEMPLATES] for states in sides]


def resize_positions(table: torch.Tensor, grid: int) -> torch.Tensor:
    """[1 + n, C] for a grid of another size, as open_clip's resize_pos_embed: antialiased bicubic, the class token kept."""
    first, rest = table[:1], table[1:]
    side = round(len(rest) ** 0.5)
    if side == grid:
        return table
    rest = rest.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    rest = F.interpolate(rest, size=(grid, grid), mode="bicubic", antialias=True, align_corners=False)
    return torch.cat([first, rest[0].permute(1, 2, 0).reshape(grid * grid, -1)])


class Layers(nn.Module):
    """The trained part, with the published tensor names `fc.0.weight` … `fc.3.bias`."""

    def __init__(self, width: int, dim: int, stages: int):
        super().__init__()
        self.fc = nn.ModuleList(nn.Linear(width, dim) for _ in range(stages))

    def forward(self, stages: torch.Tensor, texts: torch.Tensor) -> torch.Tensor:
        """Patches [n, stages, L, C] and texts [n, 2, e] of unit length, normal first → logits of abnormal against normal
        [n, stages, L]: the softmax over two is the sigmoid of their difference."""
        embedded = [F.normalize(fc(stages[:, i]), dim=-1) for i, fc in enumerate(self.fc)]
        return SCALE * torch.einsum("nslc,nc->nsl", torch.stack(embedded, 1), texts[:, 1] - texts[:, 0])


def probabilities(logits: torch.Tensor, side: int) -> torch.Tensor:
    """Logits [n, stages, L] → each stage's map of abnormal [n, stages, side, side]."""
    grid = round(logits.shape[-1] ** 0.5)
    maps = logits.unflatten(-1, (grid, grid))
    return F.interpolate(maps, size=(side, side), mode="bilinear", align_corners=True).sigmoid()


def focal(p: torch.Tensor, target: torch.Tensor, smooth: float = 1e-5) -> torch.Tensor:
    """Focal loss of two classes, γ = 2, with the reference's smoothing."""
    truth = torch.where(target > 0, p, 1 - p)
    truth = truth * (1 - smooth) + (1 - truth) * smooth + smooth
    return -((1 - truth).square() * truth.log()).mean()


def dice(p: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """1 − the mean Dice coefficient of the pictures, smoothed by 1."""
    p, target = p.flatten(1), target.flatten(1)
    return 1 - ((2 * (p * target).sum(1) + 1) / (p.sum(1) + target.sum(1) + 1)).mean()


def save(folder: pathlib.Path, layers: dict[str, torch.Tensor], config: dict) -> None:
    """Writes the layers as the checkpoint that the pack builder reads; `config` has `features_list`, `image_size` and, where it is
    not CLIP's own, `hidden_act`."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: value.float().contiguous() for name, value in layers.items()}
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    write_json(folder / "config.json", {"model_type": "april_gan", **config})
    share(folder)
