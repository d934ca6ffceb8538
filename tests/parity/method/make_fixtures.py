"""Makes the fixtures of crate/method: the method once more, in NumPy, from the paper's text and from what
segment-anything's automatic_mask_generator.py does, on drawn cases.

Run with Python 3 and NumPy, SciPy: `python make_fixtures.py`. Deterministic. Nothing here is shared with the Rust.
"""

import json
import math
from pathlib import Path

import numpy as np
from scipy import ndimage

HERE = Path(__file__).parent


# --- small tools -----------------------------------------------------------------------------------------------------


def runs(mask):
    """A mask as alternating run lengths in row-major order, beginning with unset."""
    flat = np.asarray(mask, bool).ravel()
    edges = np.flatnonzero(np.diff(flat)) + 1
    lengths = np.diff(np.concatenate([[0], edges, [flat.size]])).tolist()
    return ([0] if flat.size and flat[0] else []) + lengths


def bilinear(values, height, width):
    """Half-pixel bilinear without antialias, in float64."""
    h, w = values.shape

    def taps(n_in, n_out):
        at = np.maximum((np.arange(n_out) + 0.5) * n_in / n_out - 0.5, 0)
        low = np.minimum(np.floor(at).astype(int), n_in - 1)
        return low, np.minimum(low + 1, n_in - 1), at - low

    y0, y1, fy = taps(h, height)
    x0, x1, fx = taps(w, width)
    v = values.astype(np.float64)
    top = v[y0][:, x0] * (1 - fx) + v[y0][:, x1] * fx
    bottom = v[y1][:, x0] * (1 - fx) + v[y1][:, x1] * fx
    return top * (1 - fy)[:, None] + bottom * fy[:, None]


# --- stage 1: foreground ---------------------------------------------------------------------------------------------


def dichotomous(saliency, threshold=0.5):
    low, high = saliency.min(), saliency.max()
    if high == low:
        return np.zeros(saliency.shape, bool)
    return (saliency - low) / (high - low) > threshold


def grid(n, width, height, near=None):
    points = []
    for j in range(n):
        for i in range(n):
            x, y = (i + 0.5) / n * width, (j + 0.5) / n * height
            if near is None or near[int(y), int(x)]:
                points.append([x, y])
    return points


def dilate(mask, n):
    h, w = mask.shape
    dx, dy = math.ceil(w / n), math.ceil(h / n)
    return ndimage.binary_dilation(mask, np.ones((2 * dy + 1, 2 * dx + 1), bool))


def box_of(mask):
    if not mask.any():
        return (0, 0, 0, 0)
    ys, xs = np.nonzero(mask)
    return (xs.min(), ys.min(), xs.max(), ys.max())


def iou(a, b):
    area = lambda r: float(r[2] - r[0]) * float(r[3] - r[1])
    w = max(0.0, float(min(a[2], b[2]) - max(a[0], b[0])))
    h = max(0.0, float(min(a[3], b[3]) - max(a[1], b[1])))
    union = area(a) + area(b) - w * h
    return w * h / union if union else float("nan")


def automatic_masks(logits, ious, d, near, s):
    """logits: {point index: three maps at the picture's size}; gives indices (point, slot) in order."""
    kept = []
    for p in range(len(ious)):
        for slot in range(3):
            if not ious[p][slot] > s["predicted_iou_threshold"]:
                continue
            l = logits(p, slot)
            inner = (l > s["mask_threshold"] + s["stability_offset"]).sum()
            outer = (l > s["mask_threshold"] - s["stability_offset"]).sum()
            if outer == 0 or not inner / outer >= s["stability_threshold"]:
                continue
            mask = l > s["mask_threshold"]
            kept.append({"point": p, "slot": slot, "iou": ious[p][slot], "stability": inner / outer, "mask": mask, "box": box_of(mask)})
    order = sorted(range(len(kept)), key=lambda i: -kept[i]["iou"])  # sorted() is stable
    chosen = []
    for i in order:
        if all(not iou(kept[i]["box"], kept[j]["box"]) > s["box_nms_threshold"] for j in chosen):
            chosen.append(i)
    survivors = [kept[i] for i in chosen]
    inside = [m for m in survivors if m["mask"].any() and (m["mask"] & d).sum() / m["mask"].sum() >= s["mask_inside_object"]]
    return kept, survivors, inside


# --- stage 2: tiles --------------------------------------------------------------------------------------------------


def components_of(mask):
    labels, n = ndimage.label(mask, np.ones((3, 3)))
    out = []
    for k in range(1, n + 1):
        one = labels == k
        ys, xs = np.nonzero(one)
        out.append({"mask": one, "first": int(np.flatnonzero(one.ravel())[0]), "area": int(one.sum()),
                    "box": (int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1)})
    return sorted(out, key=lambda c: c["first"])


def place(low, high, side, size):
    """One axis of a square around the middle of low..high, moved into 0..size, or around it where it is longer."""
    start = (low + high) // 2 - side // 2
    if side <= size:
        if start < 0:
            start = 0
        if start + side > size:
            start = size - side
    else:
        if start > 0:
            start = 0
        if start + side < size:
            start = size - side
    return start


def tiles_of(component, parts, S, width, height, s):
    x0, y0, x1, y1 = component["box"]
    w, h = x1 - x0, y1 - y0
    inside = sum(1 for m in parts if (m & component["mask"]).sum() / m.sum() >= s["part_inside_component"])
    short, long = min(w, h), max(w, h)
    side = max(short, S)
    if long / short > s["strip_aspect_ratio"] and inside > s["strip_parts"] and side < long:
        step = max(1, int(short * s["strip_step"]))
        low, high = (x0, x1) if w > h else (y0, y1)
        starts = []
        at = low
        while at + side < high:
            starts.append(at)
            at += step
        starts.append(high - side)
        if w > h:
            return inside, [[a, place(y0, y1, side, height), side, side] for a in starts]
        return inside, [[place(x0, x1, side, width), a, side, side] for a in starts]
    side = max(long, S)
    return inside, [[place(x0, x1, side, width), place(y0, y1, side, height), side, side]]


def tile_picture(foreground, parts, S, s):
    height, width = foreground.shape
    found = []
    for c in components_of(foreground):
        if c["area"] < s["speck_share"] * width * height:
            continue
        inside, tiles = tiles_of(c, parts, S, width, height, s)
        x0, y0, x1, y1 = c["box"]
        found.append({"rect": [x0, y0, x1 - x0, y1 - y0], "area": c["area"], "parts": inside, "tiles": tiles})
    return found


# --- stages 3 to 6 ---------------------------------------------------------------------------------------------------


def compose(states, templates, name):
    return [t.replace("[o]", st.replace("[o]", name)) for st in states for t in templates]


def tile_score(v, normal, anomalous, scale):
    unit = lambda t: t / np.linalg.norm(t)
    cn = [float(np.dot(v, unit(t))) for t in normal]
    ca = [float(np.dot(v, unit(t))) for t in anomalous]
    n, a = np.mean(cn), np.mean(ca)
    e = np.exp(scale * np.array([n, a]) - scale * max(n, a))
    return n, a, e[1] / e.sum(), cn, ca


def harmonic(logits, limit):
    """Over the list as it stands, duplicates included."""
    p = 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -limit, limit)))
    return len(logits) / (1 / p).sum(0)


def top_mean(scores, share):
    k = max(1, math.ceil(share * len(scores)))
    return float(np.mean(sorted(scores, reverse=True)[:k]))


DEFAULTS = {
    "saliency_threshold": 0.5, "points_per_side": 32, "points_near_object_only": True, "predicted_iou_threshold": 0.88,
    "stability_threshold": 0.95, "stability_offset": 1.0, "mask_threshold": 0.0, "box_nms_threshold": 0.7,
    "mask_inside_object": 0.8, "speck_share": 0.001, "strip_aspect_ratio": 1.5, "strip_parts": 20,
    "part_inside_component": 0.8, "strip_step": 0.5, "logit_scale": 100.0, "logit_limit": 30.0, "top_share": 0.25,
}

# --- cases -----------------------------------------------------------------------------------------------------------


def drawn(rng, width, height, count):
    """Ellipses, bars and single pixels."""
    mask = np.zeros((height, width), bool)
    y, x = np.mgrid[0:height, 0:width]
    for _ in range(count):
        cx, cy = rng.uniform(0, width), rng.uniform(0, height)
        kind = rng.integers(3)
        if kind == 0:
            rx, ry = rng.uniform(1, width / 5), rng.uniform(1, height / 5)
            mask |= ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1
        elif kind == 1:
            w, h = rng.integers(1, max(2, width // 3)), rng.integers(1, max(2, height // 3))
            mask[int(cy) : int(cy) + h, int(cx) : int(cx) + w] = True
        else:
            mask[min(int(cy), height - 1), min(int(cx), width - 1)] = True
    return mask


def tile_cases():
    cases = []

    def add(mask, S, parts=(), **settings):
        s = DEFAULTS | settings
        cases.append({"width": mask.shape[1], "height": mask.shape[0], "foreground": runs(mask), "side": S, "settings": settings,
                      "parts": [runs(p) for p in parts], "components": tile_picture(mask, list(parts), S, s)})

    for seed in range(24):
        rng = np.random.default_rng(seed)
        width, height = int(rng.integers(20, 160)), int(rng.integers(20, 160))
        add(drawn(rng, width, height, int(rng.integers(1, 9))), int(rng.choice([8, 17, 32, 33, 64, 200])))

    def bar(width, height, x, y, w, h):
        mask = np.zeros((height, width), bool)
        mask[y : y + h, x : x + w] = True
        return mask

    def slices(mask, count, along_x=True, spill=0):
        """Parts of a bar: stretches of it, each with `spill` rows below it."""
        ys, xs = np.nonzero(mask)
        out = []
        edges = np.linspace((xs if along_x else ys).min(), (xs if along_x else ys).max() + 1, count + 1).astype(int)
        for a, b in zip(edges, edges[1:]):
            part = np.zeros_like(mask)
            if along_x:
                part[ys.min() : ys.max() + 1 + spill, a:b] = True
            else:
                part[a:b, xs.min() : xs.max() + 1] = True
            out.append(part)
        return out

    wide = bar(200, 90, 11, 30, 151, 21)
    tall = bar(80, 190, 33, 5, 17, 180)
    add(wide, 16, slices(wide, 21))  # a strip: 21 parts are more than 20
    add(wide, 16, slices(wide, 20))  # 20 are not
    add(wide, 32, slices(wide, 25))  # S above the short side
    add(wide, 150, slices(wide, 25))  # one pixel short of the ordinary case
    add(wide, 151, slices(wide, 25))  # a square as long as the box
    add(tall, 16, slices(tall, 30, along_x=False))
    add(tall, 64, slices(tall, 30, along_x=False))
    add(tall, 100, slices(tall, 30, along_x=False))  # wider than the picture
    add(wide, 16, slices(wide, 25, spill=5))  # 21/26 of each part inside: counts
    add(wide, 16, slices(wide, 25, spill=6))  # 21/27: does not
    add(bar(200, 90, 0, 0, 30, 20), 8, slices(bar(200, 90, 0, 0, 30, 20), 25))  # aspect exactly 1.5: no strip
    add(bar(200, 90, 0, 0, 31, 20), 8, slices(bar(200, 90, 0, 0, 31, 20), 25))
    add(bar(300, 20, 3, 9, 290, 1), 4, slices(bar(300, 20, 3, 9, 290, 1), 25), speck_share=0.0)  # half a pixel is no step
    add(wide, 16, slices(wide, 6), strip_parts=5, strip_step=1.0)
    # Specks: 100 × 50 pixels, so that 5 is the smallest area that stays.
    specks = np.zeros((50, 100), bool)
    specks[3, 3:7] = True
    specks[10, 10:15] = True
    specks[30:33, 40:42] = True
    add(specks, 10)
    add(specks & (np.arange(50)[:, None] < 5), 10)  # only a speck
    # Joined at a corner, and boxes with odd sums at every edge.
    corner = np.zeros((40, 41), bool)
    corner[5:9, 5:8] = True
    corner[9:12, 8:13] = True
    add(corner, 4)
    for x, y, w, h in [(0, 0, 5, 4), (36, 0, 5, 5), (0, 35, 6, 5), (34, 33, 7, 7), (17, 16, 4, 7), (17, 16, 7, 4)]:
        add(bar(41, 40, x, y, w, h), 8)
        add(bar(41, 40, x, y, w, h), 9)
    add(bar(41, 40, 3, 3, 30, 30), 64)
    add(bar(41, 40, 3, 3, 30, 2), 41)
    (HERE / "tiles.json").write_text(json.dumps(cases))


def sam_cases():
    cases = []
    for seed in range(5):
        rng = np.random.default_rng(1000 + seed)
        width, height, n, low = [(48, 40, 6, 12), (61, 37, 5, 12), (40, 64, 7, 16), (33, 33, 4, 8), (48, 48, 6, 12)][seed]
        settings = {"points_per_side": n}
        if seed == 1:
            settings |= {"points_near_object_only": False}
        if seed == 2:
            settings |= {"predicted_iou_threshold": 0.6, "stability_threshold": 0.8, "stability_offset": 0.5, "mask_threshold": 0.25, "box_nms_threshold": 0.4}
        s = DEFAULTS | settings
        y, x = np.mgrid[0:height, 0:width]
        cx, cy = width * rng.uniform(0.35, 0.65), height * rng.uniform(0.35, 0.65)
        saliency = np.exp(-(((x - cx) / (width / 2.6)) ** 2 + ((y - cy) / (height / 2.6)) ** 2) ** 2).astype(np.float32)
        saliency = (0.1 + 0.7 * saliency).round(3).astype(np.float32)
        if seed == 4:
            saliency[:] = 0.4
        d = dichotomous(saliency, s["saliency_threshold"])
        points = grid(n, width, height, dilate(d, n) if s["points_near_object_only"] else None)
        if seed == 4:
            points = []
        # Blobs around the points, some twice, some steep (stable), some shallow.
        maps, ious = [], []
        ly, lx = np.mgrid[0:low, 0:low]
        for px, py in points:
            three = []
            for slot in range(3):
                r = low * rng.uniform(0.1, 0.3)
                dist = np.hypot(lx + 0.5 - px / width * low + rng.normal(0, 0.5), ly + 0.5 - py / height * low + rng.normal(0, 0.5))
                three.append(((r - dist) * rng.choice([4.0, 20.0, 60.0])).clip(-30, 30).round(2) + 0.0037)
            maps.append(three)
            ious.append((rng.choice([0.7, 0.88, 0.9, 0.95], 3) + rng.integers(0, 3, 3) * 0.01).round(3).tolist())
        if points:
            maps[0][1] = maps[0][0]  # the same box with the same IoU: the earlier stays
            ious[0][1] = ious[0][0] = 0.93
            maps[-1][2] = np.full((low, low), -9.0)  # no pixel at all: its stability is 0/0
            ious[-1][2] = 0.99
        upsampled = lambda p, slot: bilinear(maps[p][slot].astype(np.float32), height, width)
        kept, survivors, inside = automatic_masks(upsampled, ious, d, None, s)
        if inside:
            union = np.any([m["mask"] for m in inside], 0)
            source = "sam"
        elif d.any():
            union, source = d, "dichotomous"
        else:
            union, source = np.ones_like(d), "whole_image"
        # So near to a threshold that float32 could decide otherwise would make a poor fixture.
        for p in range(len(points)):
            for slot in range(3):
                if not ious[p][slot] > s["predicted_iou_threshold"]:
                    continue
                l = upsampled(p, slot)
                for t in (s["mask_threshold"], s["mask_threshold"] - s["stability_offset"], s["mask_threshold"] + s["stability_offset"]):
                    assert np.abs(l - t).min() > 4e-6, "choose another seed"
        cases.append({
            "width": width, "height": height, "settings": settings, "saliency": saliency.ravel().astype(float).round(3).tolist(),
            "dichotomous": runs(d), "points": points, "low": low,
            "logits": [[m.ravel().round(4).tolist() for m in three] for three in maps], "ious": ious,
            "stable": len(kept), "survivors": len(survivors), "source": source, "foreground": runs(union),
            "kept": [{"point": m["point"], "iou": m["iou"], "stability": float(m["stability"]), "mask": runs(m["mask"])} for m in inside],
        })
        print(f"SAM case {seed}: {len(points)} points, {len(kept)} stable, {len(survivors)} after NMS, {len(inside)} inside")
    (HERE / "sam.json").write_text(json.dumps(cases))


def score_cases():
    rng = np.random.default_rng(7)
    cases = []
    for k in range(12):
        normal = rng.normal(0, 1, (int(rng.integers(1, 8)), 6)) * rng.uniform(0.5, 3)
        anomalous = rng.normal(0.3, 1, (int(rng.integers(1, 8)), 6))
        if k == 1:
            normal[-1] = normal[0]
        v = rng.normal(0, 1, 6)
        v /= np.linalg.norm(v)
        scale = [100.0, 1 / 0.07, 0.0, 3.0][k % 4]
        n, a, score, cn, ca = tile_score(v, normal, anomalous, scale)
        cases.append({"normal_vectors": normal.tolist(), "anomalous_vectors": anomalous.tolist(), "image": v.tolist(), "scale": scale,
                      "normal": n, "anomalous": a, "score": score, "cosines_normal": cn, "cosines_anomalous": ca})
    means = []
    for k in range(8):
        prompts = int(rng.integers(1, 7))
        logits = rng.normal(-3, 6, (prompts, 5, 4)).round(3)
        if k == 1:
            logits[0] = -500.0
        if k == 2:
            logits[:] = 200.0
        order = list(range(prompts)) + ([0] if k % 2 else [])  # listed twice
        limit = 30.0 if k < 6 else 5.0
        means.append({"width": 4, "height": 5, "logits": [l.ravel().tolist() for l in logits], "order": order, "limit": limit,
                      "mean": harmonic(logits[order], limit).ravel().tolist()})
    tops = []
    for n in list(range(1, 10)) + [40]:
        scores = rng.uniform(0, 1, n).round(4).tolist()
        for share in (0.25, 0.5, 1.0):
            tops.append({"scores": scores, "share": share, "score": top_mean(scores, share)})
    pastes = []
    for k in range(6):
        width, height = int(rng.integers(10, 40)), int(rng.integers(10, 40))
        tiles = []
        total, count = np.zeros((height, width)), np.zeros((height, width))
        for _ in range(int(rng.integers(1, 5))):
            side = int(rng.integers(4, 50))
            x, y = int(rng.integers(-20, width)), int(rng.integers(-20, height))
            low = rng.uniform(0, 1, (3, 4)).round(4)
            score = round(float(rng.uniform(0, 1)), 4)
            full = bilinear(low, side, side) * score
            for yy in range(side):
                for xx in range(side):
                    if 0 <= y + yy < height and 0 <= x + xx < width:
                        total[y + yy, x + xx] += full[yy, xx]
                        count[y + yy, x + xx] += 1
            tiles.append({"rect": [x, y, side, side], "values": low.ravel().tolist(), "score": score})
        out = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
        pastes.append({"width": width, "height": height, "tiles": tiles, "map": out.ravel().tolist()})
    (HERE / "scores.json").write_text(json.dumps({"tiles": cases, "harmonic": means, "top": tops, "paste": pastes}))


# --- the whole way, with networks that are formulas --------------------------------------------------------------------


def text_vector(text):
    """A made-up text embedding: four numbers from the letters, not of unit length."""
    codes = [ord(c) for c in text]
    return np.array([1 + sum(c * (i + 1) for i, c in enumerate(codes)) % m / m for m in (97, 89, 83, 79)])


def image_vector(tile):
    """A made-up image embedding: mean colour and one, at unit length."""
    v = np.append(tile.reshape(-1, 3).mean(0) / 255, 1.0)
    return v / np.linalg.norm(v)


def tile_logits(tile, prompts, n=8):
    """Made-up logits: colours at the cells' centres, weighted by the prompt's vector."""
    side = tile.shape[0]
    at = ((2 * np.arange(n) + 1) * side) // (2 * n)
    small = tile[at][:, at].astype(np.float64) / 255
    return np.stack([small @ (p[:3] * 8 - 8) - 2 * p[3] + 3 for p in prompts])


def cut(picture, rect):
    x, y, w, h = rect
    ys = np.clip(np.arange(y, y + h), 0, picture.shape[0] - 1)
    xs = np.clip(np.arange(x, x + w), 0, picture.shape[1] - 1)
    return picture[ys][:, xs]


def whole_cases():
    normal_states, anomalous_states = ["[o]", "good [o]", "[o] without flaw"], ["bad [o]", "[o] in pieces", "bad [o]"]
    templates = ["a photo of a [o].", "the [o]."]
    localising = ["a tear", "an error", "a mark", "an error"]
    cases = []
    for seed in range(6):
        rng = np.random.default_rng(50 + seed)
        width, height = [(70, 50), (64, 64), (40, 90), (90, 40), (30, 20), (64, 48)][seed]
        settings = {"normal_states": normal_states, "anomalous_states": anomalous_states, "templates": templates,
                    "localising_prompts": localising, "logit_scale": [100.0, 20.0][seed % 2]}
        s = DEFAULTS | settings
        picture = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
        picture = ndimage.uniform_filter(picture, (5, 5, 0))
        foreground = drawn(rng, width, height, 6)
        side = [16, 24, 12, 20, 32, 16][seed]
        given = seed < 3
        if seed == 4:
            foreground[:] = False
        saliency = np.where(foreground, 0.8, 0.2).astype(np.float32)
        source = "given" if given else "dichotomous"
        parts = tile_picture(foreground, [], side, s)
        if not parts:
            source = "whole_image"
            longer = max(width, height, side)
            parts = [{"rect": [0, 0, width, height], "area": width * height, "parts": 0,
                      "tiles": [[place(0, width, longer, width), place(0, height, longer, height), longer, longer]]}]
        name = ["cap", "pipe_fryum", "Ei 🥚", "[o] bolt", "x", "pcb1"][seed]
        normal = [text_vector(t) for t in compose(normal_states, templates, name)]
        anomalous = [text_vector(t) for t in compose(anomalous_states, templates, name)]
        local = [text_vector(t) for t in localising]
        total, count = np.zeros((height, width)), np.zeros((height, width))
        tiles, components = [], []
        for k, part in enumerate(parts):
            scores = []
            for rect in part["tiles"]:
                tile = cut(picture, rect)
                n, a, score, _, _ = tile_score(image_vector(tile), normal, anomalous, s["logit_scale"])
                full = bilinear(harmonic(tile_logits(tile, local), 30.0), rect[3], rect[2]) * score
                x, y, w, h = rect
                u, v = max(x, 0), max(y, 0)
                r, b = min(x + w, width), min(y + h, height)
                total[v:b, u:r] += full[v - y : b - y, u - x : r - x]
                count[v:b, u:r] += 1
                tiles.append({"component": k, "rect": rect, "normal": n, "anomalous": a, "score": score})
                scores.append(score)
            components.append({"rect": part["rect"], "area": part["area"], "score": float(np.mean(scores))})
        out = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
        cases.append({"width": width, "height": height, "object": name, "settings": settings, "side": side, "given": given,
                      "picture": picture.ravel().tolist(), "foreground": runs(foreground), "source": source,
                      "components": components, "tiles": tiles, "score": top_mean([c["score"] for c in components], 0.25),
                      "map": out.ravel().round(7).tolist()})
        print(f"whole case {seed}: {len(components)} components, {len(tiles)} tiles, {source}, {cases[-1]['score']:.4f}")
    (HERE / "whole.json").write_text(json.dumps(cases))


tile_cases()
sam_cases()
score_cases()
whole_cases()
