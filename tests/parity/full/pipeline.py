"""The whole method for one photograph, made of transformers' modules: what the command line's results are held against.

    python pipeline.py CHECKPOINTS PICTURE --object NAME --out FOLDER [--settings FILE] [--foreground MASK] [--no-sam]

CHECKPOINTS is laid out as for `spotcheck pack build`: clipseg/, sam/, isnet/ and perhaps pack.json, whose settings count.
Written from Baugh et al. (arXiv 2306.09269), WinCLIP's prompts and segment-anything's automatic mask generator, apart
from the Rust code. Networks and preprocessing are transformers' own, IS-Net is the PyTorch one beside; boxes are suppressed
by torchvision, components found by scikit-image. Everything that the paper leaves open is said where it is done.

Writes result.json, map.npy and each stage's arrays under the names of `spotcheck inspect --dump`.

Needs torch, torchvision, transformers 5, numpy, scipy, scikit-image and pillow.
"""

import argparse
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from scipy.ndimage import maximum_filter
from skimage.measure import label, regionprops
from torch.nn import functional as F
from torchvision.ops import nms
from transformers import CLIPSegForImageSegmentation, PreTrainedTokenizerFast, SamModel
from transformers.models.clip import CLIPImageProcessorPil
from transformers.models.sam.image_processing_pil_sam import SamImageProcessorPil
from transformers.models.vit import ViTImageProcessorPil
from transformers.utils import logging

sys.path.append(str(Path(__file__).parent.parent / "isnet"))
from isnet import IsNet  # noqa: E402
logging.disable_progress_bar()

# WinCLIP's states, then those of the paper's Fig. 2 a.
NORMAL = """[o]|flawless [o]|perfect [o]|unblemished [o]|[o] without flaw|[o] without defect|[o] without damage
good [o]|normal [o]|amazing [o]|pristine [o]|undamaged [o]|[o] in good condition|unbroken [o]|[o] without any imperfections
[o] without any scratches|[o] without any marks|complete [o]|new [o]"""
# WinCLIP's, then Fig. 2 b.
ANOMALOUS = """damaged [o]|[o] with flaw|[o] with defect|[o] with damage
broken [o]|bad [o]|flawed [o]|defective [o]|[o] in poor condition|worn [o]|[o] with scratches|[o] with marks
[o] with imperfections|cracked [o]|faulty [o]|incomplete [o]|bent [o]|snapped [o]|scratched [o]|shattered [o]|fractured [o]
burst [o]|[o] in pieces"""
TEMPLATES = """a cropped photo of the [o].|a cropped photo of a [o].|a close-up photo of a [o].|a close-up photo of the [o].
a bright photo of a [o].|a bright photo of the [o].|a dark photo of a [o].|a dark photo of the [o].
a jpeg corrupted photo of a [o].|a jpeg corrupted photo of the [o].|a blurry photo of the [o].|a blurry photo of a [o].
a photo of a [o].|a photo of the [o].|a photo of a small [o].|a photo of the small [o].|a photo of a large [o].
a photo of the large [o].|a photo of a [o] for visual inspection.|a photo of the [o] for visual inspection.
a photo of a [o] for anomaly detection.|a photo of the [o] for anomaly detection."""
# Fig. 2 c, where "an error" stands twice.
LOCALISING = """a tear|a rip|some damage|a fault|a break|an abnormality|a defect|a crack|an anomaly|a missing component|an error
a mark|a cut|a dent|a scratch|an imperfection|a blemish|a mistake|an error"""


def listed(text):
    return text.replace("\n", "|").split("|")


DEFAULTS = {
    # IS-Net's map, brought to 0 to 1, is object above this. The paper names no threshold.
    "saliency_threshold": 0.5,
    # SamAutomaticMaskGenerator's defaults.
    "points_per_side": 32,
    "points_per_batch": 64,
    "predicted_iou_threshold": 0.88,
    "stability_threshold": 0.95,
    "stability_offset": 1.0,
    "mask_threshold": 0.0,
    "box_nms_threshold": 0.7,
    # Not in the paper, for speed: only points near the object are asked for.
    "points_near_object_only": True,
    "mask_inside_object": 0.8,
    # Not in the paper: components smaller than this share of the picture are specks.
    "speck_share": 0.001,
    "strip_aspect_ratio": 1.5,
    "strip_parts": 20,
    "strip_step": 0.5,
    # When a mask is a part of a component; the paper does not say.
    "part_inside_component": 0.8,
    "normal_states": listed(NORMAL),
    "anomalous_states": listed(ANOMALOUS),
    "templates": listed(TEMPLATES),
    "localising_prompts": listed(LOCALISING),
    # CLIP's own factor; the paper names none.
    "logit_scale": 100.0,
    "logit_limit": 30.0,
    "top_share": 0.25,
    "fired_prompts": 5,
}
# A logit this near to its threshold may be on either side of it: networks are held to this.
UNDECIDED = 1e-3
# What the command line has besides: of no matter for a result.
IGNORED = {"verdict_threshold"}


def settings_of(checkpoints, changes):
    """The defaults with those of the pack, then with `changes`."""
    pack = checkpoints / "pack.json"
    own = json.loads(pack.read_text()).get("settings", {}) if pack.exists() else {}
    unknown = (set(own) | set(changes)) - set(DEFAULTS) - IGNORED
    assert not unknown, f"unknown settings: {sorted(unknown)}"
    return DEFAULTS | own | changes


def processor(kind, folder, **otherwise):
    return kind.from_pretrained(folder) if (folder / "preprocessor_config.json").exists() else kind(**otherwise)


def square(x, y, side):
    return {"x": int(x), "y": int(y), "width": int(side), "height": int(side)}


class Pipeline:
    """The networks; `settings` and the folder `out` may be set anew for each photograph."""

    def __init__(self, checkpoints, settings, out):
        self.settings, self.out = settings, out
        folder = checkpoints / "isnet"
        config = json.loads((folder / "config.json").read_text())
        self.isnet, self.isnet_input = IsNet(config).eval(), config["input_size"]
        missing, _ = self.isnet.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
        assert all(name.endswith("num_batches_tracked") for name in missing), missing
        folder = checkpoints / "sam"
        self.sam = SamModel.from_pretrained(folder).eval()
        self.sam_processor = processor(SamImageProcessorPil, folder)
        folder = checkpoints / "clipseg"
        self.clipseg = CLIPSegForImageSegmentation.from_pretrained(folder).eval()
        self.clipseg_processor = processor(ViTImageProcessorPil, folder)
        self.segmenter_input = self.clipseg_processor.size["height"]
        # CLIP reads at its native size, with its own mean and deviation: those of the processor's defaults.
        native = self.clipseg.config.vision_config.image_size
        self.clip_processor = CLIPImageProcessorPil(
            size={"shortest_edge": native}, crop_size={"height": native, "width": native}
        )
        end = "<|endoftext|>"
        self.tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), pad_token=end, eos_token=end)
        self.embeddings = {}

    def save(self, name, array):
        np.save(self.out / f"{name}.npy", np.asarray(array, np.float32))

    # Foreground

    def saliency(self, picture):
        """As DIS's Inference.py: bilinear to the network's square and back to whole numbers; its first map at the picture's size."""
        pixels = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float()
        pixels = F.interpolate(pixels, size=[self.isnet_input] * 2, mode="bilinear").to(torch.uint8) / 255.0 - 0.5
        return F.interpolate(self.isnet(pixels)[0], size=picture.shape[:2], mode="bilinear")[0, 0].numpy()

    def dichotomous(self, saliency):
        low, high = saliency.min(), saliency.max()
        # A map without contrast shows nothing.
        return (saliency - low) / (high - low) > self.settings["saliency_threshold"] if high > low else np.zeros(saliency.shape, bool)

    def points(self, near):
        """The centres of a grid's cells, x fastest; those farther from the object than a cell are left out."""
        (height, width), n = near.shape, self.settings["points_per_side"]
        if self.settings["points_near_object_only"]:
            reach = (2 * math.ceil(height / n) + 1, 2 * math.ceil(width / n) + 1)
            near = maximum_filter(near, size=reach, mode="constant", cval=False)
        else:
            near = np.ones_like(near)
        centres = [((i + 0.5) / n * width, (j + 0.5) / n * height) for j in range(n) for i in range(n)]
        return [(x, y) for x, y in centres if near[int(y), int(x)]]

    def sam_masks(self, picture, dichotomous):
        """segment-anything's automatic masks, of which those that lie in the dichotomous mask are kept."""
        s = self.settings
        inputs = self.sam_processor(Image.fromarray(picture), return_tensors="pt")
        sizes = inputs["original_sizes"].tolist(), inputs["reshaped_input_sizes"].tolist()
        (height, width), (new_height, new_width) = sizes[0][0], sizes[1][0]
        embedding = self.sam.get_image_embeddings(inputs["pixel_values"])

        points = self.points(dichotomous)
        self.save("sam_points", np.reshape(points, (-1, 2)))
        placed = torch.tensor([[x * new_width / width, y * new_height / height] for x, y in points]).float()
        found, predicted = [], []
        for some in placed.split(s["points_per_batch"]):
            some = some[None, :, None]
            labels = torch.ones(some.shape[:3], dtype=torch.int64)
            output = self.sam(image_embeddings=embedding, input_points=some, input_labels=labels, multimask_output=True)
            predicted.append(output.iou_scores[0])
            for logits, iou in zip(output.pred_masks[0].flatten(0, 1), output.iou_scores.flatten()):
                if not iou > s["predicted_iou_threshold"]:
                    continue
                logits = self.sam_processor.post_process_masks([logits[None, None]], *sizes, binarize=False)[0][0, 0]
                inner = (logits > s["mask_threshold"] + s["stability_offset"]).sum()
                outer = (logits > s["mask_threshold"] - s["stability_offset"]).sum()
                if inner / outer >= s["stability_threshold"]:
                    above = logits - s["mask_threshold"]
                    found.append(((above > 0).numpy(), iou, inner / outer, (above.abs() <= UNDECIDED).numpy()))
        self.save("sam_predicted_iou", torch.cat(predicted))
        if not found:
            return []
        kept = nms(
            torch.tensor([bounds(mask) for mask, *_ in found]).float(),
            torch.stack([iou for _, iou, *_ in found]),
            s["box_nms_threshold"],
        )
        inside = lambda mask: mask.any() and (mask & dichotomous).sum() / mask.sum() >= s["mask_inside_object"]  # noqa: E731
        return [found[i] for i in kept.tolist() if inside(found[i][0])]

    def foreground(self, picture, no_sam):
        """The mask, where it is from, and SAM's masks that it is made of."""
        saliency = self.saliency(picture)
        self.save("saliency", saliency)
        dichotomous = self.dichotomous(saliency)
        self.save("dichotomous", dichotomous)
        if not dichotomous.any():
            return np.ones_like(dichotomous), "whole_image", []
        if no_sam:
            return dichotomous, "dichotomous", []
        masks = self.sam_masks(picture, dichotomous)
        for index, (mask, _, _, undecided) in enumerate(masks):
            self.save(f"sam_mask_{index}", mask)
            self.save(f"sam_undecided_{index}", undecided)
        scores = [[float(iou), float(stability)] for _, iou, stability, _ in masks]
        self.save("sam_scores", np.reshape(scores, (-1, 2)))
        if not masks:
            return dichotomous, "dichotomous", []
        masks = [mask for mask, *_ in masks]
        return np.logical_or.reduce(masks), "sam", masks

    # Tiles

    def components(self, foreground, masks):
        """Connected components, diagonals counted, in scan order, and the squares around each."""
        height, width = foreground.shape
        labels = label(foreground, connectivity=2)
        for region in regionprops(labels):
            if region.area < self.settings["speck_share"] * width * height:
                continue
            top, left, bottom, right = region.bbox
            here = labels == region.label
            share = self.settings["part_inside_component"]
            parts = sum((mask & here).sum() / mask.sum() >= share for mask in masks)
            box = {"x": left, "y": top, "width": right - left, "height": bottom - top}
            yield {"rect": box, "area": int(region.area), "parts": int(parts)}, self.tiles(box, parts, width, height)

    def tiles(self, box, parts, width, height):
        short, long = sorted((box["width"], box["height"]))
        across = self.around(box, max(long, self.segmenter_input), width, height)
        strip = long / short > self.settings["strip_aspect_ratio"] and parts > self.settings["strip_parts"]
        side = max(short, self.segmenter_input)
        # A square as long as the box needs no second one.
        if not strip or side >= long:
            return [across]
        axis, end = ("x", "width") if box["width"] > box["height"] else ("y", "height")
        step = max(1, math.floor(short * self.settings["strip_step"]))
        last = box[axis] + box[end] - side
        starts = [*range(box[axis], last, step), last]
        return [self.around(box, side, width, height) | {axis: start} for start in starts]

    def around(self, box, side, width, height):
        """Centred on the box, then moved no farther than needed: into the picture, or over all of it where it is smaller."""
        def place(start, length, limit):
            at = start + length // 2 - side // 2
            return min(max(at, min(limit - side, 0)), max(limit - side, 0))

        return square(place(box["x"], box["width"], width), place(box["y"], box["height"], height), side)

    # Scores

    def texts(self, texts):
        """One row a text; each text is encoded once."""
        new = [text for text in dict.fromkeys(texts) if text not in self.embeddings]
        for start in range(0, len(new), 64):
            some = new[start : start + 64]
            tokens = self.tokenizer(some, padding=True, truncation=True, max_length=77, return_tensors="pt")
            ids, mask = tokens["input_ids"], tokens["attention_mask"]
            embeddings = self.clipseg.clip.get_text_features(input_ids=ids, attention_mask=mask).pooler_output
            self.embeddings |= zip(some, embeddings)
        return torch.stack([self.embeddings[text] for text in texts])

    def prompts(self, states, name):
        """The name goes into the state, the state into the template."""
        states = [state.replace("[o]", name) for state in self.settings[states]]
        return [template.replace("[o]", state) for state in states for template in self.settings["templates"]]

    def score(self, tile, sides):
        """The tile's mean alignment with the prompts of either side, its score, and the prompts that fired most."""
        pixels = self.clip_processor(tile, return_tensors="pt")["pixel_values"]
        image = F.normalize(self.clipseg.clip.get_image_features(pixels).pooler_output, dim=-1)[0]
        means, fired, all_cosines = [], [], []
        for prompts, embeddings in sides:
            cosines = (embeddings @ image).double()
            means.append(cosines.mean())
            # Each prompt once, however often it is listed.
            each = dict(zip(prompts, cosines.tolist()))
            best = sorted(each.items(), key=lambda one: -one[1])[: self.settings["fired_prompts"]]
            fired.append([{"prompt": prompt, "cosine": cosine} for prompt, cosine in best])
            all_cosines.append(each)
        score = (self.settings["logit_scale"] * torch.stack(means)).softmax(0)[1]
        tile = {"normal": means[0].item(), "anomalous": means[1].item(), "score": score.item()}
        tile |= {"normal_prompts": fired[0], "anomalous_prompts": fired[1]}
        return image, tile | {"normal_cosines": all_cosines[0], "anomalous_cosines": all_cosines[1]}

    def localise(self, tile, localising):
        """Logits of each prompt; the harmonic mean of their sigmoids, at the decoder's size and at the tile's."""
        pixels = self.clipseg_processor(tile, return_tensors="pt")["pixel_values"]
        # What CLIPSegForImageSegmentation.forward does, but the image is encoded once instead of for each prompt.
        encoded = self.clipseg.clip.get_image_features(pixels, interpolate_pos_encoding=True, output_hidden_states=True)
        activations = [encoded.hidden_states[layer + 1] for layer in self.clipseg.extract_layers]
        logits = torch.cat([
            self.clipseg.decoder([one.expand(len(some), -1, -1) for one in activations], some).logits
            for some in localising.split(6)
        ])
        limit = self.settings["logit_limit"]
        mean = 1 / (1 / logits.double().clamp(-limit, limit).sigmoid()).mean(0)
        return logits, mean, F.interpolate(mean[None, None], size=tile.size[::-1], mode="bilinear")[0, 0].numpy()

    # All

    @torch.inference_mode()
    def inspect(self, picture, name, foreground=None, no_sam=False):
        self.out.mkdir(parents=True, exist_ok=True)
        height, width = picture.shape[:2]
        source, masks = "given", []
        if foreground is None:
            foreground, source, masks = self.foreground(picture, no_sam)
        found = list(self.components(foreground, masks))
        if source == "whole_image" or not found:
            foreground, source = np.ones((height, width), bool), "whole_image"
            box = {"x": 0, "y": 0, "width": width, "height": height}
            found = [({"rect": box, "area": width * height, "parts": 0}, self.tiles(box, 0, width, height))]
        self.save("foreground", foreground)

        sides = [
            (prompts, F.normalize(self.texts(prompts), dim=-1))
            for prompts in (self.prompts(states, name) for states in ("normal_states", "anomalous_states"))
        ]
        localising = self.texts(self.settings["localising_prompts"])
        for side, (prompts, embeddings) in zip(("normal", "anomalous"), sides):
            self.save(f"text_{side}", each_once(prompts, embeddings))
        self.save("text_localising", each_once(self.settings["localising_prompts"], localising))
        total, count = np.zeros((height, width)), np.zeros((height, width))
        tiles = []
        for index, (component, squares) in enumerate(found):
            scores = []
            for rect in squares:
                # Where the square leaves the picture its edge is repeated.
                rows = np.arange(rect["y"], rect["y"] + rect["height"]).clip(0, height - 1)
                columns = np.arange(rect["x"], rect["x"] + rect["width"]).clip(0, width - 1)
                pixels = picture[np.ix_(rows, columns)]
                tile = Image.fromarray(pixels)
                embedding, scored = self.score(tile, sides)
                logits, mean, heat = self.localise(tile, localising)
                number = f"tile_{len(tiles):02}"
                self.save(f"{number}_picture", pixels)
                self.save(f"{number}_embedding", embedding)
                self.save(f"{number}_map", mean)
                left, top = max(rect["x"], 0), max(rect["y"], 0)
                right, bottom = min(rect["x"] + rect["width"], width), min(rect["y"] + rect["height"], height)
                inside = np.s_[top - rect["y"] : bottom - rect["y"], left - rect["x"] : right - rect["x"]]
                total[top:bottom, left:right] += heat[inside] * scored["score"]
                count[top:bottom, left:right] += 1
                scores.append(scored["score"])
                tiles.append({"component": index, "rect": rect} | scored)
            component["score"] = float(np.mean(scores))
        self.save("map", total / np.maximum(count, 1))
        best = sorted((component["score"] for component, _ in found), reverse=True)
        best = best[: max(1, math.ceil(self.settings["top_share"] * len(best)))]
        return {
            "width": width, "height": height, "object": name, "score": float(np.mean(best)), "foreground": source,
            "sam_masks": len(masks), "components": [component for component, _ in found], "tiles": tiles,
        }


def each_once(texts, embeddings):
    """Rows of the different texts, in order."""
    return torch.stack(list({text: embedding for text, embedding in zip(texts, embeddings)}.values()))


def bounds(mask):
    """First and last column and row, as segment-anything's boxes are."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return [columns[0], rows[0], columns[-1], rows[-1]] if len(rows) else [0, 0, 0, 0]


def read_picture(path):
    return np.asarray(Image.open(path).convert("RGB"))


def read_mask(path):
    return np.asarray(Image.open(path).convert("L")) > 127


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkpoints", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--object", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--settings", type=Path)
    parser.add_argument("--foreground", type=Path)
    parser.add_argument("--no-sam", action="store_true")
    options = parser.parse_args()
    changes = json.loads(options.settings.read_text()) if options.settings else {}
    pipeline = Pipeline(options.checkpoints, settings_of(options.checkpoints, changes), options.out)
    foreground = read_mask(options.foreground) if options.foreground else None
    result = pipeline.inspect(read_picture(options.picture), options.object, foreground, options.no_sam)
    (options.out / "result.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
