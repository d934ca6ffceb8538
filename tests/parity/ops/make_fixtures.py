"""Makes the cases for the engines' operators: small graphs, and what onnxruntime answers.

    python make_fixtures.py

writes, beside itself,

- `cases.json`: a list of cases, each with
    - `name`,
    - `graph`: [offset, length] of an ONNX file in `data.bin`,
    - `inputs`: `name`, `type` ("f32" or "i32"), `shape`, and `seed`, `low`, `high`, of which `generate` below makes the
      elements (the Rust tests do it the same way, so that no input is stored),
    - `engines`: those that the case is for,
    - `outputs`: `name`, `shape`, `tolerance` (allowed difference from x, times max(1, |x|)), `values`: [offset, count] of
      little-endian f32 in `data.bin`, and, for a large output, `indices`: [offset, count] of little-endian u32, the
      elements that `values` are;
- `data.bin`.

A case with `"engines": ["wonnx"]` is one that rten 0.27 has no right answer to: it lacks dilated pooling and borders of
repeated elements on axes before the last two, and its cubic interpolation is another one. No graph of ours needs them.
"""
import json
import math
import pathlib

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto as T
from onnx import helper as H
from onnx import numpy_helper as N

HERE = pathlib.Path(__file__).parent
SAMPLES = 2000
WHOLE = 6000  # outputs up to this size are stored whole
EXACT, TIGHT, ACCUMULATED = 0.0, 1e-5, 1e-4
GOLDEN = 0x9E3779B97F4A7C15

data = bytearray()
cases = []


def mixed(seed, count):
    """`count` numbers of SplitMix64, begun at `seed`, as fractions of 1 with 24 bits."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(GOLDEN)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) / (1 << 24)


def generate(spec):
    x = spec["low"] + (spec["high"] - spec["low"]) * mixed(spec["seed"], math.prod(spec["shape"]))
    x = np.floor(x).astype(np.int32) if spec["type"] == "i32" else x.astype(np.float32)
    return x.reshape(spec["shape"])


def store(blob):
    while len(data) % 4:
        data.append(0)
    data.extend(blob)
    return len(data) - len(blob)


def weight(name, *shape, seed=7, spread=1.0):
    x = (mixed(seed, math.prod(shape)) * 2 - 1) * spread
    return N.from_array(x.astype(np.float32).reshape(shape), name)


def numbers(name, *values):
    return N.from_array(np.array(values, np.int64), name)


def scalar(name, value):
    return N.from_array(np.array(value, np.float32), name)


def node(op, inputs, outputs="y", **attributes):
    split = lambda names: names.split(",") if isinstance(names, str) else names
    return H.make_node(op, split(inputs), split(outputs), **attributes)


def case(name, nodes, inputs, weights=(), tolerance=TIGHT, outputs=("y",), low=-2.0, high=2.0, ids=None, engines=("rten", "wonnx")):
    """inputs: name -> shape. ids: name -> upper bound, for inputs of whole numbers."""
    ids = ids or {}
    specs = []
    for i, (key, shape) in enumerate(inputs.items()):
        whole = key in ids
        specs.append({
            "name": key, "type": "i32" if whole else "f32", "shape": list(shape),
            "seed": 1000 * len(cases) + i + 1, "low": 0 if whole else low, "high": ids[key] if whole else high,
        })
    for i, n in enumerate(nodes):
        n.name = f"{n.op_type.lower()}_{i}"
    declare = [H.make_tensor_value_info(s["name"], T.INT32 if s["type"] == "i32" else T.FLOAT, s["shape"]) for s in specs]
    graph = H.make_graph(nodes, name, declare, [H.make_tensor_value_info(o, T.FLOAT, None) for o in outputs], list(weights))
    model = H.make_model(graph, opset_imports=[H.make_opsetid("", 17)], ir_version=8)
    model = onnx.shape_inference.infer_shapes(model, data_prop=True, strict_mode=True)
    options = ort.SessionOptions()
    options.log_severity_level = 3
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    answers = session.run(list(outputs), {s["name"]: generate(s) for s in specs})
    results = []
    for out, answer in zip(model.graph.output, answers):
        out.CopyFrom(H.make_tensor_value_info(out.name, T.FLOAT, answer.shape))
        flat = answer.astype(np.float32).ravel()
        result = {"name": out.name, "shape": list(answer.shape), "tolerance": tolerance}
        if flat.size > WHOLE:
            some = (mixed(3, SAMPLES - 2) * flat.size).astype(np.uint32)
            indices = np.sort(np.append(some, [0, flat.size - 1])).astype("<u4")
            result["indices"] = [store(indices.tobytes()), len(indices)]
            flat = flat[indices]
        result["values"] = [store(flat.astype("<f4").tobytes()), len(flat)]
        results.append(result)
    proto = model.SerializeToString()
    cases.append({"name": name, "graph": [store(proto), len(proto)], "inputs": specs, "outputs": results, "engines": engines})


# Matrix products
def matmul(name, a, b, **k):
    case(f"matmul_{name}", [node("MatMul", "a,b")], {"a": a, "b": b}, tolerance=ACCUMULATED, **k)


for m, k, n in [(1, 1, 1), (3, 5, 7), (1, 9, 6), (2, 8, 12), (10, 15, 14), (197, 64, 33), (33, 20, 36), (13, 64, 1)]:
    matmul(f"{m}x{k}x{n}", (m, k), (k, n))
matmul("batched", (3, 5, 6), (3, 6, 7))
matmul("broadcast_left", (1, 2, 5, 8), (3, 1, 8, 12))
matmul("broadcast_right", (2, 3, 5, 7), (7, 9))
matmul("vector_right", (5, 8), (8,))
matmul("vector_left", (8,), (2, 8, 3))
matmul("large_output", (4099, 3), (3, 4100))
case("gemm_transposed", [node("Gemm", "x,w,b", transB=1)], {"x": (5, 12)}, [weight("w", 7, 12), weight("b", 7)], ACCUMULATED)
case("gemm_transposed_odd", [node("Gemm", "x,w", transB=1)], {"x": (9, 7)}, [weight("w", 8, 7)], ACCUMULATED)
linear = [node("MatMul", "x,w", "p"), node("Add", "p,b", "s")]
linear_weights = [weight("w", 12, 10), weight("b", 10, seed=8)]
GELU = [scalar("r", 0.5 ** 0.5), scalar("one", 1.0), scalar("half", 0.5)]
gelu = [node("Mul", "s,r", "u"), node("Erf", "u", "e"), node("Add", "e,one", "f"), node("Mul", "s,f", "g"), node("Mul", "g,half")]
quick = [node("Mul", "s,k", "u"), node("Sigmoid", "u", "e"), node("Mul", "s,e")]
case("linear_bias", linear[:1] + [node("Add", "b,p")], {"x": (2, 7, 12)}, linear_weights, ACCUMULATED)
case("linear_relu", linear + [node("Relu", "s")], {"x": (2, 7, 12)}, linear_weights, ACCUMULATED)
case("linear_gelu", linear + gelu, {"x": (2, 7, 12)}, linear_weights + GELU, ACCUMULATED)
case("linear_quick_gelu", linear + quick, {"x": (2, 7, 12)}, linear_weights + [scalar("k", 1.702)], ACCUMULATED)
case("linear_sum_read_twice", linear + [node("Relu", "s", "t"), node("Mul", "s,t")], {"x": (7, 12)}, linear_weights, ACCUMULATED)


# Convolutions
def conv(name, x, w, bias=True, relu=False, loose=False, **attributes):
    # rten has no defaults for these.
    attributes = {"strides": [1, 1], "dilations": [1, 1], "pads": [0] * 4, **attributes}
    nodes = [node("Conv", ["x", "w"] + ["b"] * bias, "c" if relu else "y", **attributes)] + [node("Relu", "c")] * relu
    weights = [weight("b", w[0], seed=9)] * bias + ([] if loose else [weight("w", *w)])
    case(f"conv_{name}", nodes, {"x": x, **({"w": w} if loose else {})}, weights, ACCUMULATED)


conv("3x3", (1, 5, 9, 11), (8, 5, 3, 3), pads=[1] * 4)
conv("3x3_relu", (2, 3, 8, 8), (12, 3, 3, 3), relu=True, pads=[1] * 4)
conv("3x3_dilated", (1, 4, 13, 17), (8, 4, 3, 3), bias=False, pads=[4] * 4, dilations=[4, 4])
conv("3x3_dilated_8", (1, 2, 20, 19), (4, 2, 3, 3), pads=[8] * 4, dilations=[8, 8])
conv("3x3_stride_2", (1, 3, 15, 16), (6, 3, 3, 3), pads=[1] * 4, strides=[2, 2])
conv("3x3_uneven_pads", (1, 3, 9, 10), (4, 3, 3, 3), pads=[0, 1, 2, 3])
conv("3x3_no_pads", (1, 3, 9, 10), (5, 3, 3, 3))
conv("1x1", (2, 16, 6, 6), (8, 16, 1, 1))
conv("1x1_odd", (1, 7, 5, 7), (5, 7, 1, 1), bias=False)
conv("1x1_stride_2", (1, 4, 7, 9), (8, 4, 1, 1), strides=[2, 2])
conv("one_output", (1, 9, 7, 7), (1, 9, 3, 3), pads=[1] * 4)
conv("groups", (1, 8, 7, 9), (12, 4, 3, 3), pads=[1] * 4, group=2)
conv("depthwise", (1, 6, 9, 9), (6, 1, 5, 5), pads=[2] * 4, group=6)
conv("patches", (1, 3, 32, 48), (8, 3, 16, 16), strides=[16, 16])
conv("7x7_stride_2", (1, 3, 21, 21), (4, 3, 7, 7), pads=[3] * 4, strides=[2, 2])
conv("1x7", (1, 2, 5, 12), (4, 2, 1, 7), pads=[0, 3, 0, 3])
conv("computed_weight", (1, 3, 9, 9), (8, 3, 3, 3), loose=True, pads=[1] * 4)
conv("large_output", (1, 1, 1030, 1031), (16, 1, 3, 3), pads=[1] * 4)


def transposed(name, x, w, bias=True, **attributes):
    attributes = {"dilations": [1, 1], "pads": [0] * 4, **attributes}
    weights = [weight("w", *w)] + [weight("b", w[1] * attributes.get("group", 1), seed=9)] * bias
    case(f"conv_transpose_{name}", [node("ConvTranspose", ["x", "w"] + ["b"] * bias, **attributes)], {"x": x}, weights, ACCUMULATED)


transposed("2x2", (1, 8, 5, 6), (8, 4, 2, 2), strides=[2, 2])
transposed("4x4_one", (2, 6, 5, 5), (6, 1, 4, 4), strides=[4, 4])
transposed("overlapping", (1, 3, 5, 6), (3, 5, 4, 3), strides=[2, 1], bias=False)
transposed("padded", (1, 4, 6, 5), (4, 6, 3, 3), strides=[2, 2], pads=[1, 0, 1, 2], output_padding=[1, 0])
transposed("groups", (1, 4, 5, 5), (4, 3, 3, 3), strides=[3, 2], group=2)

# Normalisation, softmax, reduction
norm = lambda c: [weight("g", c), weight("b", c, seed=9)]
for rows, c in [((2, 7), 33), ((1, 197), 96), ((3, 5), 129)]:
    case(f"layer_norm_{c}", [node("LayerNormalization", "x,g,b", axis=-1, epsilon=1e-6)], {"x": (*rows, c)}, norm(c))
case("layer_norm_no_bias", [node("LayerNormalization", "x,g", axis=-1)], {"x": (3, 40)}, norm(40)[:1])
case("layer_norm_two_axes", [node("LayerNormalization", "x,g,b", axis=1)], {"x": (3, 5, 14)}, [weight("g", 5, 14), weight("b", 5, 14)])
case("layer_norm_channels",
     [node("Transpose", "x", "t", perm=[0, 2, 3, 1]), node("LayerNormalization", "t,g,b", "n", axis=-1), node("Transpose", "n", perm=[0, 3, 1, 2])],
     {"x": (2, 6, 5, 7)}, norm(6))
case("layer_norm_large", [node("LayerNormalization", "x,g,b", axis=-1)], {"x": (174770, 96)}, norm(96))
case("softmax_short", [node("Softmax", "x", axis=-1)], {"x": (3, 5, 11)}, low=-9.0, high=9.0)
case("softmax_long", [node("Softmax", "x", axis=-1)], {"x": (2, 3, 197)}, low=-90.0, high=90.0)
case("softmax_middle", [node("Softmax", "x", axis=1)], {"x": (3, 5, 7)})
case("softmax_large", [node("Softmax", "x", axis=-1)], {"x": (85000, 198)}, low=-9.0, high=9.0)
for op in ("Mean", "Max"):
    case(f"reduce_{op.lower()}_last", [node(f"Reduce{op}", "x", axes=[-1])], {"x": (2, 7, 97)})
    case(f"reduce_{op.lower()}_middle", [node(f"Reduce{op}", "x", axes=[1], keepdims=0)], {"x": (3, 6, 5)})
case("reduce_mean_apart", [node("ReduceMean", "x", axes=[0, 2])], {"x": (3, 6, 5)})
case("reduce_mean_pixels", [node("ReduceMean", "x", axes=[2, 3])], {"x": (2, 3, 9, 11)})
case("reduce_sum", [node("ReduceSum", "x,a", keepdims=0)], {"x": (3, 6, 70)}, [numbers("a", -1)])
case("global_average_pool", [node("GlobalAveragePool", "x")], {"x": (2, 3, 9, 11)})


# Attention, as networks write it
def attention(name, q, k, v, bias=None, scale_scores=False):
    swap = [*range(len(k) - 2), len(k) - 1, len(k) - 2]
    nodes = [node("Transpose", "k", "kt", perm=swap)]
    nodes += [node("MatMul", "q,kt", "p"), node("Div", "p,c", "s")] if scale_scores else [node("Mul", "q,c", "qs"), node("MatMul", "qs,kt", "s")]
    nodes += [node("Add", "s,m", "sm")] if bias else []
    nodes += [node("Softmax", "sm" if bias else "s", "w", axis=-1), node("MatMul", "w,v")]
    weights = [scalar("c", 3.0 if scale_scores else 0.3)] + ([weight("m", *bias, spread=4.0)] if bias else [])
    case(f"attention_{name}", nodes, {"q": q, "k": k, "v": v}, weights, ACCUMULATED)


attention("plain", (2, 3, 17, 8), (2, 3, 19, 8), (2, 3, 19, 8))
attention("odd_width", (3, 9, 7), (3, 11, 7), (3, 11, 5), scale_scores=True)
attention("mask", (1, 4, 13, 16), (1, 4, 13, 16), (1, 4, 13, 16), bias=(1, 1, 13, 13))
attention("one_query", (5, 1, 32), (5, 33, 32), (5, 33, 32))
attention("197", (1, 2, 197, 16), (1, 2, 197, 16), (1, 2, 197, 16))
attention("wide", (1, 2, 5, 160), (1, 2, 7, 160), (1, 2, 7, 160))
h, w, rows = 3, 4, 2
case("attention_relative_positions",
     [node("Slice", "q,s0,s1,ax", "qs"), node("Mul", "qs,c", "qc"), node("Transpose", "k", "kt", perm=[0, 1, 3, 2]), node("MatMul", "qc,kt", "s"),
      node("Reshape", "s,view", "s5"), node("Add", "s5,rh", "sh"), node("Add", "sh,rw", "sw"), node("Reshape", "sw,flat", "sf"),
      node("Softmax", "sf", "p", axis=-1), node("MatMul", "p,v")],
     {"q": (2, 3, h * w, 8), "k": (2, 3, h * w, 8), "v": (2, 3, h * w, 8), "rh": (6, rows * w, h, 1), "rw": (6, rows * w, 1, w)},
     [numbers("s0", w), numbers("s1", w + rows * w), numbers("ax", 2), scalar("c", 0.3), numbers("view", 6, rows * w, h, w), numbers("flat", 2, 3, rows * w, h * w)],
     ACCUMULATED)
case("attention_scores_given_out",
     [node("Transpose", "k", "kt", perm=[0, 2, 1]), node("MatMul", "q,kt", "s"), node("Softmax", "s", "w", axis=-1), node("MatMul", "w,v")],
     {"q": (2, 5, 8), "k": (2, 6, 8), "v": (2, 6, 8)}, tolerance=ACCUMULATED, outputs=("y", "w"))


# Element by element
for op in "Abs Ceil Cos Erf Exp Floor Neg Relu Sigmoid Sin Tanh".split():
    case(op.lower(), [node(op, "x")], {"x": (3, 7, 5)}, low=-4.0, high=4.0)
for op in "Sqrt Log Reciprocal".split():
    case(op.lower(), [node(op, "x")], {"x": (3, 4, 5)}, low=0.1, high=9.0)
case("sigmoid_extreme", [node("Sigmoid", "x")], {"x": (4, 9)}, low=-200.0, high=200.0)
case("tanh_extreme", [node("Tanh", "x")], {"x": (4, 9)}, low=-200.0, high=200.0)
for p in (2.0, 3.0, 0.5):
    case(f"pow_{p}", [node("Pow", "x,p")], {"x": (3, 7)}, [scalar("p", p)], low=0.0 if p == 0.5 else -3.0, high=3.0)
case("pow_1.7", [node("Pow", "x,p")], {"x": (3, 7)}, [scalar("p", 1.7)], low=0.1, high=3.0)
case("clip", [node("Clip", "x,l,h")], {"x": (3, 7)}, [scalar("l", -0.25), scalar("h", 0.75)], EXACT)
case("gelu", [n for n in (node("Identity", "x", "s"), *gelu)], {"x": (3, 7, 5)}, GELU, low=-5.0, high=5.0)
case("quick_gelu", [node("Identity", "x", "s"), *quick], {"x": (3, 7, 5)}, [scalar("k", 1.702)], low=-5.0, high=5.0)
for name, op, a, b in [
    ("add_same", "Add", (3, 7, 5), (3, 7, 5)), ("add_row", "Add", (2, 5, 12), (12,)), ("sub_both", "Sub", (2, 1, 12), (1, 5, 1)),
    ("mul_channel", "Mul", (2, 6, 5, 7), (6, 1, 1)), ("div_column", "Div", (2, 5, 12), (2, 5, 1)), ("add_scalar", "Add", (3, 7), ()),
    ("sub_left_small", "Sub", (12,), (2, 5, 12)), ("add_five_axes", "Add", (2, 3, 4, 5, 6), (2, 3, 4, 1, 6)),
    ("max", "Max", (3, 7), (3, 7)), ("min", "Min", (3, 7), (7,)),
]:
    case(name, [node(op, "a,b")], {"a": a, "b": b}, low=0.5, high=3.0, tolerance=1e-6)
case("add_large", [node("Add", "a,b")], {"a": (3, 2048, 2731), "b": (3, 2048, 2731)}, tolerance=1e-6)
case("mul_large_broadcast", [node("Mul", "a,b")], {"a": (18, 1000, 1001), "b": (18, 1, 1)}, tolerance=1e-6)
case("sigmoid_large", [node("Sigmoid", "x")], {"x": (3, 2048, 2731)})


# Copies
def copy(name, op, x, weights=(), engines=("rten", "wonnx"), **attributes):
    case(name, [node(op, ["x", *(w.name for w in weights)], **attributes)], {"x": x}, weights, EXACT, engines=engines)


for shape, perm in [((5, 7), [1, 0]), ((2, 5, 12, 7), [0, 2, 1, 3]), ((2, 5, 3, 7), [0, 1, 3, 2]), ((2, 3, 4, 5, 2, 3), [0, 1, 4, 2, 5, 3]), ((1, 5, 1, 7), [2, 1, 0, 3])]:
    copy(f"transpose_{''.join(map(str, perm))}", "Transpose", shape, perm=perm)
copy("transpose_large", "Transpose", (3, 2048, 2731), perm=[0, 2, 1])
copy("slice", "Slice", (3, 8, 5), [numbers("s", 1, -3), numbers("e", 3, 9999), numbers("a", 0, 1)])
copy("slice_steps", "Slice", (5, 9), [numbers("s", 4, -1), numbers("e", 0, -9999), numbers("a", 0, 1), numbers("t", -2, -1)])
copy("expand", "Expand", (3, 1, 5), [numbers("s", 2, 1, 4, 1)])
copy("pad_constant", "Pad", (2, 5, 6), [numbers("p", 0, 1, 2, 1, 0, 3), scalar("v", 0.5)])
copy("pad_zeros", "Pad", (1, 6, 6, 3), [numbers("p", 0, 0, 0, 0, 0, 2, 2, 0)])
copy("pad_edge", "Pad", (1, 2, 5, 6), [numbers("p", 0, 0, 1, 2, 0, 0, 0, 3)], mode="edge")
copy("pad_edge_first_axis", "Pad", (2, 5, 6), [numbers("p", 2, 0, 1, 1, 3, 0)], mode="edge", engines=["wonnx"])
copy("reshape", "Reshape", (4, 6), [numbers("s", 2, -1, 3)])
copy("unsqueeze", "Unsqueeze", (4, 6), [numbers("a", 0, 2)])
copy("squeeze", "Squeeze", (1, 4, 1, 6), [numbers("a", 0, 2)])
copy("flatten", "Flatten", (2, 3, 4, 5), axis=2)
copy("identity", "Identity", (4, 6))
case("split", [node("Split", "x,s", "a,b,c", axis=1)], {"x": (2, 9, 3)}, [numbers("s", 2, 3, 4)], EXACT, outputs=("a", "c"))
for name, shapes, axis in [("channels", [(2, 3, 4, 5), (2, 5, 4, 5)], 1), ("last", [(3, 4), (3, 5), (3, 7)], -1), ("many", [(2, n + 1, 3) for n in range(9)], 1), ("fours", [(2, 4, 3), (2, 8, 3)], 1)]:
    names = [f"x{i}" for i in range(len(shapes))]
    case(f"concat_{name}", [node("Concat", names, axis=axis)], dict(zip(names, shapes)), tolerance=EXACT)
case("concat_large", [node("Concat", "a,b", axis=1)], {"a": (2, 3000001), "b": (2, 5400000)}, tolerance=EXACT)
case("gather_tokens", [node("Gather", "w,i", axis=0)], {"i": (2, 7)}, [weight("w", 13, 6)], EXACT, ids={"i": 13})
case("gather_columns", [node("Gather", "x,i", axis=1)], {"x": (3, 8, 4), "i": (5,)}, tolerance=EXACT, ids={"i": 8})
case("gather_constant", [node("Gather", "x,i", axis=0)], {"x": (6, 5)}, [N.from_array(np.array([[5, 0, 3]], np.int32), "i")], EXACT)


# Resizing and pooling
def resize(name, x, h, w, tolerance=TIGHT, engines=("rten", "wonnx"), **attributes):
    case(f"resize_{name}", [node("Resize", ["x", "", "", "s"], **attributes)], {"x": x}, [numbers("s", *x[:2], h, w)], tolerance, engines=engines)


for to in [(12, 16), (13, 5), (3, 4)]:
    for mode in ("half_pixel", "align_corners", "asymmetric"):
        resize(f"linear_{mode}_{to[0]}x{to[1]}", (1, 3, 6, 8), *to, mode="linear", coordinate_transformation_mode=mode)
resize("cubic_half_pixel", (1, 2, 6, 8), 11, 20, engines=["wonnx"], mode="cubic", coordinate_transformation_mode="half_pixel")
resize("cubic_align_corners", (1, 2, 6, 8), 9, 13, engines=["wonnx"], mode="cubic", coordinate_transformation_mode="align_corners", cubic_coeff_a=-0.5)
resize("nearest_floor", (1, 2, 6, 8), 12, 24, EXACT, mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
resize("nearest_half_pixel", (1, 2, 6, 8), 13, 5, EXACT, mode="nearest")
# onnxruntime computes a pixel's place in f32: near 300 it is off by up to 3e-5 of a pixel, and the value with it.
resize("large", (1, 16, 300, 301), 1024, 1031, ACCUMULATED, mode="linear", coordinate_transformation_mode="half_pixel")
case("resize_scales", [node("Resize", ["x", "", "f"], mode="linear")], {"x": (1, 2, 5, 6)}, [N.from_array(np.array([1, 1, 2, 2.5], np.float32), "f")])


def pool(name, op, x, tolerance=EXACT, engines=("rten", "wonnx"), **attributes):
    case(f"pool_{name}", [node(op, "x", **attributes)], {"x": x}, tolerance=tolerance, engines=engines)


pool("max", "MaxPool", (2, 3, 12, 14), kernel_shape=[2, 2], strides=[2, 2])
pool("max_ceil", "MaxPool", (1, 5, 13, 11), kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)
pool("max_padded", "MaxPool", (1, 3, 13, 9), kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
pool("max_dilated", "MaxPool", (1, 2, 11, 12), kernel_shape=[2, 3], strides=[1, 1], dilations=[3, 2], engines=["wonnx"])
pool("average", "AveragePool", (1, 3, 12, 13), TIGHT, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
pool("average_padding_counts", "AveragePool", (1, 3, 12, 13), TIGHT, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4, count_include_pad=1)
pool("max_large", "MaxPool", (1, 17, 1001, 1003), kernel_shape=[2, 2], strides=[1, 1])

# Wiring
case("one_value_read_often",
     [node("Relu", "x", "a"), node("Exp", "a", "b"), node("Neg", "a", "c"), node("Reshape", "a,s", "d"), node("Reshape", "d,t", "e"),
      node("Add", "b,c", "f"), node("Add", "f,e")],
     {"x": (4, 6)}, [numbers("s", 24), numbers("t", 4, 6)], outputs=("y", "a"))
case("outputs_that_are_aliases", [node("Relu", "x", "a"), node("Reshape", "a,s"), node("Reshape", "x,s", "z")], {"x": (4, 6)}, [numbers("s", 2, 12)], EXACT, outputs=("y", "z"))
case("constants_alone", [node("Gather", "w,i", "g", axis=0), node("Transpose", "g", "t", perm=[1, 0]), node("MatMul", "x,t")], {"x": (4, 6)},
     [weight("w", 9, 6), N.from_array(np.array([8, 0, 3, 3], np.int32), "i")], ACCUMULATED)
case("a_node_nothing_needs", [node("Relu", "x"), node("Erf", "x", "unused")], {"x": (4, 6)}, tolerance=EXACT)

(HERE / "data.bin").write_bytes(data)
(HERE / "cases.json").write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
print(len(cases), "cases,", len(data), "bytes")
