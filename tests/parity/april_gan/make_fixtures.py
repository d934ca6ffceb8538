"""Makes small random checkpoints for APRIL-GAN, and what its reference's description gives with them.

    python make_fixtures.py

`vit_l` (shaped like ViT-L/14-336 at 518 pixels: patches of 14, four stages of a deeper tower, trained with the exact GELU) and
`shallow` (fewer pixels than the tower's own, the last block not read): `clip/` with transformers' CLIPModel, `april_gan/` with the
layers, and expected.safetensors: pixels, embedding, and the stages after their layers. `refined`: layers for the CLIP of
`../clipseg/refined`, the 420 prompts, and all that follows: text features, maps, score.

Written from the reference (ByChelsea/VAND-APRIL-GAN: open_clip/transformer.py, model.py, test.py, prompt_ensemble.py): blocks are
counted from 1, their results are read before the last norm and without the class token; positions are resized by open_clip itself.
"""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from open_clip.model import resize_pos_embed
from safetensors.torch import save_file
from transformers import CLIPConfig, CLIPModel, CLIPSegForImageSegmentation, CLIPTokenizerFast
from transformers.models.clip import CLIPImageProcessorPil

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "clip"))
from random_models import picture, randomise  # noqa: E402

torch.set_num_threads(1)
torch.set_grad_enabled(False)

TEXT = dict(vocab_size=40, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, max_position_embeddings=8, bos_token_id=0, pad_token_id=1, eos_token_id=2)
CASES = {
    "vit_l": dict(
        vision=dict(hidden_size=32, intermediate_size=64, num_hidden_layers=8, num_attention_heads=4, image_size=56, patch_size=14, hidden_act="quick_gelu"),
        dim=24, april_gan=dict(features_list=[2, 4, 6, 8], image_size=84, hidden_act="gelu"), picture=(101, 67),
    ),
    "shallow": dict(
        vision=dict(hidden_size=30, intermediate_size=44, num_hidden_layers=4, num_attention_heads=3, image_size=48, patch_size=8, hidden_act="gelu"),
        dim=17, april_gan=dict(features_list=[1, 3], image_size=32), picture=(40, 59),
    ),
}

STATES = [
    "{}|flawless {}|perfect {}|unblemished {}|{} without flaw|{} without defect|{} without damage".split("|"),
    "damaged {}|broken {}|{} with flaw|{} with defect|{} with damage".split("|"),
]
TEMPLATES = (
    "a bad photo of a {}.|a low resolution photo of the {}.|a bad photo of the {}.|a cropped photo of the {}.|a bright photo of a {}."
    "|a dark photo of the {}.|a photo of my {}.|a photo of the cool {}.|a close-up photo of a {}.|a black and white photo of the {}."
    "|a bright photo of the {}.|a cropped photo of a {}.|a jpeg corrupted photo of a {}.|a blurry photo of the {}.|a photo of the {}."
    "|a good photo of the {}.|a photo of one {}.|a close-up photo of the {}.|a photo of a {}.|a low resolution photo of a {}."
    "|a photo of a large {}.|a blurry photo of a {}.|a jpeg corrupted photo of the {}.|a good photo of a {}.|a photo of the small {}."
    "|a photo of the large {}.|a black and white photo of a {}.|a dark photo of a {}.|a photo of a cool {}.|a photo of a small {}."
    "|there is a {} in the scene.|there is the {} in the scene.|this is a {} in the scene.|this is the {} in the scene."
    "|this is one {} in the scene."
).split("|")
NAME = "hex nut"


def layers(seed, width, dim, count):
    generator = torch.Generator().manual_seed(100 + seed)
    made = {}
    for i in range(count):
        made[f"fc.{i}.weight"] = torch.randn(dim, width, generator=generator) / width**0.5
        made[f"fc.{i}.bias"] = 0.3 * torch.randn(dim, generator=generator)
    return made


def preprocess(image, side):
    processor = CLIPImageProcessorPil(size={"height": side, "width": side}, do_center_crop=False)
    return processor(image, return_tensors="pt")["pixel_values"]


def look(vision, projection, pixels, config, fc):
    """The embedding of a picture, and its patches after each stage's layer."""
    side, name = config["image_size"], "embeddings.position_embedding.weight"
    state = vision.state_dict()
    grid = side // vision.config.patch_size
    positions = {"visual.positional_embedding": state[name]}
    resize_pos_embed(positions, SimpleNamespace(visual=SimpleNamespace(grid_size=(grid, grid))))
    state[name] = positions["visual.positional_embedding"]
    shape = type(vision.config)(**{**vision.config.to_dict(), "image_size": side, **({"hidden_act": config["hidden_act"]} if "hidden_act" in config else {})})
    tower = type(vision)(shape).eval()
    tower.load_state_dict(state)
    out = tower(pixels, output_hidden_states=True)
    tokens = [out.hidden_states[block] for block in config["features_list"]]
    stages = [F.linear(t[:, 1:, :], fc[f"fc.{i}.weight"], fc[f"fc.{i}.bias"]) for i, t in enumerate(tokens)]
    return projection(out.pooler_output), stages


def save_april_gan(folder, config, fc):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config) + "\n")
    save_file(fc, folder / "model.safetensors")


def make_case(seed, name, case):
    folder = HERE / name
    (folder / "clip").mkdir(parents=True, exist_ok=True)
    config = CLIPConfig(text_config=TEXT, vision_config=case["vision"], projection_dim=case["dim"])
    model = randomise(CLIPModel(config), seed, torch.float16)
    config.save_pretrained(folder / "clip")
    tensors = {k: v.half().contiguous() for k, v in model.state_dict().items() if not k.startswith("text_model")}
    save_file(tensors, folder / "clip" / "model.safetensors")
    april_gan = case["april_gan"]
    fc = layers(seed, case["vision"]["hidden_size"], case["dim"], len(april_gan["features_list"]))
    save_april_gan(folder / "april_gan", april_gan, fc)
    image = picture(seed, *case["picture"])
    image.save(folder / "picture.png")
    pixels = preprocess(image, april_gan["image_size"])
    embedding, stages = look(model.vision_model, model.visual_projection, pixels, april_gan, fc)
    expected = {"pixels": pixels, "embedding": embedding} | {f"stage{i}": s for i, s in enumerate(stages)}
    save_file({k: v.contiguous() for k, v in expected.items()}, folder / "expected.safetensors")
    print(name, [tuple(s.shape) for s in stages])


def make_whole():
    folder, source = HERE / "refined", HERE.parent / "clipseg" / "refined"
    folder.mkdir(exist_ok=True)
    model = CLIPSegForImageSegmentation.from_pretrained(source, dtype=torch.float32).eval()
    vision = model.config.vision_config
    april_gan = dict(features_list=[1, 2, 3, 4], image_size=112)
    fc = layers(7, vision.hidden_size, model.config.projection_dim, 4)
    save_april_gan(folder / "april_gan", april_gan, fc)
    image = picture(7, 150, 90)
    image.save(folder / "picture.png")

    tokenizer = CLIPTokenizerFast(tokenizer_file=str(source / "tokenizer.json"))
    prompts = [[template.format(state.format(NAME)) for state in states for template in TEMPLATES] for states in STATES]
    (folder / "prompts.json").write_text(json.dumps({"object": NAME, "normal": prompts[0], "anomalous": prompts[1]}, indent=0) + "\n")
    features = []
    for texts in prompts:
        ids = tokenizer(texts, padding="longest", return_tensors="pt")["input_ids"]
        assert ids.shape[1] <= model.config.text_config.max_position_embeddings
        embeddings = model.clip.text_projection(model.clip.text_model(ids).pooler_output)
        embeddings = embeddings / embeddings.norm(dim=-1, keepdim=True)
        mean = embeddings.mean(dim=0)
        features.append(mean / mean.norm())
    texts = torch.stack(features, dim=1)

    side = april_gan["image_size"]
    embedding, stages = look(model.clip.vision_model, model.clip.visual_projection, preprocess(image, side), april_gan, fc)
    embedding = embedding / embedding.norm(dim=-1, keepdim=True)
    score = (100.0 * embedding @ texts).softmax(dim=-1)[0, 1]
    maps = []
    for stage in stages:
        stage = stage / stage.norm(dim=-1, keepdim=True)
        logits = 100.0 * stage @ texts
        grid = int(logits.shape[1] ** 0.5)
        logits = F.interpolate(logits.permute(0, 2, 1).view(1, 2, grid, grid), size=side, mode="bilinear", align_corners=True)
        maps.append(torch.softmax(logits, dim=1)[0, 1])
    maps = torch.stack(maps)
    # At the picture's size as the other methods' maps come there.
    whole = F.interpolate(maps.mean(0)[None, None], size=(image.height, image.width), mode="bilinear", align_corners=False)[0, 0]
    expected = {"texts": texts.T, "embedding": embedding, "score": score[None], "maps": maps, "map": whole}
    save_file({k: v.float().contiguous() for k, v in expected.items()}, folder / "expected.safetensors")
    print("refined", score.item(), [(m.min().item(), m.mean().item(), m.max().item()) for m in maps], whole.std().item())


for seed, (name, case) in enumerate(CASES.items(), start=20):
    make_case(seed, name, case)
make_whole()
