"""Trains APRIL-GAN's four linear layers for the demo's CLIP, which stays as it is.

    python train_april_gan.py --generator PARTS --clipseg CHECKPOINTS/clipseg --features cache/april --out CHECKPOINTS/april_gan \
        --curve curves/april_gan.csv

The tower looks at whole pictures, resized. What it says of them never changes, so it is asked once; the folder `--features`
keeps its answers (about 1.2 MB a picture), and `judge` below it those that only measure. Focal and Dice loss of each stage's map,
Adam at 1e-3 with betas 0.5 and 0.999, eight pictures a step, as the reference has it.
"""

import argparse
import csv
import json
import pathlib
import time

import numpy as np
import torch
from PIL import Image
from sklearn.metrics import precision_recall_curve, roc_auc_score
from tokenizers import Tokenizer
from torch.nn import functional as F
from transformers import CLIPSegForImageSegmentation

from april_gan import Layers, dice, ensembles, focal, probabilities, resize_positions, save
from config import CLIP_MEAN, CLIP_STD
from frames import draw
from tiles import resize

BATCH = 8
FINISHED = "names.json"


def tower_at(clipseg: CLIPSegForImageSegmentation, side: int) -> torch.nn.Module:
    """The image tower for pictures of `side` pixels, its positions interpolated."""
    vision = clipseg.clip.vision_model
    config = vision.config
    patches = side // config.patch_size
    state = vision.state_dict()
    name = "embeddings.position_embedding.weight"
    state[name] = resize_positions(state[name], patches)
    config.image_size = side
    resized = type(vision)(config)
    resized.load_state_dict(state)
    return resized.eval()


@torch.no_grad()
def features_of(tower: torch.nn.Module, stages: list[int], picture: np.ndarray, side: int) -> np.ndarray:
    """The patches after each stage, [stages, L, C]. Stages count blocks from 1."""
    pixels = torch.from_numpy(resize(picture, side, Image.Resampling.BICUBIC).copy()).permute(2, 0, 1).float() / 255
    mean, std = (torch.tensor(values)[:, None, None] for values in (CLIP_MEAN, CLIP_STD))
    output = tower(((pixels - mean) / std)[None], output_hidden_states=True)
    return torch.stack([output.hidden_states[stage][0, 1:] for stage in stages]).half().numpy()


def look(options, tower, folder: pathlib.Path, seed: int, pairs: int) -> None:
    """Draws pictures and keeps what the tower says of them, unless the folder has it."""
    if (folder / FINISHED).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    command = [options.generator, "--paired", "--threads", "1", "--split", "seen", "--seed", str(seed)]
    command += ["--size", str(options.size), "--count", str(pairs), "--max-instances", str(options.most)]
    side, config, count = options.side, tower.config, 2 * pairs
    shape = (count, len(options.stages), (side // config.patch_size) ** 2, config.hidden_size)
    features = np.lib.format.open_memmap(folder / "features.npy", "w+", np.float16, shape)
    masks = np.lib.format.open_memmap(folder / "masks.npy", "w+", np.uint8, (count, side, side))
    names = []
    for i, frame in enumerate(draw(command, options.size)):
        features[i] = features_of(tower, options.stages, frame.picture, side)
        mask = (frame.defect > 0).astype(np.uint8) * 255
        masks[i] = resize(mask, side, Image.Resampling.BILINEAR) > 127
        names.append(frame.info["name"])
        if i % 500 == 499:
            print(f"{i + 1} pictures seen", flush=True)
    (folder / FINISHED).write_text(json.dumps(names))


class Seen:
    """What the tower said of some pictures, by number."""

    def __init__(self, folder: pathlib.Path):
        self.features = np.load(folder / "features.npy", mmap_mode="r")
        self.masks = np.load(folder / "masks.npy", mmap_mode="r")
        self.names = json.loads((folder / FINISHED).read_text())

    def get(self, chosen, texts: dict[str, torch.Tensor]):
        """Features [n, stages, L, C], texts [n, 2, e], masks [n, S, S]."""
        features = torch.from_numpy(self.features[chosen]).float()
        masks = torch.from_numpy(self.masks[chosen]).float()
        return features, torch.stack([texts[self.names[i]] for i in chosen]), masks


@torch.no_grad()
def embed(clipseg: CLIPSegForImageSegmentation, tokenizer: Tokenizer, name: str) -> torch.Tensor:
    """The ensembles of an object, [2, e]: each prompt, the mean and what comes of it of unit length; normal first."""
    sides = []
    for prompts in ensembles(name):
        ids = torch.tensor([encoding.ids for encoding in tokenizer.encode_batch(prompts)])
        each = F.normalize(clipseg.clip.text_projection(clipseg.clip.text_model(ids).pooler_output), dim=-1)
        sides.append(F.normalize(each.mean(0), dim=0))
    return torch.stack(sides)


@torch.no_grad()
def judge(layers: Layers, held: Seen, texts, side: int) -> dict[str, float]:
    """Of the pixels of pictures that are not trained on: AUROC and F1-max; every fourth pixel of every fourth row."""
    found, truth = [], []
    for i in range(0, len(held.names), BATCH):
        features, chosen, masks = held.get(range(i, min(i + BATCH, len(held.names))), texts)
        found.append(probabilities(layers(features, chosen), side).mean(1)[:, ::4, ::4].flatten())
        truth.append(masks[:, ::4, ::4].flatten())
    found, truth = torch.cat(found).numpy(), torch.cat(truth).numpy()
    precision, recall, _ = precision_recall_curve(truth, found)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return {"pixel_auroc": float(roc_auc_score(truth, found)), "pixel_f1": float(f1.max())}


def train(options, layers: Layers, seen: Seen, held: Seen, texts) -> None:
    optimiser = torch.optim.Adam(layers.parameters(), lr=options.rate, betas=(0.5, 0.999))
    order = np.random.default_rng(options.seed)
    start, step = time.monotonic(), 0
    with open(options.curve, "w", newline="") as file:
        curve = csv.writer(file)
        curve.writerow(["step", "seconds", "focal", "dice", "pixel_auroc", "pixel_f1"])
        for _ in range(options.epochs):
            sums = np.zeros(2)
            batches = order.permutation(len(seen.names))
            batches = [np.sort(batches[i : i + BATCH]) for i in range(0, len(batches) - BATCH + 1, BATCH)]
            for chosen in batches:
                features, named, masks = seen.get(chosen, texts)
                maps = probabilities(layers(features, named), options.side)
                parts = [(focal(p, masks), dice(p, masks)) for p in maps.unbind(1)]
                losses = torch.stack([torch.stack(part) for part in parts]).sum(0)
                optimiser.zero_grad()
                losses.sum().backward()
                optimiser.step()
                step += 1
                sums += losses.detach().numpy()
            measured = judge(layers, held, texts, options.side)
            row = [step, round(time.monotonic() - start), *(sums / len(batches)), *measured.values()]
            curve.writerow([value if isinstance(value, int) else f"{value:.4g}" for value in row])
            file.flush()
            print(*row, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--generator", required=True, help="the binary parts-stream")
    parser.add_argument("--clipseg", type=pathlib.Path, required=True, help="folder of the checkpoint that holds CLIP")
    parser.add_argument("--features", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder of the new checkpoint")
    parser.add_argument("--curve", type=pathlib.Path, required=True, help="CSV to write")
    parser.add_argument("--side", type=int, default=336, help="side that pictures are resized to")
    parser.add_argument("--stages", type=int, nargs="+", default=[1, 2, 3, 4], help="blocks that are read, from 1")
    parser.add_argument("--size", type=int, default=512, help="side of the generated pictures")
    parser.add_argument("--most", type=int, default=40, help="parts a picture, at most")
    parser.add_argument("--seed", type=int, default=801)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1e-3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)

    clipseg = CLIPSegForImageSegmentation.from_pretrained(options.clipseg).eval()
    tokenizer = Tokenizer.from_file(str(options.clipseg / "tokenizer.json"))
    end = clipseg.config.text_config.eos_token_id
    tokenizer.enable_padding(pad_id=end, pad_token=tokenizer.id_to_token(end))
    tower = tower_at(clipseg, options.side)
    look(options, tower, options.features / "judge", 103, 60)
    look(options, tower, options.features, options.seed, options.pairs)
    seen, held = Seen(options.features), Seen(options.features / "judge")
    texts = {name: embed(clipseg, tokenizer, name) for name in sorted({*seen.names, *held.names})}

    layers = Layers(tower.config.hidden_size, clipseg.config.projection_dim, len(options.stages))
    train(options, layers, seen, held, texts)
    save(options.out, layers.state_dict(), {"features_list": options.stages, "image_size": options.side})


if __name__ == "__main__":
    main()
