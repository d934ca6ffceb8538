"""Makes a trained CLIPSeg wider, deeper and sharper, almost without changing what it computes, so that training goes on from
there.

    python grow.py --from CHECKPOINTS/clipseg/model.safetensors --out START.safetensors

Width (Net2Net, Chen et al. 2016, arXiv 1511.05641): every channel of the vision tower is doubled, and what reads the two
copies shares its weight between them, unevenly, so that they drift apart. Layer norms are the same over a doubled vector. Only the second copy of a patch filter differs: it
also sees something that none saw.
Depth: the new layers end in zeros, hence add nothing at first.
Resolution: as many patches of more pixels. A patch filter becomes the old one of the patch made smaller; half of them also
see a wave of light and dark that the smaller patch could not show. The decoder's last kernels are made larger. The sizes to
come are those of `config.py`.
"""

import argparse
import pathlib

import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional as F
from transformers import CLIPSegForImageSegmentation

import initial
from config import clipseg_config

LAYERS = "clip.vision_model.encoder.layers."
READERS = ("clip.visual_projection.weight", "decoder.reduces.")  # they read the tower from outside
UNEVEN = 0.5  # deviation of a copy's share, of the weights' own
UNSEEN = 0.5  # of a patch filter's usual norm: how much the copies see of what no filter saw


def origins(layers: int, grown: int) -> list[tuple[int, bool]]:
    """For each layer of the grown tower the old one that it copies, and whether it is new: the new ones follow the old ones
    from the second on, evenly."""
    after = {1 + k * (layers - 1) // (grown - layers) for k in range(grown - layers)} if grown > layers else set()
    if len(after) != grown - layers:
        raise ValueError(f"{layers} layers cannot become {grown}")
    return [(old, new) for old in range(layers) for new in ([False, True] if old in after else [False])]


def double_rows(weight: torch.Tensor) -> torch.Tensor:
    return torch.cat([weight, weight])


def split_columns(weight: torch.Tensor) -> torch.Tensor:
    drift = torch.randn_like(weight) * weight.std() * UNEVEN
    return torch.cat([weight / 2 + drift, weight / 2 - drift], dim=1)


def widen(name: str, value: torch.Tensor) -> torch.Tensor:
    if name.startswith(READERS):
        return split_columns(value) if value.dim() == 2 else value
    if not name.startswith("clip.vision_model."):
        return value
    if name.endswith("position_embedding.weight"):
        return torch.cat([value, value], dim=1)
    if name.endswith("patch_embedding.weight"):
        seen = value.flatten(1)
        unseen = torch.linalg.svd(seen)[2][len(seen) :][: len(seen)]
        copies = seen.clone()
        copies[: len(unseen)] += UNSEEN * seen.norm(dim=1).mean() * unseen
        return torch.cat([seen, copies]).view(-1, *value.shape[1:])
    return double_rows(split_columns(value)) if value.dim() == 2 else double_rows(value)


def sharpen(name: str, value: torch.Tensor, patch: int) -> torch.Tensor:
    """The tensor for patches of `patch` pixels squared."""
    if name.endswith("patch_embedding.weight"):
        old = value.shape[-1]
        shrink = F.interpolate(torch.eye(patch)[None, None], (old, patch), mode="bilinear", antialias=True)[0, 0]
        filters = torch.einsum("ay,bx,ncab->ncyx", shrink, shrink, value)
        seen = shrink.T @ torch.linalg.pinv(shrink.T)  # onto what the smaller patch shows of a line of pixels
        waves = initial.dct_filters(6 * patch * patch, patch)[: patch * patch, :1].expand(-1, 3, -1, -1)
        unseen = waves - torch.einsum("ya,xb,ncab->ncyx", seen, seen, waves)
        # Those that the smaller patch shows least of.
        order = (unseen.flatten(1).norm(dim=1) / waves.flatten(1).norm(dim=1)).argsort(descending=True)
        unseen = F.normalize(unseen[order[: patch * patch - old * old]].flatten(1), dim=1).view(-1, *filters.shape[1:])
        few = min(len(unseen), len(filters) // 2)
        filters[-few:] += UNSEEN * filters.flatten(1).norm(dim=1).mean() * unseen[:few]
        return filters
    if name.startswith("decoder.transposed_convolution.") and value.dim() == 4 and value.shape[-1] != 3:
        return F.interpolate(value, (patch // 4, patch // 4), mode="bilinear")
    return value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--from", dest="start", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(1)
    old, config = load_file(options.start), clipseg_config()
    width = config.vision_config.hidden_size // old["clip.vision_model.post_layernorm.weight"].numel()
    layers = 1 + max(int(name.removeprefix(LAYERS).split(".")[0]) for name in old if name.startswith(LAYERS))
    grown = {}
    for name, value in old.items():
        if not name.startswith(LAYERS):
            grown[name] = value
            continue
        number, part = name.removeprefix(LAYERS).split(".", 1)
        for at, (origin, new) in enumerate(origins(layers, config.vision_config.num_hidden_layers)):
            if origin == int(number):
                ends = new and part.startswith(("self_attn.out_proj", "mlp.fc2"))
                grown[f"{LAYERS}{at}.{part}"] = torch.zeros_like(value) if ends else value.clone()
    if width == 2:
        grown = {name: widen(name, value) for name, value in grown.items()}
    elif width != 1:
        raise ValueError(f"a tower can be doubled, not made {width} times as wide")
    patch = config.vision_config.patch_size
    if patch != grown["clip.vision_model.embeddings.patch_embedding.weight"].shape[-1]:
        grown = {name: sharpen(name, value, patch) for name, value in grown.items()}
    CLIPSegForImageSegmentation(config).load_state_dict(grown)
    save_file({name: value.contiguous() for name, value in grown.items()}, options.out, {"format": "pt"})


if __name__ == "__main__":
    main()
