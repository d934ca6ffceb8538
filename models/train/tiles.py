"""Tiles as the method cuts them: a square around a part's box, never smaller than the segmenter's input."""

import numpy as np
from PIL import Image


def square(box: tuple[int, int, int, int], least: int, width: int, height: int) -> tuple[int, int, int]:
    """(x, y, side) of the square centred on the box (x, y, w, h), moved inside the picture where it fits."""
    x, y, w, h = box
    side = max(w, h, least)

    def place(start: int, length: int, limit: int) -> int:
        at = start + length // 2 - side // 2
        return (limit - side) // 2 if side > limit else min(max(at, 0), limit - side)

    return place(x, w, width), place(y, h, height), side


def crop(picture: np.ndarray, x: int, y: int, side: int) -> np.ndarray:
    """The square, edge-padded where it leaves the picture."""
    height, width = picture.shape[:2]
    columns = np.clip(np.arange(x, x + side), 0, width - 1)
    rows = np.clip(np.arange(y, y + side), 0, height - 1)
    return picture[rows[:, None], columns[None, :]]


def resize(picture: np.ndarray, size: int, resample: Image.Resampling) -> np.ndarray:
    """Pillow's antialiased resize to a square, as the networks' preprocessing does it."""
    return np.asarray(Image.fromarray(picture).resize((size, size), resample))
