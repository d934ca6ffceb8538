"""Takes the networks' weights back out of a pack, as checkpoints in Hugging Face layout.

    python restore.py --pack ../demo/pack --out CHECKPOINTS

So a training can go on (`--start`) where only the pack was kept, and a pack can be built anew with one of its networks
replaced. What the graphs hold folded stays folded: the class token with its position, batch norms with their
convolutions; the functions are the same. What the method never asks of SAM is not in a pack and becomes zeros: its single
mask, negative points, boxes and masks as prompts.
"""

import argparse
import json
import pathlib

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from transformers import CLIPSegForImageSegmentation, SamModel

import april_gan
import export
from config import ISNET, clipseg_config, sam_config
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


def restore_sam(pack: pathlib.Path) -> dict[str, torch.Tensor]:
    model = SamModel(sam_config())
    state, found = model.state_dict(), initializers(pack, "sam_encoder", "sam_decoder")
    linear = {f"{name}.weight" for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)}
    prompts = json.loads((pack / "manifest.json").read_text())["networks"]["sam"]["prompt_encoder"]
    iou_token, mask_tokens = np.split(found["mask_decoder.output_tokens"][0], [1])
    small = {
        "mask_decoder.iou_token.weight": iou_token,
        "mask_decoder.mask_tokens.weight": mask_tokens,
        "prompt_encoder.point_embed.1.weight": prompts["point"],
        "prompt_encoder.not_a_point_embed.weight": prompts["padding"],
        "shared_image_embedding.positional_embedding": prompts["frequencies"],
        "prompt_encoder.shared_embedding.positional_embedding": prompts["frequencies"],
    }
    hypernetworks = "mask_decoder.output_hypernetworks_mlps."
    for name, value in state.items():
        # The graphs hold the last three of four masks, each hypernetwork's tensor on top of the next one's.
        if name.startswith(hypernetworks):
            number, part = name.removeprefix(hypernetworks).split(".", 1)
            stored = found[hypernetworks + part]
            stored = np.zeros_like(stored[0]) if number == "0" else stored[int(number) - 1]
            stored = stored.T if name in linear else stored
        elif name in small:
            stored = np.array(small[name], np.float32)
        elif ".qkv." in name:
            stored = np.concatenate([found[f"{name}.{one}"].T for one in "qkv"])
        elif name.startswith("mask_decoder.iou_prediction_head.proj_out"):
            stored = np.concatenate([np.zeros_like(value[:1]), found[name].T])
        elif "upscale_conv" in name:
            # One matrix for the four pixels of a step, whose place is outermost; the bias four times.
            channels = value.shape[1 if value.dim() == 4 else 0]
            stored = found[name]
            stored = stored.reshape(-1, 2, 2, channels).transpose(0, 3, 1, 2) if value.dim() == 4 else stored[:channels]
        elif name in found:
            stored = found[name].T if name in linear or name == "vision_encoder.neck.conv1.weight" else found[name]
        else:
            stored = np.zeros(value.shape, np.float32)
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


def restore_april_gan(pack: pathlib.Path, out: pathlib.Path) -> None:
    """The baseline's layers, where the pack has them."""
    network = json.loads((pack / "manifest.json").read_text())["networks"].get("april_gan")
    if network is None:
        return
    found = {name: value for name, value in initializers(pack, "april_gan").items() if name.startswith("fc.")}
    layers = {name: torch.from_numpy(np.array(value.T, order="C")) for name, value in found.items()}
    april_gan.save(out / "april_gan", layers, network["config"])
    print("april_gan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pack", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    export.write(options.out, "clipseg", restore_clipseg(options.pack))
    export.write(options.out, "sam", restore_sam(options.pack))
    export.write(options.out, "isnet", restore_isnet(options.pack))
    restore_april_gan(options.pack, options.out)


if __name__ == "__main__":
    main()
