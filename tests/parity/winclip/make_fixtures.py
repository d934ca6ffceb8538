"""Makes what WinCLIP (Jeong et al., CVPR 2023) computes, with transformers' CLIPModel on the small random networks of ../clip.

    python make_fixtures.py

Windows and aggregation are written from the paper's section 4 and anomalib's description of it, one window and one patch at a
time, in float64. Each folder holds picture.png, texts.json and expected.safetensors; config.json and model.safetensors are those of
../clip/<network>.

Texts are not tokenised here: which tokens a text has is the tokenizer's matter. Each of the 242 texts has the embedding of a
random text of the network.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import CLIPModel

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "clip"))
from random_models import picture, tokens  # noqa: E402

torch.set_num_threads(1)

MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073], dtype=torch.float64)
STD = torch.tensor([0.26862954, 0.26130258, 0.27577711], dtype=torch.float64)
TEMPERATURE = 0.07
SCALES = (2, 3)

NORMAL = ["{}", "flawless {}", "perfect {}", "unblemished {}", "{} without flaw", "{} without defect", "{} without damage"]
ANOMALOUS = ["damaged {}", "{} with flaw", "{} with defect", "{} with damage"]
PATTERNS = [
    "a cropped photo of {} {{}}.",
    "a close-up photo of {} {{}}.",
    "a bright photo of {} {{}}.",
    "a dark photo of {} {{}}.",
    "a jpeg corrupted photo of {} {{}}.",
    "a blurry photo of {} {{}}.",
    "a photo of {} {{}}.",
    "a photo of {} small {{}}.",
    "a photo of {} large {{}}.",
    "a photo of {} {{}} for visual inspection.",
    "a photo of {} {{}} for anomaly detection.",
]
TEMPLATES = [pattern.format(article) for pattern in PATTERNS for article in ("a", "the")]

CASES = {
    # 7 × 7 patches; wider than high.
    "wide": dict(network="quick_gelu", size=(93, 58), object="macaroni2", seed=3),
    # 3 × 3 patches: one window of the larger kind, and all of them over the patch in the middle; higher than wide.
    "high": dict(network="gelu", size=(37, 80), object="pipe fryum", seed=4),
    # All texts have one embedding, so that no side is nearer anywhere.
    "tie": dict(network="gelu", size=(30, 30), object="cap", seed=5, tie=True),
}


def compose(states, name):
    return [template.format(state.format(name)) for state in states for template in TEMPLATES]


def unit(v):
    return v / v.norm(dim=-1, keepdim=True)


def embed(model, hidden):
    """Tokens with positions [B, T, C] through the image tower, to [B, D]."""
    vision = model.vision_model
    hidden = vision.encoder(inputs_embeds=vision.pre_layrnorm(hidden)).last_hidden_state
    return unit(model.visual_projection(vision.post_layernorm(hidden[:, 0])))


def anomaly_score(embedding, texts):
    """texts [2, D]: normal, anomalous."""
    return (embedding @ texts.T / TEMPERATURE).softmax(-1)[..., 1]


def main():
    for name, case in CASES.items():
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        model = CLIPModel.from_pretrained(HERE.parent / "clip" / case["network"], dtype=torch.float64, attn_implementation="eager").eval()
        config = model.config
        image = picture(case["seed"], *case["size"])
        image.save(folder / "picture.png")
        side = config.vision_config.image_size
        squeezed = torch.from_numpy(np.array(image.resize((side, side), Image.Resampling.BICUBIC))).double() / 255
        pixels = ((squeezed - MEAN) / STD).permute(2, 0, 1)[None]

        texts = compose(NORMAL, case["object"]), compose(ANOMALOUS, case["object"])
        assert [len(side) for side in texts] == [154, 88]
        generator = torch.Generator().manual_seed(case["seed"])
        text = config.text_config
        ids = tokens(generator, 242, text.max_position_embeddings, text.vocab_size, text.vocab_size - 1)
        with torch.no_grad():
            embeddings = torch.cat([model.get_text_features(ids[i : i + 22]).pooler_output for i in range(0, 242, 22)])
            if case.get("tie"):
                embeddings = embeddings[:1].repeat(242, 1)
            features = torch.stack([unit(embeddings[:154].mean(0)), unit(embeddings[154:].mean(0))])

            hidden = model.vision_model.embeddings(pixels)
            whole = embed(model, hidden)[0]
            grid = side // config.vision_config.patch_size
            expected = {"image_embedding": whole, "tokens": hidden[0], "features": features, "text_embeddings": embeddings}
            score = anomaly_score(whole, features)
            maps = [score.repeat(grid, grid)]
            for scale in SCALES:
                windows, scores, members = [], [], []
                for top in range(grid - scale + 1):
                    for left in range(grid - scale + 1):
                        patches = [(top + i) * grid + left + j for i in range(scale) for j in range(scale)]
                        embedding = embed(model, hidden[:, [0] + [1 + patch for patch in patches]])[0]
                        windows.append(embedding)
                        scores.append(anomaly_score(embedding, features))
                        members.append(set(patches))
                per_patch = torch.empty(grid * grid, dtype=torch.float64)
                for patch in range(grid * grid):
                    over = torch.stack([s for s, m in zip(scores, members) if patch in m])
                    per_patch[patch] = len(over) / (1 / over).sum()
                maps.append(per_patch.nan_to_num(posinf=0.0).reshape(grid, grid))
                expected |= {f"windows_{scale}": torch.stack(windows), f"map_{scale}": maps[-1]}
            merged = len(maps) / (1 / torch.stack(maps)).sum(0)
            width, height = case["size"]
            large = torch.nn.functional.interpolate(merged[None, None], (height, width), mode="bilinear")[0, 0]
        expected |= {"score": score[None], "map": large}
        save_file({k: v.float().contiguous() for k, v in expected.items()}, folder / "expected.safetensors")
        described = {"object": case["object"], "network": case["network"], "normal": texts[0], "anomalous": texts[1]}
        (folder / "texts.json").write_text(json.dumps(described, indent=1) + "\n")
        print(name, score.item(), merged.min().item(), merged.max().item())


main()
