"""Runs the graphs that crate/networks builds in onnxruntime, against the fixtures of their networks.

    cargo run -p spotcheck-networks --example build_graphs -- FOLDER
    python tests/parity/check_onnx.py FOLDER

Each graph must also pass ONNX's own checker, and ONNX's shape inference must agree with every shape that is written in it.
Needs numpy, onnx, onnxruntime and safetensors.
"""

import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file

HERE = pathlib.Path(__file__).parent
# Inputs and outputs of each graph, by their names in expected.safetensors.
GRAPHS = {
    "isnet": ({"image": "pixels"}, {"saliency": "saliency"}),
    "sam_encoder": ({"image": "pixels"}, {"embedding": "embedding"}),
    "sam_decoder": ({"embedding": "embedding", "sparse": "sparse"}, {"masks": "masks", "iou": "iou"}),
    "sam_points": ({"embedding": "embedding", "sparse": "sparse"}, {"iou": "iou"}),
    "clip_vision": ({"image": "pixels"}, {"embedding": "image_embedding"}),
    "clip_text": ({"ids": "ids", "eot": "eot"}, {"embedding": "text_embedding"}),
    "clipseg_vision": ({"image": "pixels"}, {"r0": "r0", "r1": "r1"}),
    "clipseg_decoder": ({"r0": "r0", "r1": "r1", "r2": "r2", "prompts": "text_embedding"}, {"logits": "logits"}),
}
TOLERANCES = {"isnet": 1e-3}


def shapes(model):
    values = [*model.graph.value_info, *model.graph.output]
    return {v.name: [d.dim_value for d in v.type.tensor_type.shape.dim] for v in values}


def check_shapes(path):
    """ONNX's own inference, run with our shapes taken out, must find every one of them again."""
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    ours = shapes(model)
    results = {name for node in model.graph.node for name in node.output}
    assert results == set(ours), f"{path.name}: results without a shape: {results - set(ours)}"
    del model.graph.value_info[:]
    theirs = shapes(onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True))
    wrong = {name: (shape, theirs.get(name)) for name, shape in ours.items() if theirs.get(name) != shape}
    assert not wrong, f"{path.name}: {wrong}"
    return len(ours)


def main():
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
    failed = not paths
    for path in paths:
        network, case, graph, _ = path.name.split(".")
        inferred = check_shapes(path)
        expected = load_file(HERE / network / case / "expected.safetensors")
        inputs, outputs = GRAPHS[graph]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        results = session.run(list(outputs), {name: expected[key] for name, key in inputs.items() if key in expected})
        for (name, key), actual in zip(outputs.items(), results):
            reference = expected[key]
            assert actual.shape == reference.shape, f"{path.name}: {name} is {actual.shape}"
            worst = float(np.max(np.abs(actual - reference) / np.maximum(1, np.abs(reference))))
            good = worst <= TOLERANCES.get(graph, 1e-4)
            failed |= not good
            print(f"{path.name:32} {name:10} {worst:.2e} {'' if good else 'TOO FAR'} ({inferred} shapes agree)")
    sys.exit(failed)


if __name__ == "__main__":
    main()
