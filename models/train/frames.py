"""Reads the pictures that the generator (`parts-stream` of crate/parts) writes to its standard output.

A frame: u32 little endian, the length of a JSON object; the object (`kind`, `name`, `synonyms`, `defect` or null,
`seed`, `pair`: 0 the whole part, 1 the same one with a defect, `instances`: boxes); RGB size*size*3; instance ids,
defect mask and shadow mask, size*size bytes each.
"""

import dataclasses
import json
import struct
import subprocess
from collections.abc import Iterator

import numpy as np


@dataclasses.dataclass
class Frame:
    info: dict
    picture: np.ndarray  # [size, size, 3] uint8
    ids: np.ndarray  # [size, size] uint8, 0 is the background
    defect: np.ndarray  # [size, size] uint8, 0 or not
    shadow: np.ndarray  # [size, size] uint8, 0 or not


def read_exactly(stream, count: int) -> bytes:
    data = stream.read(count)
    if len(data) != count:
        raise EOFError("the generator ended in the middle of a frame")
    return data


def read_frames(stream, size: int) -> Iterator[Frame]:
    """Frames until the stream ends."""
    plane = size * size
    while head := stream.read(4):
        info = json.loads(read_exactly(stream, struct.unpack("<I", head)[0]))
        rgb = np.frombuffer(read_exactly(stream, plane * 3), np.uint8).reshape(size, size, 3)
        planes = np.frombuffer(read_exactly(stream, plane * 3), np.uint8).reshape(3, size, size)
        yield Frame(info, rgb, *planes)


def draw(command: list[str], size: int) -> Iterator[Frame]:
    """Runs the generator and yields its frames."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=1 << 20) as process:
        yield from read_frames(process.stdout, size)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")


def pairs(frames: Iterator[Frame]) -> Iterator[tuple[Frame, Frame]]:
    """The whole and the defective picture of the same scene; they follow each other in the stream."""
    whole = None
    for frame in frames:
        if frame.info["pair"] == 0:
            whole = frame
        elif whole is not None and whole.info["seed"] == frame.info["seed"]:
            yield whole, frame
            whole = None
