"""Makes the fixture of crate/consensus: mutual scoring and what goes with it once more, in NumPy, SciPy and scikit-learn, from the
papers' text (MuSc, PatchCore), on drawn features.

Run with Python 3, NumPy, SciPy and scikit-learn: `python make_fixtures.py`. Deterministic. Nothing here is shared with the Rust.
"""

import json
from pathlib import Path

import numpy as np
from scipy.ndimage import uniform_filter
from scipy.spatial.distance import cdist
from scipy.stats import median_abs_deviation
from sklearn.metrics.pairwise import euclidean_distances

HERE = Path(__file__).parent


def rounded(values, digits=7):
    return np.round(np.asarray(values, np.float64), digits).ravel().tolist()


# --- descriptors -----------------------------------------------------------------------------------------------------


def describe(layers, side, sizes):
    """Lists of unit vectors [patches, channels], float64."""
    lists = []
    for layer in layers:
        layer = layer.astype(np.float64).reshape(side, side, -1)
        layer = (layer - layer.mean()) / np.sqrt(layer.var() + 1e-5)
        for size in sizes:
            means = uniform_filter(layer, (size, size, 1), mode="constant", cval=0.0)
            means = means.reshape(side * side, -1)
            lists.append(means / np.linalg.norm(means, axis=1, keepdims=True))
    return lists


def inside_lists(tile, side, sizes):
    keep = np.array(tile["inside"], bool)
    return [d[keep] for d in describe(tile["layers"], side, sizes)]


# --- maps ------------------------------------------------------------------------------------------------------------


def bilinear(values, height, width):
    """Half-pixel bilinear without antialias."""
    h, w = values.shape

    def matrix(n_in, n_out):
        m = np.zeros((n_out, n_in))
        for i in range(n_out):
            at = max((i + 0.5) * n_in / n_out - 0.5, 0)
            low = min(int(at), n_in - 1)
            m[i, low] += 1 - (at - low)
            m[i, min(low + 1, n_in - 1)] += at - low
        return m

    return matrix(h, height) @ values @ matrix(w, width).T


def paste(picture, values, side):
    width, height = picture["width"], picture["height"]
    sums, counts = np.zeros((height, width)), np.zeros((height, width))
    for tile, value in zip(picture["tiles"], values):
        patches = np.zeros(side * side)
        patches[np.array(tile["inside"], bool)] = value
        x, y, w, h = tile["rect"]
        large = bilinear(patches.reshape(side, side), h, w)
        for v in range(h):
            for u in range(w):
                if 0 <= y + v < height and 0 <= x + u < width:
                    sums[y + v, x + u] += large[v, u]
                    counts[y + v, x + u] += 1
    return sums / np.maximum(counts, 1)


# --- scores ----------------------------------------------------------------------------------------------------------


def mutual(pictures, i, side, sizes, share):
    """Values of the patches inside each of picture i's tiles."""
    out = []
    for tile in pictures[i]["tiles"]:
        own = inside_lists(tile, side, sizes)
        total = 0
        for number, queries in enumerate(own):
            columns = []
            for j, other in enumerate(pictures):
                if j != i:
                    memory = np.concatenate([inside_lists(t, side, sizes)[number] for t in other["tiles"]])
                    columns.append(cdist(queries, memory).min(1))
            # The other components of the same picture are one picture more.
            rest = [t for t in pictures[i]["tiles"] if t["component"] != tile["component"]]
            if rest:
                columns.append(cdist(queries, np.concatenate([inside_lists(t, side, sizes)[number] for t in rest])).min(1))
            columns = np.sort(np.stack(columns, 1), 1)
            total = total + columns[:, : max(1, int(share * columns.shape[1]))].mean(1)
        out.append(total / len(own))
    return out


def rescore(scores, embeddings, ks):
    s = np.asarray(scores, np.float64)
    s = (s - s.min()) / (s.max() - s.min()) if s.max() > s.min() else np.zeros_like(s)
    w = np.maximum(embeddings @ embeddings.T, 0)
    total = 0
    for k in ks:
        masked = np.zeros_like(w)
        for i in range(len(s)):
            top = np.argsort(-w[i], kind="stable")[:k]
            masked[i, top] = w[i, top]
        total = total + (masked @ s) / masked.sum(1)
    return total / len(ks)


def greedy(vectors, size):
    """k-centre over the joined vectors, from the first on."""
    d = euclidean_distances(vectors, squared=True)
    chosen = [0]
    while len(chosen) < min(size, len(vectors)):
        chosen.append(int(d[:, chosen].min(1).argmax()))
    return chosen


def embedding(picture):
    mean = np.mean([tile["embedding"] for tile in picture["tiles"]], 0)
    return mean / np.linalg.norm(mean)


# --- cases -----------------------------------------------------------------------------------------------------------


def drawn_tile(rng, rect, component, side, channels, layers):
    """Features around common ones, so that neighbours are near; some patches odd."""
    common = np.random.default_rng(99).normal(size=(layers, side * side, channels))
    values = common + 0.4 * rng.normal(size=common.shape)
    odd = rng.random(side * side) < 0.1
    values[:, odd] += 2 * rng.normal(size=(layers, int(odd.sum()), channels))
    e = rng.normal(size=6) + 1.5
    inside = rng.random(side * side) < 0.8
    inside[0] = True
    return {
        "rect": rect,
        "component": component,
        "inside": inside.tolist(),
        "layers": np.round(values, 3).astype(np.float32),
        "embedding": np.round(e / np.linalg.norm(e), 6),
    }


def batch(seed, count, side, channels, layers):
    rng = np.random.default_rng(seed)
    pictures = []
    for i in range(count):
        width, height = 18, 14
        rects = [[[2, 1, 10, 10]], [[0, 0, 9, 9], [4, 0, 9, 9]], [[-2, -3, 20, 20]]][i % 3]
        # The second kind: two tiles of one component that overlap, or of two.
        components = [0] * len(rects) if i % 2 else list(range(len(rects)))
        tiles = [drawn_tile(rng, r, c, side, channels, layers) for r, c in zip(rects, components)]
        pictures.append({"width": width, "height": height, "tiles": tiles})
    return pictures


def plain(picture):
    tiles = [
        t | {"layers": [rounded(l, 3) for l in t["layers"]], "embedding": rounded(t["embedding"], 6)} for t in picture["tiles"]
    ]
    return picture | {"tiles": tiles}


def main():
    out = {"batches": []}
    for seed, count, side, channels, layers, sizes, share in [
        (1, 7, 4, 3, 2, [1, 3, 5], 0.3),
        (2, 2, 3, 5, 1, [3], 0.3),
        (3, 5, 5, 9, 3, [1, 3], 1.0),
    ]:
        pictures = batch(seed, count, side, channels, layers)
        values = [mutual(pictures, i, side, sizes, share) for i in range(count)]
        scores = [max(v.max() for v in value) for value in values]
        tile = pictures[0]["tiles"][0]
        # The first two pictures are the good ones; the memory is cut to fewer patches than they have.
        joined = [np.concatenate([inside_lists(t, side, sizes)[n] for p in pictures[:2] for t in p["tiles"]]) for n in range(layers * len(sizes))]
        size = len(joined[0]) * 2 // 3
        chosen = greedy(np.concatenate(joined, 1), size)
        memory = [j[chosen] for j in joined]
        of_memory = [
            np.mean([cdist(q, m).min(1) for q, m in zip(inside_lists(t, side, sizes), memory)], 0) for t in pictures[-1]["tiles"]
        ]
        embeddings = np.stack([embedding(p) for p in pictures])
        out["batches"].append({
            "side": side, "channels": channels, "neighbourhoods": sizes, "nearest_share": share,
            "pictures": [plain(p) for p in pictures],
            "descriptors": [rounded(d) for d in describe(tile["layers"], side, sizes)],
            "maps": [rounded(paste(p, v, side), 6) for p, v in zip(pictures, values)],
            "scores": rounded(scores),
            "rescored": [{"neighbours": ks, "scores": rounded(rescore(scores, embeddings, ks))} for ks in ([1], [2], [1, 2, 3], [50])],
            "memory_patches": size, "chosen": chosen,
            "memory_map": rounded(paste(pictures[-1], of_memory, side), 6),
            "memory_score": float(max(v.max() for v in of_memory)),
        })
    rng = np.random.default_rng(5)
    out["calibrations"] = []
    for count in (8, 9, 30):
        scores = np.round(rng.gamma(2.0, 0.1, count), 4).astype(np.float32)
        s = scores.astype(np.float64)
        out["calibrations"].append({
            "scores": s.tolist(), "centre": float(np.median(s)), "spread": float(1.4826 * median_abs_deviation(s)),
        })
    text = json.dumps(out, separators=(",", ":"))
    (HERE / "consensus.json").write_text(text + "\n")
    print(len(text))


main()
