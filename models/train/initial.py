"""Starting values that a vision transformer otherwise spends thousands of steps to find.

Patch embedding: the two-dimensional DCT-II basis, low frequencies first, on luminance and two colour differences.
Positions: the sinusoids of Vaswani et al. 2017, half of the width for each axis.
"""

import math

import torch
from torch import nn


def dct_filters(width: int, patch: int) -> torch.Tensor:
    """[width, 3, patch, patch]: half of the filters on luminance, a quarter on each colour difference.

    Higher frequencies weigh more, as pictures hold less of them.
    """
    n = torch.arange(patch)
    basis = torch.cos(math.pi / patch * (n[None, :] + 0.5) * n[:, None]) * math.sqrt(2 / patch)
    basis[0] /= math.sqrt(2)
    order = sorted((u + v, u, v) for u in range(patch) for v in range(patch))
    colours = torch.tensor([[1.0, 1.0, 1.0], [1.0, 0.0, -1.0], [-0.5, 1.0, -0.5]])
    colours = colours / colours.norm(dim=1, keepdim=True)
    shares = [width // 2, width // 4, width - width // 2 - width // 4]
    filters = [
        colours[channel][:, None, None] * torch.outer(basis[u], basis[v]) * (1 + total) / patch
        for channel, share in enumerate(shares)
        for total, u, v in order[:share]
    ]
    filters = torch.stack(filters)
    if len(filters) < width:
        extra = torch.randn(width - len(filters), 3, patch, patch) / math.sqrt(3 * patch * patch)
        filters = torch.cat([filters, extra])
    return filters


def sinusoids(width: int, grid: int) -> torch.Tensor:
    """[grid * grid, width]."""
    quarter = width // 4
    frequency = torch.exp(-math.log(100.0) * torch.arange(quarter) / quarter)
    angle = torch.arange(grid)[:, None] * frequency
    line = torch.cat([angle.sin(), angle.cos()], dim=1)
    rows = line[:, None, :].expand(grid, grid, -1)
    columns = line[None, :, :].expand(grid, grid, -1)
    return torch.cat([rows, columns], dim=-1).reshape(grid * grid, -1)


def refill(module: nn.Module) -> None:
    """Gives linear layers and convolutions the deviation 1/sqrt(inputs).

    transformers leaves some networks nearly at zero (SAM's encoder at 1e-10): they are meant to be overwritten.
    """
    for layer in module.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            nn.init.normal_(layer.weight, std=layer.weight[0].numel() ** -0.5)
        elif isinstance(layer, nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, std=layer.weight.shape[0] ** -0.5)
