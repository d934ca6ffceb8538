"""IS-Net in PyTorch, with the modules named as in the DIS repository, at the widths of a config.json.

Written from the architecture's description and tensor list, independently of the Rust graph builder that is tested
against it.
"""

import torch
import torch.nn.functional as F
from torch import nn


class ConvNormRelu(nn.Module):
    def __init__(self, channels, out, dilation=1):
        super().__init__()
        self.conv_s1 = nn.Conv2d(channels, out, 3, padding=dilation, dilation=dilation)
        self.bn_s1 = nn.BatchNorm2d(out)

    def forward(self, x):
        return F.relu(self.bn_s1(self.conv_s1(x)))


def to_size_of(x, other):
    return F.interpolate(x, size=other.shape[2:], mode="bilinear", align_corners=False)


def pool(x):
    return F.max_pool2d(x, 2, stride=2, ceil_mode=True)


class Rsu(nn.Module):
    """RSU7, RSU6, RSU5 and RSU4: `depth` convolutions down with pooling between them, the last one dilated."""

    def __init__(self, depth, channels, inside, out):
        super().__init__()
        self.depth = depth
        self.rebnconvin = ConvNormRelu(channels, out)
        for i in range(1, depth + 1):
            layer = ConvNormRelu(out if i == 1 else inside, inside, 2 if i == depth else 1)
            setattr(self, f"rebnconv{i}", layer)
        for i in range(depth - 1, 0, -1):
            setattr(self, f"rebnconv{i}d", ConvNormRelu(2 * inside, out if i == 1 else inside))

    def forward(self, x):
        entry = self.rebnconvin(x)
        down = [self.rebnconv1(entry)]
        for i in range(2, self.depth):
            down.append(getattr(self, f"rebnconv{i}")(pool(down[-1])))
        up = getattr(self, f"rebnconv{self.depth}")(down[-1])
        for i in range(self.depth - 1, 0, -1):
            up = to_size_of(up, down[i - 1])
            up = getattr(self, f"rebnconv{i}d")(torch.cat((up, down[i - 1]), 1))
        return up + entry


class Rsu4f(nn.Module):
    """RSU4F: nothing is pooled, dilation grows instead."""

    def __init__(self, channels, inside, out):
        super().__init__()
        self.rebnconvin = ConvNormRelu(channels, out)
        self.rebnconv1 = ConvNormRelu(out, inside, 1)
        self.rebnconv2 = ConvNormRelu(inside, inside, 2)
        self.rebnconv3 = ConvNormRelu(inside, inside, 4)
        self.rebnconv4 = ConvNormRelu(inside, inside, 8)
        self.rebnconv3d = ConvNormRelu(2 * inside, inside, 4)
        self.rebnconv2d = ConvNormRelu(2 * inside, inside, 2)
        self.rebnconv1d = ConvNormRelu(2 * inside, out, 1)

    def forward(self, x):
        entry = self.rebnconvin(x)
        x1 = self.rebnconv1(entry)
        x2 = self.rebnconv2(x1)
        x3 = self.rebnconv3(x2)
        up = self.rebnconv4(x3)
        up = self.rebnconv3d(torch.cat((up, x3), 1))
        up = self.rebnconv2d(torch.cat((up, x2), 1))
        return self.rebnconv1d(torch.cat((up, x1), 1)) + entry


class IsNet(nn.Module):
    def __init__(self, config):
        super().__init__()
        stages, decoder = config["stages"], config["decoder"]
        self.conv_in = nn.Conv2d(3, config["conv_in"], 3, stride=2, padding=1)
        self.stage1 = Rsu(7, *stages[0])
        self.stage2 = Rsu(6, *stages[1])
        self.stage3 = Rsu(5, *stages[2])
        self.stage4 = Rsu(4, *stages[3])
        self.stage5 = Rsu4f(*stages[4])
        self.stage6 = Rsu4f(*stages[5])
        self.stage5d = Rsu4f(*decoder[0])
        self.stage4d = Rsu(4, *decoder[1])
        self.stage3d = Rsu(5, *decoder[2])
        self.stage2d = Rsu(6, *decoder[3])
        self.stage1d = Rsu(7, *decoder[4])
        for side, block in zip(range(1, 7), [*reversed(decoder), stages[5]]):
            setattr(self, f"side{side}", nn.Conv2d(block[2], 1, 3, padding=1))

    def forward(self, image):
        """The six saliency maps at the image's size, 0 to 1, the finest first."""
        x1 = self.stage1(self.conv_in(image))
        x2 = self.stage2(pool(x1))
        x3 = self.stage3(pool(x2))
        x4 = self.stage4(pool(x3))
        x5 = self.stage5(pool(x4))
        x6 = self.stage6(pool(x5))
        d5 = self.stage5d(torch.cat((to_size_of(x6, x5), x5), 1))
        d4 = self.stage4d(torch.cat((to_size_of(d5, x4), x4), 1))
        d3 = self.stage3d(torch.cat((to_size_of(d4, x3), x3), 1))
        d2 = self.stage2d(torch.cat((to_size_of(d3, x2), x2), 1))
        d1 = self.stage1d(torch.cat((to_size_of(d2, x1), x1), 1))
        sides = zip(range(1, 7), [d1, d2, d3, d4, d5, x6])
        return [torch.sigmoid(to_size_of(getattr(self, f"side{i}")(x), image)) for i, x in sides]
