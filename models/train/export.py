"""Writes the averaged weights of the three trainings as checkpoints in Hugging Face layout.

    python export.py --state STATE --out CHECKPOINTS     # clipseg/, sam/, isnet/, pack.json
"""

import argparse
import json
import pathlib

import torch
from safetensors.torch import save_file
from transformers import CLIPSegForImageSegmentation, SamModel

from config import IMAGENET_MEAN, IMAGENET_STD, ISNET, SCENE, TILE, clipseg_config, sam_config
from tokens import write_tokenizer

BILINEAR = 2  # Pillow's number


def averaged(path: pathlib.Path) -> dict[str, torch.Tensor]:
    return torch.load(path, weights_only=True)["average"]


def share(folder: pathlib.Path) -> None:
    """Readable by all: safetensors writes its files for the owner alone."""
    for file in folder.iterdir():
        file.chmod(0o644)


def write_json(path: pathlib.Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")


def preprocessor(kind: str, size: dict, mean, std, **more) -> dict:
    return {
        "image_processor_type": kind, "do_resize": True, "size": size, "resample": BILINEAR, "do_rescale": True,
        "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": list(mean), "image_std": list(std), **more,
    }


def export_clipseg(weights: dict[str, torch.Tensor], out: pathlib.Path) -> None:
    model = CLIPSegForImageSegmentation(clipseg_config())
    model.load_state_dict(weights)
    model.save_pretrained(out)
    size = {"height": TILE, "width": TILE}
    write_json(out / "preprocessor_config.json", preprocessor("ViTImageProcessor", size, IMAGENET_MEAN, IMAGENET_STD))
    write_tokenizer(out)


def export_sam(weights: dict[str, torch.Tensor], out: pathlib.Path) -> None:
    model = SamModel(sam_config())
    # The helpers are for training only.
    model.load_state_dict({name: value for name, value in weights.items() if not name.startswith("helper")})
    model.save_pretrained(out)
    pad = {"height": SCENE, "width": SCENE}
    write_json(
        out / "preprocessor_config.json",
        preprocessor("SamImageProcessor", {"longest_edge": SCENE}, IMAGENET_MEAN, IMAGENET_STD, do_pad=True, pad_size=pad),
    )


def export_isnet(weights: dict[str, torch.Tensor], out: pathlib.Path) -> None:
    weights = {name: value.contiguous() for name, value in weights.items() if "num_batches" not in name}
    save_file(weights, out / "model.safetensors", {"format": "pt"})
    write_json(out / "config.json", ISNET)
    size = {"height": SCENE, "width": SCENE}
    write_json(out / "preprocessor_config.json", preprocessor("ViTImageProcessor", size, [0.5] * 3, [1.0] * 3))


EXPORTS = {"clipseg": export_clipseg, "sam": export_sam, "isnet": export_isnet}


def write(out: pathlib.Path, name: str, weights: dict[str, torch.Tensor]) -> None:
    """Writes the checkpoint `name` below `out`, and the pack's options beside it."""
    (out / name).mkdir(parents=True, exist_ok=True)
    EXPORTS[name](weights, out / name)
    share(out / name)
    write_json(out / "pack.json", PACK)
    print(name)


# The pack builder's options (crate/pack: BuildOptions). The decoder's masks are coarse: 12x12 points are plenty, and a
# pixel of theirs is eight of a picture's, so that few are as stable as the method's own 0.95 asks.
PACK = {
    "name": "demo",
    "settings": {"points_per_side": 12, "stability_threshold": 0.9},
    "origins": {
        name: {
            "licence": "MIT OR Apache-2.0" + (" (tokenizer merges: OpenAI CLIP, MIT)" if name == "clipseg" else ""),
            "source": "trained from scratch on generated parts by models/train",
        }
        for name in ("clipseg", "sam", "isnet", "april_gan")
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--state", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    for name, file in (("clipseg", "clip.pt"), ("sam", "sam.pt"), ("isnet", "isnet.pt")):
        if (options.state / file).exists():
            write(options.out, name, averaged(options.state / file))


if __name__ == "__main__":
    main()
