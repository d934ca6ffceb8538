"""Small ONNX graphs, good and broken, for the engine's tests.

`two_roads.onnx` has a float road and an integer road; onnxruntime's answers are in `two_roads.json`.
The others each have one fault.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
F32, I32, I64 = TensorProto.FLOAT, TensorProto.INT32, TensorProto.INT64


def model(nodes, inputs, outputs, weights=(), value_info=()):
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info(*v) for v in inputs],
        [helper.make_tensor_value_info(*v) for v in outputs],
        [numpy_helper.from_array(array, name) for name, array in weights],
        value_info=[helper.make_tensor_value_info(*v) for v in value_info],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def save(name, proto):
    (HERE / f"{name}.onnx").write_bytes(proto.SerializeToString())


def two_roads():
    rng = np.random.default_rng(7)
    weight = rng.normal(size=(3, 4)).astype(np.float32)
    table = rng.normal(size=(6, 4)).astype(np.float32)
    proto = model(
        [
            helper.make_node("MatMul", ["x", "weight"], ["product"], "project"),
            helper.make_node("Gather", ["table", "ids"], ["rows"], "look_up", axis=0),
            helper.make_node("Add", ["product", "rows"], ["sum"], "add"),
            helper.make_node("Softmax", ["sum"], ["shares"], "softmax", axis=-1),
        ],
        [("x", F32, [2, 3]), ("ids", I32, [2])],
        [("shares", F32, [2, 4]), ("rows", F32, [2, 4])],
        [("weight", weight), ("table", table)],
        [("product", F32, [2, 4]), ("sum", F32, [2, 4])],
    )
    onnx.checker.check_model(proto)
    save("two_roads", proto)
    x = rng.normal(size=(2, 3)).astype(np.float32)
    ids = np.array([5, 2], np.int32)
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    shares, rows = session.run(["shares", "rows"], {"x": x, "ids": ids})
    flat = {k: v.ravel().tolist() for k, v in dict(x=x, ids=ids, shares=shares, rows=rows).items()}
    (HERE / "two_roads.json").write_text(json.dumps(flat) + "\n")


def broken():
    value = ("x", F32, [2, 2])
    out = ("y", F32, [2, 2])
    save("unknown_op", model([helper.make_node("Det", ["x"], ["y"], "odd")], [value], [("y", F32, [])]))
    save("dangling", model([helper.make_node("Add", ["x", "ghost"], ["y"], "sum")], [value], [out]))
    save("unmade", model([helper.make_node("Relu", ["x"], ["z"], "relu")], [value], [out]))
    twice = [helper.make_node("Relu", ["x"], ["y"], "first"), helper.make_node("Abs", ["x"], ["y"], "second")]
    save("twice", model(twice, [value], [out]))
    relu = [helper.make_node("Relu", ["x"], ["y"], "relu")]
    save("dynamic", model(relu, [("x", F32, ["rows", 2])], [("y", F32, ["rows", 2])]))
    save("int64", model(relu, [("x", I64, [2, 2])], [out]))
    save("wrong_shape", model(relu, [value], [("y", F32, [4])]))


two_roads()
broken()
