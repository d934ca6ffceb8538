"""Random weights, pictures and texts, shared by the fixtures of CLIP and CLIPSeg."""

import numpy as np
import torch
from PIL import Image


def randomise(model, seed, dtype):
    """Weights that make every part of the network matter, exactly representable in `dtype`."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if "norm" in name and name.endswith("weight"):
            value = 1 + 0.2 * noise
        elif name.endswith("bias"):
            value = 0.1 * noise
        elif "embedding" in name and "patch" not in name:
            value = 0.5 * noise
        elif parameter.dim() > 1:
            value = 1.5 * noise / parameter[0].numel() ** 0.5
        else:
            value = parameter.detach()
        parameter.data = value.to(dtype).float()
    return model.eval()


def picture(seed, width, height):
    """Smooth colours with an edge and some noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    waves = [np.sin(x * f + y * g + p) for f, g, p in rng.uniform(1, 9, (3, 3))]
    pixels = 127 + 90 * np.stack(waves, -1) + rng.normal(0, 12, (height, width, 3))
    pixels[height // 3 : height // 2, width // 4 : width // 2] += 60
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def tokens(generator, batch, length, vocabulary, padding):
    """Random texts: a start, words, an end (the highest id, as in CLIP), padding."""
    ids = torch.full((batch, length), padding, dtype=torch.int64)
    for row in ids:
        words = int(torch.randint(0, length - 1, (1,), generator=generator))
        row[0] = vocabulary - 2
        row[1 : 1 + words] = torch.randint(1, vocabulary - 2, (words,), generator=generator)
        row[1 + words] = vocabulary - 1
    return ids
