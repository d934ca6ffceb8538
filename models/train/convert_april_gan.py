"""Makes a checkpoint for the pack builder of APRIL-GAN's published layers.

    python convert_april_gan.py --from exps/pretrained/visa_pretrained.pth --out CHECKPOINTS/april_gan

The defaults are what the published ones were trained with (ByChelsea/VAND-APRIL-GAN, train.sh): OpenAI's ViT-L/14-336 at 518
pixels. At a size that is not its own, open_clip gives that tower the exact GELU in place of OpenAI's own approximation, so
the layers expect it. Layers go with the CLIP that they were trained on: a pack of another one refuses them.
"""

import argparse
import pathlib

import torch

from april_gan import save


def layers(path: pathlib.Path, stages: int) -> dict[str, torch.Tensor]:
    """The tensors `fc.0.weight` … of a saved training."""
    saved = torch.load(path, map_location="cpu", weights_only=True)
    if "trainable_linearlayer" not in saved:
        raise SystemExit(f"{path} holds {', '.join(map(str, saved))}, and no trainable_linearlayer")
    found = saved["trainable_linearlayer"]
    wanted = [f"fc.{i}.{part}" for i in range(stages) for part in ("weight", "bias")]
    if sorted(found) != sorted(wanted):
        raise SystemExit(f"{path} holds {', '.join(found)}; {stages} stages need {', '.join(wanted)}")
    return {name: found[name] for name in wanted}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--from", dest="source", type=pathlib.Path, required=True, help="the published .pth")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder of the checkpoint")
    parser.add_argument("--features-list", type=int, nargs="+", default=[6, 12, 18, 24], help="blocks that are read, from 1")
    parser.add_argument("--image-size", type=int, default=518)
    parser.add_argument("--hidden-act", default="gelu", choices=["gelu", "quick_gelu"], help="the image tower's activation")
    options = parser.parse_args()
    tensors = layers(options.source, len(options.features_list))
    config = {"features_list": options.features_list, "image_size": options.image_size, "hidden_act": options.hidden_act}
    save(options.out, tensors, config)


if __name__ == "__main__":
    main()
