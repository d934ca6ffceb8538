"""Takes the weights of CLIP with CLIPSeg and of IS-Net back out of a pack, as checkpoints in Hugging Face layout.

    python restore.py --pack ../demo/pack --out CHECKPOINTS

So a training can go on (`--start`) where only the pack was kept, and a pack can be built anew with one of its networks
replaced. What the graphs hold folded stays folded: the class token with its position, batch norms with their
convolutions; the functions are the same. SAM's small prompt tensors stand in the manifest alone: it is not restored.
"""

import argparse
import pathlib

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from transformers import CLIPSegForImageSegmentation

import export
from config import ISNET, clipseg_config
from isnet import ISNet

BATCH_NORM_EPS = 1e-5
CLASS, POSITIONS = "clip.vision_model.embeddings.class_embedding", "clip.vision_model.embeddings.position_embedding.weight"


def initializers(pack: pathlib.Path, *graphs: str) -> dict[str, np.ndarray]:
    """By name; the first graph that has one counts."""
    found: dict[str, np.ndarray] = {}
    for graph in graphs:
        for tensor in onnx.load(pack / f"{graph}.onnx").graph.initializer:
            found.setdefault(tensor.name, numpy_helper.to_array(tensor))
    return found


def restore_clipseg(pack: pathlib.Path) -> dict[str, torch.Tensor]:
    model = CLIPSegForImageSegmentation(clipseg_config())
    state, found = model.state_dict(), initializers(pack, "clip_vision", "clip_text_77", "clipseg_vision", "clipseg_decoder")
    linear = {f"{name}.weight" for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)}
    for name, value in state.items():
        if name == "clip.logit_scale":
            continue
        stored = found[name]
        if name in linear:
            stored = stored.T
        elif name == POSITIONS:
            # The class token's own position was added to it.
            stored = np.concatenate([np.zeros((1, value.shape[1]), np.float32), stored[0]])
        state[name] = torch.from_numpy(np.array(stored, order="C")).reshape(value.shape)
    return state


def restore_isnet(pack: pathlib.Path) -> dict[str, torch.Tensor]:
    state, found = ISNet(ISNET).state_dict(), initializers(pack, "isnet")
    for name, value in state.items():
        if name in found:
            state[name] = torch.from_numpy(found[name].copy()).reshape(value.shape)
        elif ".bn_s1." in name:
            kind = name.rsplit(".", 1)[1]
            fill = {"weight": 1.0, "running_var": 1.0 - BATCH_NORM_EPS}.get(kind, 0.0)
            state[name] = torch.full_like(value, fill)
    return state


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pack", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    export.write(options.out, "clipseg", restore_clipseg(options.pack))
    export.write(options.out, "isnet", restore_isnet(options.pack))


if __name__ == "__main__":
    main()
