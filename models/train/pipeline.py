"""The whole method in Python, on transformers' modules: what the demo's scores are measured with.

It follows Baugh et al. (arXiv 2306.09269) and, for SAM's masks, segment-anything's automatic mask generator; written
apart from the Rust code, so that the two can be compared.
"""

import dataclasses
import json
import math
import pathlib

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from skimage.measure import label, regionprops
from torch.nn import functional as F
from torchvision.ops import nms
from transformers import CLIPSegForImageSegmentation, SamModel

from config import CLIP_MEAN, CLIP_STD, IMAGENET_MEAN, IMAGENET_STD, SCENE, TILE
from isnet import ISNet
from prompts import ANOMALOUS_STATES, LOCALISING, NORMAL_STATES, ensemble
from tiles import crop, resize, square
from tokens import load_tokenizer


@dataclasses.dataclass
class Settings:
    """The method's numbers; those that differ from the paper's are the pack's defaults."""

    points_per_side: int = 16
    predicted_iou: float = 0.88
    stability: float = 0.90
    inside: float = 0.80
    scale: float = 100.0
    sam: bool = True


@dataclasses.dataclass
class Result:
    score: float
    heat: np.ndarray  # [h, w]
    foreground: np.ndarray  # [h, w] of bool
    source: str  # "sam", "dis" or "whole"
    masks: list[np.ndarray]
    tiles: list[tuple[int, int, int, float]]


def tensor(picture: np.ndarray, mean, std) -> torch.Tensor:
    x = torch.from_numpy(picture.copy()).permute(2, 0, 1).float() / 255
    return ((x - torch.tensor(mean)[:, None, None]) / torch.tensor(std)[:, None, None])[None]


class Inspector:
    def __init__(self, checkpoints: pathlib.Path, settings: Settings):
        self.settings = settings
        config = json.loads((checkpoints / "isnet" / "config.json").read_text())
        self.isnet = ISNet(config).eval()
        self.isnet.load_state_dict(load_file(checkpoints / "isnet" / "model.safetensors"), strict=False)
        self.sam = SamModel.from_pretrained(checkpoints / "sam").eval() if (checkpoints / "sam").exists() else None
        self.clipseg = CLIPSegForImageSegmentation.from_pretrained(checkpoints / "clipseg").eval()
        self.tokenizer = load_tokenizer()
        self.localising = self.texts(LOCALISING)
        self.names: dict[str, torch.Tensor] = {}

    def texts(self, texts: list[str]) -> torch.Tensor:
        ids = torch.tensor([encoding.ids for encoding in self.tokenizer.encode_batch(texts)])
        clip = self.clipseg.clip
        return clip.text_projection(clip.text_model(ids).pooler_output)

    def sides(self, name: str) -> torch.Tensor:
        """[2, D]: the means of the unit embeddings of the normal and of the anomalous prompts."""
        if name not in self.names:
            groups = (ensemble(NORMAL_STATES, name), ensemble(ANOMALOUS_STATES, name))
            self.names[name] = torch.stack([F.normalize(self.texts(g), dim=-1).mean(0) for g in groups])
        return self.names[name]

    def dichotomous(self, picture: np.ndarray) -> np.ndarray:
        height, width = picture.shape[:2]
        x = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float()
        x = F.interpolate(x, size=(SCENE, SCENE), mode="bilinear").to(torch.uint8).float() / 255 - 0.5
        y = F.interpolate(self.isnet(x)[0].sigmoid(), size=(height, width), mode="bilinear")[0, 0]
        spread = y.max() - y.min()
        return ((y - y.min()) / spread > 0.5).numpy() if spread > 0 else np.zeros((height, width), bool)

    def sam_masks(self, picture: np.ndarray, near: np.ndarray) -> list[np.ndarray]:
        """Automatic masks at the points of the grid that lie within one step of the dichotomous mask."""
        s, (height, width) = self.settings, picture.shape[:2]
        scale = SCENE / max(height, width)
        new = (int(height * scale + 0.5), int(width * scale + 0.5))
        small = np.asarray(Image.fromarray(picture).resize(new[::-1], Image.Resampling.BILINEAR))
        x = tensor(small, IMAGENET_MEAN, IMAGENET_STD)
        x = F.pad(x, (0, SCENE - new[1], 0, SCENE - new[0]))
        embedding = self.sam.vision_encoder(x)[0]
        n = s.points_per_side
        dy, dx = math.ceil(height / n), math.ceil(width / n)
        points = []
        for j in range(n):
            for i in range(n):
                px, py = (i + 0.5) / n * width, (j + 0.5) / n * height
                window = near[max(0, int(py) - dy) : int(py) + dy + 1, max(0, int(px) - dx) : int(px) + dx + 1]
                if window.any():
                    points.append([px * new[1] / width, py * new[0] / height])
        if not points:
            return []
        grid = torch.tensor(points).float()[None, :, None]
        output = self.sam(image_embeddings=embedding, input_points=grid, multimask_output=True)
        logits, guess = output.pred_masks[0].flatten(0, 1), output.iou_scores[0].flatten()
        logits, guess = logits[guess > s.predicted_iou], guess[guess > s.predicted_iou]
        if len(guess) == 0:
            return []
        logits = F.interpolate(logits[None], size=(SCENE, SCENE), mode="bilinear")[..., : new[0], : new[1]]
        logits = F.interpolate(logits, size=(height, width), mode="bilinear")[0]
        stability = (logits > 1).sum((-1, -2)) / (logits > -1).sum((-1, -2))
        stable = stability >= s.stability
        masks, guess = (logits[stable] > 0).numpy(), guess[stable]
        boxes = []
        for mask in masks:
            ys, xs = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
            boxes.append([xs[0], ys[0], xs[-1], ys[-1]] if len(ys) else [0, 0, 0, 0])
        if not boxes:
            return []
        keep = nms(torch.tensor(boxes).float(), guess, 0.7)
        return [masks[i] for i in keep.tolist()]

    def foreground(self, picture: np.ndarray):
        dis = self.dichotomous(picture)
        if not dis.any():
            return np.ones_like(dis), "whole", []
        masks = self.sam_masks(picture, dis) if self.settings.sam and self.sam is not None else []
        kept = [m for m in masks if m.any() and (m & dis).sum() / m.sum() >= self.settings.inside]
        if not kept:
            return dis, "dis", []
        return np.logical_or.reduce(kept), "sam", kept

    def tile_score(self, tile: np.ndarray, name: str) -> float:
        x = tensor(resize(tile, TILE, Image.Resampling.BICUBIC), CLIP_MEAN, CLIP_STD)
        clip = self.clipseg.clip
        v = F.normalize(clip.visual_projection(clip.vision_model(x).pooler_output), dim=-1)[0]
        return float((self.settings.scale * (self.sides(name) @ v)).softmax(0)[1])

    def localise(self, tile: np.ndarray) -> np.ndarray:
        """The harmonic mean over the localising prompts, at the tile's size."""
        x = tensor(resize(tile, TILE, Image.Resampling.BILINEAR), IMAGENET_MEAN, IMAGENET_STD)
        hidden = self.clipseg.clip.vision_model(x, output_hidden_states=True).hidden_states
        activations = [hidden[i + 1].expand(len(self.localising), -1, -1) for i in self.clipseg.extract_layers]
        logits = self.clipseg.decoder(activations, self.localising).logits.clamp(-30, 30)
        mean = len(logits) / (1 + (-logits).exp()).sum(0)
        return F.interpolate(mean[None, None], size=tile.shape[:2], mode="bilinear")[0, 0].numpy()

    @torch.inference_mode()
    def inspect(self, picture: np.ndarray, name: str, foreground: np.ndarray | None = None) -> Result:
        height, width = picture.shape[:2]
        if foreground is None:
            foreground, source, masks = self.foreground(picture)
        else:
            source, masks = "given", []
        regions = [r for r in regionprops(label(foreground, connectivity=2)) if r.area >= 0.001 * height * width]
        boxes = [(r.bbox[1], r.bbox[0], r.bbox[3] - r.bbox[1], r.bbox[2] - r.bbox[0]) for r in regions]
        boxes = boxes or [(0, 0, width, height)]
        total, count = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
        scores, tiles = [], []
        for box in boxes:
            x, y, side = square(box, TILE, width, height)
            tile = crop(picture, x, y, side)
            score = self.tile_score(tile, name)
            heat = self.localise(tile) * score
            top, left = max(y, 0), max(x, 0)
            part = heat[top - y : height - y, left - x : width - x]
            total[top : top + part.shape[0], left : left + part.shape[1]] += part
            count[top : top + part.shape[0], left : left + part.shape[1]] += 1
            scores.append(score)
            tiles.append((x, y, side, score))
        best = sorted(scores, reverse=True)[: max(1, math.ceil(len(scores) / 4))]
        return Result(float(np.mean(best)), total / np.maximum(count, 1), foreground, source, masks, tiles)
