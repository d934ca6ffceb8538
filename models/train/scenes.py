"""The cached pictures for IS-Net and SAM, with instance ids and shadows, augmented alike."""

import random

import numpy as np
import torch


class Scenes:
    def __init__(self, folders):
        self.shards = [[np.load(f / f"scenes-{x}.npy", mmap_mode="r") for x in ("picture", "ids", "shadow")] for f in folders]
        self.places = [(shard, i) for shard, arrays in enumerate(self.shards) for i in range(len(arrays[0]))]

    def __len__(self) -> int:
        return len(self.places)

    def get(self, i: int, rng: random.Random | None = None):
        """Picture [3, s, s] 0 to 1, ids [s, s], shadow [s, s] as booleans; turned and relit when `rng` is given."""
        shard, at = self.places[i]
        picture, ids, shadow = (np.asarray(array[at]) for array in self.shards[shard])
        picture = torch.from_numpy(picture.copy()).permute(2, 0, 1).float() / 255
        planes = torch.from_numpy(np.stack([ids, shadow]).astype(np.int16))
        if rng is not None:
            if rng.random() < 0.5:
                picture, planes = picture.transpose(-1, -2), planes.transpose(-1, -2)
            flips = [axis for axis in (-1, -2) if rng.random() < 0.5]
            picture, planes = picture.flip(flips), planes.flip(flips)
            gain = torch.tensor([rng.uniform(0.85, 1.15) for _ in range(3)])[:, None, None] * rng.uniform(0.7, 1.3)
            picture = (picture * gain).clamp(0, 1)
        return picture, planes[0], planes[1] > 0
