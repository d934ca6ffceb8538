"""IS-Net (Qin et al., ECCV 2022) with widths from a config; structure and tensor names as in xuebinqin/DIS.

Written from the published architecture: RSU blocks of height 7, 6, 5, 4 and the dilated 4F, a strided first
convolution without norm or activation, six side outputs of which the first is the answer.
"""

import torch
from torch import nn
from torch.nn import functional as F

OFFICIAL = {
    "model_type": "isnet",
    "input_size": 1024,
    "conv_in": 64,
    "stages": [[64, 32, 64], [64, 32, 128], [128, 64, 256], [256, 128, 512], [512, 256, 512], [512, 256, 512]],
    "decoder": [[1024, 256, 512], [1024, 128, 256], [512, 64, 128], [256, 32, 64], [128, 16, 64]],
}


def upsample(x: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=False)


def pool(x: torch.Tensor) -> torch.Tensor:
    return F.max_pool2d(x, 2, stride=2, ceil_mode=True)


class REBNCONV(nn.Module):
    """3x3 convolution, batch norm, ReLU."""

    def __init__(self, inputs: int, outputs: int, dilation: int = 1):
        super().__init__()
        self.conv_s1 = nn.Conv2d(inputs, outputs, 3, padding=dilation, dilation=dilation)
        self.bn_s1 = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(self.bn_s1(self.conv_s1(x)), inplace=True)


class RSU(nn.Module):
    """A U-Net of the given height inside of a residual block."""

    def __init__(self, height: int, inputs: int, middle: int, outputs: int):
        super().__init__()
        self.height = height
        self.rebnconvin = REBNCONV(inputs, outputs)
        self.rebnconv1 = REBNCONV(outputs, middle)
        for i in range(2, height):
            self.add_module(f"rebnconv{i}", REBNCONV(middle, middle))
        self.add_module(f"rebnconv{height}", REBNCONV(middle, middle, dilation=2))
        for i in range(height - 1, 1, -1):
            self.add_module(f"rebnconv{i}d", REBNCONV(middle * 2, middle))
        self.rebnconv1d = REBNCONV(middle * 2, outputs)

    def forward(self, x):
        start = self.rebnconvin(x)
        levels, x = [], start
        for i in range(1, self.height):
            x = self.get_submodule(f"rebnconv{i}")(x if i == 1 else pool(x))
            levels.append(x)
        x = self.get_submodule(f"rebnconv{self.height}")(x)
        for i in range(self.height - 1, 0, -1):
            skip = levels[i - 1]
            x = x if x.shape[-2:] == skip.shape[-2:] else upsample(x, skip)
            x = self.get_submodule(f"rebnconv{i}d")(torch.cat([x, skip], 1))
        return x + start


class RSU4F(nn.Module):
    """The flat block: dilations in place of pooling."""

    def __init__(self, inputs: int, middle: int, outputs: int):
        super().__init__()
        self.rebnconvin = REBNCONV(inputs, outputs)
        self.rebnconv1 = REBNCONV(outputs, middle)
        self.rebnconv2 = REBNCONV(middle, middle, 2)
        self.rebnconv3 = REBNCONV(middle, middle, 4)
        self.rebnconv4 = REBNCONV(middle, middle, 8)
        self.rebnconv3d = REBNCONV(middle * 2, middle, 4)
        self.rebnconv2d = REBNCONV(middle * 2, middle, 2)
        self.rebnconv1d = REBNCONV(middle * 2, outputs)

    def forward(self, x):
        start = self.rebnconvin(x)
        one = self.rebnconv1(start)
        two = self.rebnconv2(one)
        three = self.rebnconv3(two)
        x = self.rebnconv3d(torch.cat([self.rebnconv4(three), three], 1))
        x = self.rebnconv2d(torch.cat([x, two], 1))
        return self.rebnconv1d(torch.cat([x, one], 1)) + start


class ISNet(nn.Module):
    """Pictures [n, 3, s, s] to the logits of the six sides, each [n, 1, s, s]; the first is the answer."""

    def __init__(self, config: dict):
        super().__init__()
        stages, decoder = config["stages"], config["decoder"]
        self.conv_in = nn.Conv2d(3, config["conv_in"], 3, stride=2, padding=1)
        blocks = [(7,), (6,), (5,), (4,), (), ()]
        for i, (height, widths) in enumerate(zip(blocks, stages), 1):
            self.add_module(f"stage{i}", RSU(*height, *widths) if height else RSU4F(*widths))
        for i, widths in zip(range(5, 0, -1), decoder):
            height = blocks[i - 1]
            self.add_module(f"stage{i}d", RSU(*height, *widths) if height else RSU4F(*widths))
            self.add_module(f"side{i}", nn.Conv2d(widths[2], 1, 3, padding=1))
        self.side6 = nn.Conv2d(stages[5][2], 1, 3, padding=1)

    def forward(self, picture):
        x = self.conv_in(picture)
        skips = []
        for i in range(1, 7):
            x = self.get_submodule(f"stage{i}")(x if i == 1 else pool(x))
            skips.append(x)
        sides = [self.side6(x)]
        for i in range(5, 0, -1):
            skip = skips[i - 1]
            x = self.get_submodule(f"stage{i}d")(torch.cat([upsample(x, skip), skip], 1))
            sides.append(self.get_submodule(f"side{i}")(x))
        return [upsample(side, picture) for side in reversed(sides)]
