"""Makes checkpoints of random weights in the official shapes, and what the reference implementations compute with them.

    python make_checkpoints.py FOLDER

Writes `clipseg/`, `sam/` (SlimSAM-77), `isnet/` and `quality/sam/` (SAM ViT-B), each as the Hub has it, so that a pack
can be built from FOLDER, and from FOLDER/quality; and in each folder `expected.safetensors` with inputs and results.
1.3 GB in all, a few minutes. `cargo xtask parity --full` runs this and holds the engines against it.

Needs torch, transformers 5, torchvision, numpy, safetensors and pillow. Nothing is downloaded.
"""

import gzip
import json
import math
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from transformers import CLIPSegConfig, CLIPSegForImageSegmentation, CLIPTokenizer, SamConfig, SamModel
from transformers.models.clip import CLIPImageProcessorPil
from transformers.models.sam.image_processing_pil_sam import SamImageProcessorPil
from transformers.models.vit import ViTImageProcessorPil

HERE = Path(__file__).parent
PARITY = HERE.parent
sys.path += [str(PARITY / "clip"), str(PARITY / "isnet")]
from isnet import IsNet  # noqa: E402
from random_models import picture, randomise  # noqa: E402

# The paper's localising prompts, each once, and four of the 924 that tiles are scored with.
LOCALISING = """a tear|a rip|some damage|a fault|a break|an abnormality|a defect|a crack|an anomaly|a missing component|an error|
a mark|a cut|a dent|a scratch|an imperfection|a blemish|a mistake""".replace("\n", "").split("|")
PROMPTS = [
    "a photo of a metal nut.",
    "a jpeg corrupted photo of the metal nut without any imperfections.",
    "a close-up photo of a broken metal nut.",
    "a photo of the large metal nut in pieces for visual inspection.",
]
ISNET = {
    "model_type": "isnet",
    "input_size": 1024,
    "conv_in": 64,
    "stages": [[64, 32, 64], [64, 32, 128], [128, 64, 256], [256, 128, 512], [512, 256, 512], [512, 256, 512]],
    "decoder": [[1024, 256, 512], [1024, 128, 256], [512, 64, 128], [256, 32, 64], [128, 16, 64]],
}


def check_shapes(model, table):
    """The model must have the official checkpoint's tensors, each in its shape."""
    listed = dict(line.split("\t") for line in (PARITY / "shapes" / table).read_text().splitlines())
    found = {name: str(list(tensor.shape)) for name, tensor in model.state_dict().items()}
    # The tables leave some of the counters out that batch norms have.
    for names in (listed, found):
        for name in [name for name in names if name.endswith("num_batches_tracked")]:
            del names[name]
    wrong = {name for name in listed | found if listed.get(name) != found.get(name)}
    assert not wrong, f"{table}: {sorted(wrong)[:5]}"


def save_expected(folder, tensors):
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "expected.safetensors")


def clip_tokenizer():
    chars = [chr(c) for c in [*range(33, 127), *range(161, 173), *range(174, 256)]]
    chars += [chr(256 + i) for i in range(256 - len(chars))]
    lines = gzip.open(PARITY / "tokenizer" / "merges.txt.gz", "rt", encoding="utf-8").read().split("\n")
    words = chars + [c + "</w>" for c in chars] + [line.replace(" ", "") for line in lines]
    vocabulary = {word: i for i, word in enumerate(words + ["<|startoftext|>", "<|endoftext|>"])}
    assert len(vocabulary) == 49_408
    return CLIPTokenizer(vocab=vocabulary, merges=[tuple(line.split()) for line in lines])


def clipseg(folder, seed):
    """CIDAS/clipseg-rd64-refined: patches of 16, the legacy eos_token_id, three convolutions upsample."""
    config = CLIPSegConfig(
        text_config={"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2},
        vision_config={"patch_size": 16},
        use_complex_transposed_convolution=True,
    )
    model = CLIPSegForImageSegmentation(config)
    check_shapes(model, "clipseg-rd64-refined.txt")
    randomise(model, seed, torch.float32)
    with torch.no_grad():
        # The image tower's residuals have grown by now; as they are they would drive the decoder's attention to ones and
        # zeros, where the last bit of its input decides.
        for reduce in model.decoder.reduces:
            reduce.weight.mul_(0.1)
        # Prompts that make a difference; logits that are mostly negative, as the trained ones are, and far from a
        # sigmoid's flat ends.
        model.decoder.film_mul.weight.mul_(4)
        model.decoder.film_add.weight.mul_(4)
        model.decoder.transposed_convolution[4].bias.fill_(-1)
    model.save_pretrained(folder)

    processor = ViTImageProcessorPil(
        size={"height": 352, "width": 352}, resample=2, image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225]
    )
    processor.save_pretrained(folder)
    tokenizer = clip_tokenizer()
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    image = picture(seed, 400, 400)
    pixels = processor(image, return_tensors="pt")["pixel_values"]
    clip_pixels = CLIPImageProcessorPil()(image, return_tensors="pt")["pixel_values"]
    ids = tokenizer(LOCALISING + PROMPTS, padding="max_length", max_length=77, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        count = len(LOCALISING)
        image_embedding = model.clip.get_image_features(clip_pixels).pooler_output
        text_embedding = model.clip.get_text_features(ids).pooler_output
        # Six prompts at a time: transformers runs the image tower once for each.
        maps = [
            model(conditional_embeddings=some, pixel_values=pixels.expand(len(some), -1, -1, -1)).logits
            for some in text_embedding[:count].split(6)
        ]
    logits = torch.cat(maps)
    (folder / "prompts.json").write_text(json.dumps(LOCALISING + PROMPTS) + "\n")
    save_expected(folder, {
        "pixels": pixels, "clip_pixels": clip_pixels, "ids": ids.int(),
        "image_embedding": image_embedding, "text_embedding": text_embedding, "logits": logits,
    })
    cosines = nn.functional.cosine_similarity(text_embedding[:-1], text_embedding[1:])
    print("  logits", logits.mean().item(), "±", logits.std().item(), "by prompt ±", logits.std(0).mean().item(),
          "cosines of prompts", cosines.min().item(), cosines.max().item())


def randomise_sam(model, seed):
    """Weights at which attention, relative positions and norms all matter, and the signal keeps its size."""
    torch.manual_seed(seed)
    for module in model.modules():
        if isinstance(module, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            transposed = isinstance(module, nn.ConvTranspose2d)
            inputs = module.weight.shape[0] if transposed else module.weight[0].numel()
            module.weight.normal_(0, 1.2 / math.sqrt(inputs))
            if module.bias is not None:
                module.bias.normal_(0, 0.1)
        elif isinstance(module, nn.LayerNorm):
            module.weight.uniform_(0.8, 1.2)
            module.bias.normal_(0, 0.1)
        elif isinstance(module, nn.Embedding):
            module.weight.normal_(0, 0.7)
    for name, parameter in model.named_parameters():
        if "rel_pos" in name:
            parameter.normal_(0, 1 / math.sqrt(parameter.shape[1]))
        elif "pos_embed" in name:
            parameter.normal_(0, 0.3)
        elif "positional_embedding" in name:
            parameter.normal_(0, 1)
    # About half of the masks are estimated to be good enough (0.88), so that what follows has work to do.
    head = model.mask_decoder.iou_prediction_head.proj_out
    head.weight.mul_(0.05)
    head.bias.fill_(0.88)


def sam(folder, seed, config, table):
    model = SamModel(SamConfig(**config)).eval()
    check_shapes(model, table)
    with torch.no_grad():
        randomise_sam(model, seed)
    model.save_pretrained(folder)

    processor = SamImageProcessorPil()
    image = picture(seed, 1000, 750)
    inputs = processor(image, return_tensors="pt")
    points = torch.tensor([[0.0, 0.0], [999.0, 749.0], [311.5, 402.25]])
    resized = inputs["reshaped_input_sizes"][0].tolist()
    placed = (points * torch.tensor([resized[1] / 1000, resized[0] / 750]))[None, :, None]
    labels = torch.ones(placed.shape[:3], dtype=torch.int64)
    with torch.no_grad():
        embedding = model.get_image_embeddings(inputs["pixel_values"])
        sparse, _ = model.prompt_encoder(placed, labels, None, None)
        out = model(image_embeddings=embedding, input_points=placed, input_labels=labels, multimask_output=True)
    save_expected(folder, {
        "pixels": inputs["pixel_values"], "embedding": embedding, "placed": placed[0, :, 0], "sparse": sparse[0],
        "masks": out.pred_masks[0], "iou": out.iou_scores[0],
    })
    print("  embedding ±", embedding.std().item(), "by place ±", embedding.std((2, 3)).mean().item(), "masks ±",
          out.pred_masks.std().item(), "by point ±", out.pred_masks.std(1).mean().item(), "iou", out.iou_scores.flatten().tolist())


def isnet(folder, seed):
    torch.manual_seed(seed)
    model = IsNet(ISNET).eval()
    check_shapes(model, "isnet.txt")
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                module.bias.normal_(0, 0.1)
            elif isinstance(module, nn.BatchNorm2d):
                module.weight.uniform_(0.6, 1.1)
                module.bias.normal_(0, 0.2)
                module.running_mean.normal_(0, 0.3)
                module.running_var.uniform_(0.7, 1.6)
        model.side1.weight.mul_(2)
        pixels = torch.tensor(list(picture(seed, 1024, 1024).tobytes()), dtype=torch.uint8)
        pixels = pixels.reshape(1, 1024, 1024, 3).permute(0, 3, 1, 2) / 255.0 - 0.5
        # A saliency around a half, far from the sigmoid's flat ends.
        model.side1.bias.sub_(torch.logit(model(pixels)[0]).mean())
        saliency = model(pixels)[0]
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(ISNET, indent=2) + "\n")
    save_expected(folder, {"pixels": pixels, "saliency": saliency})
    print("  saliency", saliency.min().item(), "to", saliency.max().item(), "±", saliency.std().item())


SLIM = {"vision_config": {"hidden_size": 168, "mlp_dim": 696}}


def main():
    out = Path(sys.argv[1])
    makers = {
        "clipseg": lambda folder: clipseg(folder, 1),
        "sam": lambda folder: sam(folder, 2, SLIM, "slimsam-77.txt"),
        "isnet": lambda folder: isnet(folder, 3),
        "quality/sam": lambda folder: sam(folder, 4, {}, "sam-vit-base.txt"),
    }
    for name, make in makers.items():
        folder = out / name
        # Written last, so a folder with it is whole.
        if (folder / "expected.safetensors").exists():
            continue
        print(name, flush=True)
        start = time.monotonic()
        folder.mkdir(parents=True, exist_ok=True)
        make(folder)
        print(f"  {time.monotonic() - start:.0f} s", flush=True)
    for shared in ("clipseg", "isnet"):
        link = out / "quality" / shared
        if not link.exists():
            link.symlink_to(Path("..") / shared)


if __name__ == "__main__":
    main()
