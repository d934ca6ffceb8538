"""Trains CLIP and CLIPSeg together, from scratch, on pairs of a whole and a defective tile.

Both are one network here as in the full pack: CLIPSegForImageSegmentation holds the CLIP. A step sees each pair under
CLIP's or under CLIPSeg's normalisation, as the method feeds both through the one vision tower; from one pass come the
score, softmax(100 [mean cosine to normal prompts, mean cosine to anomalous ones]), and the map for a localising prompt.
Losses: cross-entropy of the score; a ranking within the pair and between pairs; cross-entropy and dice of the map; and, for the defective
tile, how much of its class token's attention lies on the defect: one patch in two hundred gets no gradient worth the name
as long as the token looks everywhere.

    python train_clip.py --cache CACHE --state STATE/clip.pt --curve curves/clip.csv --steps 12000 --processes 2
"""

import json
import math
import random

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import nn
from torch.nn import functional as F
from transformers import CLIPSegForImageSegmentation

import initial
import loop
from config import CLIP_MEAN, CLIP_STD, IMAGENET_MEAN, IMAGENET_STD, MARGIN, TILE, clipseg_config
from prompts import ANOMALOUS_STATES, GENERIC_NAMES, LOCALISING, NORMAL_STATES, TEMPLATES, UNSEEN_WORDS, compose
from tokens import END_ID, load_tokenizer, plain_words

SCALE = 100.0  # the method's constant temperature
NORMALISATIONS = [(CLIP_MEAN, CLIP_STD), (IMAGENET_MEAN, IMAGENET_STD)]
NAMES_PER_STEP, PROMPTS_PER_SIDE = 6, 6

# In the last layers some heads of the class token are taught to look at defects; the others are free.
WATCHING_LAYERS, WATCHING_HEADS = (-2, -1), 2
ATTENTION_WEIGHT = 0.2

# What a prompt's words mean most of all. Every prompt marks every defect, but errs least where it is meant.
MEANT = {
    "a tear": {"tear"}, "a rip": {"tear"}, "a cut": {"tear", "scratch"}, "a break": {"crack", "missing piece"},
    "a crack": {"crack"}, "a missing component": {"missing piece", "hole"}, "a mark": {"scratch", "contamination"},
    "a dent": {"dent", "bend"}, "a scratch": {"scratch"}, "a blemish": {"discolouration", "contamination"},
    "an imperfection": {"burr", "dent"}, "a mistake": {"extra component"}, "an error": {"extra component", "hole"},
}
MEANT_WEIGHT = 4.0


def new_model() -> CLIPSegForImageSegmentation:
    config = clipseg_config()
    # The class token's attention is part of the loss, which the fused attention does not give away; nor is it faster here.
    config._attn_implementation = "eager"
    model = CLIPSegForImageSegmentation(config)
    vision, embeddings = config.vision_config, model.clip.vision_model.embeddings
    with torch.no_grad():
        embeddings.patch_embedding.weight.copy_(initial.dct_filters(vision.hidden_size, vision.patch_size))
        positions = initial.sinusoids(vision.hidden_size, vision.image_size // vision.patch_size)
        embeddings.position_embedding.weight[1:].copy_(positions * 0.5)
        embeddings.class_embedding.mul_(0.1)
        # transformers leaves these at unit deviation, meant to be overwritten by a checkpoint.
        decoder = model.decoder
        initial.refill(decoder.reduces)
        initial.refill(decoder.transposed_convolution)
        nn.init.normal_(decoder.film_mul.weight, std=0.02)
        nn.init.ones_(decoder.film_mul.bias)
        nn.init.normal_(decoder.film_add.weight, std=0.02)
        nn.init.constant_(decoder.transposed_convolution[-1].bias, -3.0)
    model.clip.logit_scale.requires_grad_(False)
    return model


def embed_texts(model, tokenizer, texts: list[str]) -> torch.Tensor:
    """Projected text embeddings, not normalised, as CLIPSeg is conditioned on them."""
    ids = torch.tensor([encoding.ids for encoding in tokenizer.encode_batch(texts)])
    # Attention looks back only, so what follows the longest text's end changes nothing.
    ids = ids[:, : (ids == END_ID).int().argmax(1).max() + 1]
    return model.clip.text_projection(model.clip.text_model(ids).pooler_output)


def look(model, pixels: torch.Tensor):
    """One pass of the vision tower: the unit image embedding, the activations that the decoder reads, and the attention of
    the watching heads of the class token, [layers * heads, n, patches]."""
    output = model.clip.vision_model(pixels, output_hidden_states=True, output_attentions=True)
    embedding = F.normalize(model.clip.visual_projection(output.pooler_output).float(), dim=-1)
    watching = [output.attentions[layer][:, :WATCHING_HEADS, 0, 1:] for layer in WATCHING_LAYERS]
    watching = torch.cat(watching, 1).transpose(0, 1).float()
    return embedding, [output.hidden_states[i + 1] for i in model.extract_layers], watching


def attention_loss(watching: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """How little of the attention lies on patches with a defect: the mean of −log of its share."""
    side = math.isqrt(watching.shape[-1])
    patches = F.adaptive_max_pool2d(target[:, None], side).flatten(1)
    share = (watching * patches).sum(-1) / watching.sum(-1)
    return -(share[:, patches.any(1)] + 1e-3).log().mean()


def augment(rng: random.Random, picture: torch.Tensor) -> torch.Tensor:
    """The same dihedral turn, light and colour cast for everything in [n, c, h, w]; the mask is its last channel."""
    if rng.random() < 0.5:
        picture = picture.transpose(-1, -2)
    flips = [axis for axis in (-1, -2) if rng.random() < 0.5]
    picture = picture.flip(flips)
    x, y = (max(0, min(MARGIN, round(rng.gauss(MARGIN / 2, 3)))) for _ in range(2))
    picture = picture[..., y : y + TILE, x : x + TILE].clone()
    colour = picture[:, :3]
    gain = torch.tensor([rng.uniform(0.9, 1.1) for _ in range(3)])[:, None, None] * rng.uniform(0.75, 1.25)
    mean = colour.mean()
    picture[:, :3] = (((colour - mean) * rng.uniform(0.8, 1.2) + mean) * gain).clamp(0, 1)
    return picture


def normalise(picture: torch.Tensor, which: int) -> torch.Tensor:
    mean, std = (torch.tensor(values)[:, None, None] for values in NORMALISATIONS[which])
    return (picture - mean) / std


def shrink(mask: torch.Tensor, side: int) -> torch.Tensor:
    """Masks [n, h, w] at a map's size: 1 where at least a quarter of a pixel is in them."""
    return (F.adaptive_avg_pool2d(mask[:, None], side)[:, 0] > 0.25).float()


class Tiles:
    """The cached tile pairs of some folders."""

    def __init__(self, folders):
        self.labels, self.places, self.shards = [], [], []
        for folder in folders:
            labels = json.loads((folder / "tiles-labels.json").read_text())
            self.places += [(len(self.shards), i) for i in range(len(labels))]
            self.labels += labels
            self.shards.append([np.load(folder / f"tiles-{x}.npy", mmap_mode="r") for x in ("whole", "broken", "mask")])

    def pair(self, i: int) -> torch.Tensor:
        """[2, 4, size, size], 0 to 1: whole and broken; the channels are red, green, blue, defect."""
        shard, at = self.places[i]
        whole, broken, mask = (array[at] for array in self.shards[shard])
        planes = [np.dstack([whole, np.zeros_like(mask)]), np.dstack([broken, mask])]
        return torch.from_numpy(np.stack(planes)).permute(0, 3, 1, 2).float() / 255


def pick_name(rng: random.Random, label: dict, words: list[str]) -> str:
    """Mostly the part's own names, now and then one that says nothing or something else."""
    chance = rng.random()
    if chance < 0.55:
        return rng.choice([label["name"], *label["synonyms"]])
    if chance < 0.7:
        return rng.choice(GENERIC_NAMES)
    return " ".join(rng.sample(words, rng.choice([1, 1, 2])))


def map_loss(logits: torch.Tensor, target: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Cross-entropy over all maps and dice over those with a defect, each map with its weight."""
    entropy = F.binary_cross_entropy_with_logits(logits, target, weight=1 + 4 * target, reduction="none")
    entropy = (entropy.flatten(1).mean(1) * weight).sum() / weight.sum()
    hurt = target.flatten(1).sum(1) > 0
    p, t = logits[hurt].sigmoid().flatten(1), target[hurt].flatten(1)
    dice = 1 - (2 * (p * t).sum(1) + 1) / (p.sum(1) + t.sum(1) + 1)
    return 2 * entropy + (dice * weight[hurt]).sum() / weight[hurt].sum()


def make(options):
    """Model, loss and judge for `loop`."""
    torch.manual_seed(options.seed)
    model = new_model()
    tokenizer = load_tokenizer()
    words = [word for word in plain_words() if word not in UNSEEN_WORDS]
    tiles = Tiles(loop.shards(options.cache))
    held = Tiles([options.cache / "judge"])
    count = len(tiles.labels)
    vision = model.config.vision_config
    map_side = vision.image_size // vision.patch_size * (vision.patch_size // 4) ** 2

    def loss_of(step: int, rank: int):
        rng = random.Random(f"{options.seed} {step} {rank}")
        chosen = [rng.randrange(count) for _ in range(options.batch)]
        pixels, targets = [], []
        for i in chosen:
            pair = augment(rng, tiles.pair(i))
            pixels.append(normalise(pair[:, :3], rng.randrange(2)))
            targets.append(pair[:, 3])
        target = shrink(torch.cat(targets), map_side)

        names = [pick_name(rng, tiles.labels[i], words) for i in chosen[:NAMES_PER_STEP]]
        sides = [
            [compose(state, rng.choice(TEMPLATES), name) for state in rng.sample(states, PROMPTS_PER_SIDE)]
            for name in names
            for states in (NORMAL_STATES, ANOMALOUS_STATES)
        ]
        localising = rng.sample(LOCALISING[:-1], 8)
        texts = embed_texts(model, tokenizer, [text for side in sides for text in side] + localising).float()
        prompts = F.normalize(texts[: -len(localising)], dim=-1)
        means = prompts.view(len(names), 2, PROMPTS_PER_SIDE, -1).mean(2)
        direction = means[:, 1] - means[:, 0]  # [names, D]: anomalous minus normal

        embedding, activations, watching = look(model, torch.cat(pixels))
        owner = torch.arange(2 * options.batch) // 2 % len(names)
        logit = SCALE * (embedding * direction[owner]).sum(-1)
        whole, broken = logit.view(-1, 2).unbind(1)
        entropy = (F.softplus(whole) + F.softplus(-broken)).mean() / 2
        # Within each pair, and between all: scenes differ more than a defect makes them differ.
        ranking = (F.softplus(whole - broken).mean() + F.softplus(whole[:, None] - broken).mean()) / 2

        order = torch.tensor([rng.randrange(len(localising)) for _ in range(2 * options.batch)])
        maps = model.decoder(activations, texts[-len(localising) :][order]).logits.float()
        defects = [tiles.labels[i]["defect"] for i in chosen for _ in range(2)]
        meant = [defect in MEANT.get(localising[k], ()) for defect, k in zip(defects, order)]
        area = map_loss(maps, target, torch.where(torch.tensor(meant), MEANT_WEIGHT, 1.0))
        attention = attention_loss(watching, target)
        loss = entropy + ranking + area + ATTENTION_WEIGHT * attention
        right = (broken > whole).float().mean()
        parts = {"score": entropy, "ranking": ranking, "map": area, "attention": attention, "ranked": right}
        return loss, {name: value.detach() for name, value in parts.items()}

    def judge(model):
        """AUROC of the score on fresh pairs of seen kinds (every state, the kind's name), and the map's best F1."""
        directions, scores = {}, []
        overlap = torch.zeros(3, 19)
        marks = embed_texts(model, tokenizer, ["a defect", "a scratch"])
        for i, label in enumerate(held.labels):
            name = label["name"]
            if name not in directions:
                sides = []
                for states in (NORMAL_STATES, ANOMALOUS_STATES):
                    texts = [compose(s, TEMPLATES[k * 5 % 22], name) for k, s in enumerate(states)]
                    sides.append(F.normalize(embed_texts(model, tokenizer, texts), dim=-1).mean(0))
                directions[name] = sides[1] - sides[0]
            pair = held.pair(i)[..., MARGIN // 2 : MARGIN // 2 + TILE, MARGIN // 2 : MARGIN // 2 + TILE]
            embedding, _, _ = look(model, normalise(pair[:, :3], 0))
            scores += (embedding @ directions[name]).tolist()
            _, activations, _ = look(model, normalise(pair[:, :3], 1))
            p = model.decoder(activations, marks).logits.sigmoid()
            t = shrink(pair[:, 3], map_side) > 0
            for k in range(19):
                positive = p > (k + 1) / 20
                overlap[:, k] += torch.tensor([(positive & t).sum(), positive.sum(), t.sum()]).float()
        dice = (2 * overlap[0] / (overlap[1] + overlap[2])).max()
        return {"auroc": roc_auc_score([0, 1] * len(held.labels), scores), "pixel_f1": dice}

    return model, loss_of, judge


if __name__ == "__main__":
    loop.run(make, loop.arguments(__doc__.split("\n")[0]))
