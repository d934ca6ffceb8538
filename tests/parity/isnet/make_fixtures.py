"""Makes the fixtures of crate/networks/tests/isnet.rs: small IS-Nets of random weights, and what PyTorch gives for them.

Needs torch, numpy, safetensors and pillow. Run it anywhere; it writes next to itself.
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import save_file
from torch import nn

from isnet import IsNet

HERE = pathlib.Path(__file__).parent
CASES = {
    # Every level of every pyramid has an odd side somewhere: 67 → 34 → 17 → 9 → 5 → 3 → 2.
    "odd": {
        "picture": (59, 83),
        "config": {
            "model_type": "isnet",
            "input_size": 67,
            "conv_in": 5,
            "stages": [[5, 3, 6], [6, 4, 7], [7, 3, 9], [9, 5, 8], [8, 4, 10], [10, 3, 7]],
            "decoder": [[17, 4, 9], [17, 3, 6], [15, 4, 7], [14, 3, 5], [11, 2, 4]],
        },
    },
    "even": {
        "picture": (160, 47),
        "config": {
            "model_type": "isnet",
            "input_size": 96,
            "conv_in": 8,
            "stages": [[8, 4, 8], [8, 4, 8], [8, 4, 12], [12, 4, 12], [12, 4, 12], [12, 4, 12]],
            "decoder": [[24, 4, 12], [24, 4, 12], [24, 4, 8], [16, 4, 8], [16, 4, 8]],
        },
    },
}


def random_network(config, seed):
    """Weights whose signal neither dies out nor saturates the sigmoid, and batch statistics that are not 0 and 1."""
    torch.manual_seed(seed)
    network = IsNet(config)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                module.bias.normal_(0, 0.1)
            elif isinstance(module, nn.BatchNorm2d):
                module.weight.uniform_(0.7, 1.4)
                module.bias.normal_(0, 0.2)
                module.running_mean.normal_(0, 0.3)
                module.running_var.uniform_(0.5, 2.0)
        # Half precision keeps the fixture small; the network runs in single precision on the rounded values.
        for tensor in network.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(tensor.half().float())
    return network.eval()


def preprocess(picture, size):
    """As DIS's Inference.py: bilinear without antialiasing, truncated to bytes, shifted to -0.5 to 0.5."""
    pixels = torch.from_numpy(picture).float().permute(2, 0, 1)[None]
    squeezed = F.interpolate(pixels, size=(size, size), mode="bilinear", align_corners=False).to(torch.uint8)
    return squeezed / 255.0 - 0.5


def main():
    torch.set_num_threads(1)
    for seed, (name, case) in enumerate(CASES.items()):
        config, folder = case["config"], HERE / name
        folder.mkdir(exist_ok=True)
        network = random_network(config, seed)
        height, width = case["picture"]
        rng = np.random.default_rng(seed)
        coarse = Image.fromarray(rng.integers(0, 256, (7, 5, 3), dtype=np.uint8))
        picture = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC))
        with torch.no_grad():
            pixels = preprocess(picture, config["input_size"])
            sides = network(pixels)
            restored = F.interpolate(sides[0], size=(height, width), mode="bilinear", align_corners=False)
        print(name, "saliency", sides[0].min().item(), sides[0].max().item(), sides[0].std().item())
        weights = {k: v.half() if v.is_floating_point() else v for k, v in network.state_dict().items()}
        save_file({k: v.contiguous() for k, v in weights.items()}, folder / "model.safetensors")
        expected = {"pixels": pixels, "saliency": sides[0], "restored": restored}
        save_file({k: v.contiguous() for k, v in expected.items()}, folder / "expected.safetensors")
        Image.fromarray(picture).save(folder / "picture.png", optimize=True)
        (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    main()
