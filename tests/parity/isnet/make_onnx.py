"""Makes the ONNX forms that IS-Net is published in, of the small network in `odd/`, for crate/networks/tests/isnet_onnx.rs.

`unfolded.onnx.gz` has its batch normalisations and its tensors' names, in f32; `folded.onnx.gz` is what torch's exporter
makes of a network in evaluation mode, with the names that the exporter makes up for what it has folded, in f16. The test
makes the other forms of these two: with names lost, with names kept, in f32.

Needs torch, onnx and safetensors. Run it after make_fixtures.py; it writes next to itself.
"""

import gzip
import io
import json
import pathlib

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import load_file

from isnet import IsNet

HERE = pathlib.Path(__file__).parent




def export(network, size, folded):
    buffer = io.BytesIO()
    mode = torch.onnx.TrainingMode.EVAL if folded else torch.onnx.TrainingMode.PRESERVE
    image = torch.zeros(1, 3, size, size)
    torch.onnx.export(network, image, buffer, training=mode, opset_version=17, input_names=["input"], dynamo=False)
    return onnx.load_from_string(buffer.getvalue())


def to_half(model):
    """Weights in half precision, as an f16 export has them; the test never runs the graph, so the rest may stay."""
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT:
            half = numpy_helper.to_array(tensor).astype(np.float16)
            tensor.CopyFrom(numpy_helper.from_array(half, tensor.name))


def main():
    folder = HERE / "odd"
    config = json.loads((folder / "config.json").read_text())
    network = IsNet(config).eval()
    network.load_state_dict({k: v.float() for k, v in load_file(folder / "model.safetensors").items()}, strict=False)
    for name, folded in [("unfolded", False), ("folded", True)]:
        model = export(network, config["input_size"], folded)
        if folded:
            to_half(model)
        ops = [node.op_type for node in model.graph.node]
        print(name, ops.count("Conv"), ops.count("BatchNormalization"), [t.name for t in model.graph.initializer][:8])
        model.doc_string = ""
        del model.graph.value_info[:]
        for node in model.graph.node:
            node.doc_string = ""
        packed = gzip.compress(model.SerializeToString(), 9, mtime=0)
        print(len(packed), "bytes")
        (folder / f"{name}.onnx.gz").write_bytes(packed)


if __name__ == "__main__":
    main()
