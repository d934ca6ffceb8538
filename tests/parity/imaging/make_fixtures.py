"""Makes the fixtures of crate/imaging with Pillow, torch, scikit-image and matplotlib.

Run with Python 3, Pillow 13, torch 2.15, scikit-image 0.26, matplotlib 3.11: `python make_fixtures.py`. Deterministic.
"""

import io
import json
from pathlib import Path

import matplotlib
import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.colors import to_hex
from PIL import Image
from skimage.measure import label, regionprops

HERE = Path(__file__).parent
# With one thread torch takes another code path, which rounds differently in the last bit.
torch.set_num_threads(2)


def picture(width, height, seed):
    """Smooth shading, hard edges and noise: what resizing gets wrong shows in one of the three."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    channels = []
    for _ in range(3):
        fx, fy, phase = rng.uniform(0.02, 0.2, 3)
        channels.append(127 + 90 * np.sin(fx * x + fy * y + 6 * phase))
    out = np.stack(channels, -1)
    out[(x - width / 2) ** 2 + (y - height / 2) ** 2 < (min(width, height) / 3) ** 2] += 70
    out[height // 5 : height // 4] = [255, 0, 255]
    out[:, width // 7 : width // 6] = 0
    out += rng.normal(0, 12, out.shape)
    return np.clip(out, 0, 255).astype(np.uint8)


def resizing():
    sources = {"a": (97, 61), "b": (40, 53), "c": (150, 150)}
    targets = {
        "a": [(33, 19), (97, 40), (64, 61), (143, 101), (1, 1), (352, 7)],
        "b": [(112, 112), (13, 90), (39, 54)],
        "c": [(64, 64), (75, 75), (151, 149), (140, 129), (140, 130)],
    }
    cases = []
    for name, size in sources.items():
        pixels = picture(*size, seed=ord(name))
        Image.fromarray(pixels).save(HERE / f"{name}.png")
        for w, h in targets[name]:
            for filter_name, code in (("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC)):
                file = f"{name}_{w}x{h}_{filter_name}.png"
                Image.fromarray(pixels).resize((w, h), code).save(HERE / file)
                cases.append({"from": f"{name}.png", "to": file, "filter": filter_name})
            # As DIS's Inference.py prepares its picture. Below w + h = 129 torch takes the other code path (see above),
            # which no network's input is small enough for.
            if w + h <= 128:
                continue
            tensor = torch.tensor(pixels, dtype=torch.float32).permute(2, 0, 1)
            plain = F.interpolate(tensor[None], (h, w), mode="bilinear").type(torch.uint8)
            file = f"{name}_{w}x{h}_plain.png"
            Image.fromarray(plain[0].permute(1, 2, 0).numpy()).save(HERE / file)
            cases.append({"from": f"{name}.png", "to": file, "filter": "plain"})
    (HERE / "resize.json").write_text(json.dumps(cases, indent=1))

    rng = np.random.default_rng(5)
    maps = []
    for (w, h), (ow, oh) in [((7, 5), (16, 11)), ((16, 9), (5, 4)), ((1, 3), (4, 4)), ((6, 6), (6, 6)), ((3, 2), (40, 3)), ((4, 3), (1, 7))]:
        values = rng.normal(0, 4, (h, w)).astype(np.float32)
        out, aligned = (F.interpolate(torch.tensor(values)[None, None], (oh, ow), mode="bilinear", align_corners=corners)[0, 0].numpy().ravel().tolist() for corners in (False, True))
        maps.append({"size": [w, h], "values": values.ravel().tolist(), "to": [ow, oh], "resized": out, "aligned": aligned})
    (HERE / "maps.json").write_text(json.dumps(maps))


def labelling():
    cases = []
    for seed, (w, h, p) in enumerate([(31, 17, 0.35), (40, 40, 0.5), (1, 9, 0.5), (23, 1, 0.6), (50, 30, 0.12), (9, 9, 0.0), (8, 5, 1.0)]):
        rng = np.random.default_rng(100 + seed)
        mask = rng.random((h, w)) < p
        labels = label(mask, connectivity=2)
        regions = [
            {"label": int(r.label), "area": int(r.area), "rect": [int(r.bbox[1]), int(r.bbox[0]), int(r.bbox[3] - r.bbox[1]), int(r.bbox[2] - r.bbox[0])]}
            for r in regionprops(labels)
        ]
        cases.append({"width": w, "height": h, "labels": labels.ravel().tolist(), "components": regions})
    # A comb joined only at its last row, and a spiral: labels that must be merged late.
    comb = np.zeros((6, 11), bool)
    comb[:, ::2] = True
    comb[5] = True
    spiral = np.array([[c == "#" for c in row] for row in
                       ["#########", "#.......#", "#.#####.#", "#.#...#.#", "#.#.#.#.#", "#.#.###.#", "#.#.....#", "#.#######"]])
    for mask in (comb, spiral):
        labels = label(mask, connectivity=2)
        regions = [
            {"label": int(r.label), "area": int(r.area), "rect": [int(r.bbox[1]), int(r.bbox[0]), int(r.bbox[3] - r.bbox[1]), int(r.bbox[2] - r.bbox[0])]}
            for r in regionprops(labels)
        ]
        cases.append({"width": mask.shape[1], "height": mask.shape[0], "labels": labels.ravel().tolist(), "components": regions})
    (HERE / "labels.json").write_text(json.dumps(cases))


def files():
    upright = Image.fromarray(picture(24, 17, seed=77)).resize((48, 34), Image.NEAREST)
    upright.save(HERE / "upright.png")
    # What each orientation's stored pixels are turned with to stand upright, undone before saving.
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    for orientation, turn in undo.items():
        stored = upright if turn is None else upright.transpose(turn)
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored.save(HERE / f"orientation_{orientation}.jpg", quality=97, subsampling=0, exif=exif)

    upright.save(HERE / "format.webp", lossless=True)
    upright.save(HERE / "format.bmp")
    upright.save(HERE / "format.tiff", compression="tiff_lzw")
    upright.save(HERE / "format.jpg", quality=97, subsampling=0, progressive=True)
    palette = upright.quantize(32)
    second = palette.copy()
    second.paste(0, (0, 0, 48, 34))
    palette.save(HERE / "format.gif", save_all=True, append_images=[second], duration=100)
    palette.convert("RGB").save(HERE / "format_gif_expected.png")

    rgb = np.asarray(upright)
    gray = rgb[..., 0]
    Image.fromarray(gray).save(HERE / "gray.png")
    sixteen = (gray.astype(np.uint32) * 257 + 100).clip(0, 65535).astype(np.uint16)
    Image.fromarray(sixteen).save(HERE / "gray16.png")
    alpha = np.linspace(0, 255, 48).astype(np.uint8)[None].repeat(34, 0)
    Image.fromarray(np.dstack([rgb, alpha])).save(HERE / "alpha.png")
    white = Image.new("RGBA", upright.size, "white")
    white.alpha_composite(Image.fromarray(np.dstack([rgb, alpha])))
    white.convert("RGB").save(HERE / "alpha_expected.png")
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    upright.save(HERE / "icc.png", icc_profile=profile)
    # A thumbnail with an end marker of its own inside of EXIF.
    thumbnail = io.BytesIO()
    upright.resize((16, 11)).save(thumbnail, "JPEG")
    exif = b"Exif\0\0" + b"MM\0*\0\0\0\x08\0\0" + b"\0\0\0\0" + thumbnail.getvalue()
    upright.save(HERE / "thumbnail.jpg", quality=97, subsampling=0, exif=exif)


def colours():
    names = ["viridis", "inferno", "magma", "cividis", "gray"]
    values = [i / 255 for i in range(0, 256, 5)]
    found = {name: [to_hex(matplotlib.colormaps[name](value)) for value in values] for name in names}
    (HERE / "colours.json").write_text(json.dumps({"values": values, "colours": found}, indent=None))


resizing()
labelling()
files()
colours()
