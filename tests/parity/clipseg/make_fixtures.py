"""Makes two small CLIPSeg checkpoints of random weights and what transformers' CLIPSegForImageSegmentation computes.

    python make_fixtures.py

Each folder is a checkpoint as the Hub has it (config.json, model.safetensors, preprocessor_config.json and, in
`refined`, a tokenizer.json of 50 merges), with picture.png and expected.safetensors: the pixels of ViTImageProcessor
(Pillow's backend), prompts, the logits, and the embeddings of the CLIP inside.
"""

import gzip
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import CLIPSegConfig, CLIPSegForImageSegmentation, CLIPTokenizer
from transformers.models.clip import CLIPImageProcessorPil
from transformers.models.vit import ViTImageProcessorPil

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "clip"))
from random_models import picture, randomise, tokens  # noqa: E402

torch.set_num_threads(1)
MERGES = 50
VOCABULARY = 512 + MERGES + 2

CASES = {
    # As rd64-refined: three convolutions upsample; the position grid of 3 × 3 is interpolated to 5 × 5.
    "refined": dict(
        dtype=torch.float16, side=80, picture=(97, 97),
        text=dict(vocab_size=VOCABULARY, hidden_size=24, intermediate_size=60, num_hidden_layers=2, num_attention_heads=2, max_position_embeddings=40, bos_token_id=0, pad_token_id=1, eos_token_id=2),
        vision=dict(hidden_size=36, intermediate_size=70, num_hidden_layers=4, num_attention_heads=3, image_size=48, patch_size=16),
        rest=dict(projection_dim=28, extract_layers=[0, 1, 2], reduce_dim=20, decoder_num_attention_heads=5, decoder_intermediate_size=52, use_complex_transposed_convolution=True),
    ),
    # As rd64: one transposed convolution; the prompt comes in at the second block; 7 × 7 to 5 × 5.
    "simple": dict(
        dtype=torch.bfloat16, side=30, picture=(45, 45),
        text=dict(vocab_size=VOCABULARY, hidden_size=30, intermediate_size=44, num_hidden_layers=1, num_attention_heads=3, max_position_embeddings=12, bos_token_id=VOCABULARY - 2, pad_token_id=1, eos_token_id=VOCABULARY - 1, hidden_act="gelu"),
        vision=dict(hidden_size=40, intermediate_size=56, num_hidden_layers=3, num_attention_heads=5, image_size=42, patch_size=6, hidden_act="gelu"),
        rest=dict(projection_dim=17, extract_layers=[0, 2], reduce_dim=18, decoder_num_attention_heads=3, decoder_intermediate_size=31, conditional_layer=1),
    ),
}


def tokenizer():
    """The first merges of CLIP's own, in its layout."""
    chars = [chr(c) for c in [*range(33, 127), *range(161, 173), *range(174, 256)]]
    chars += [chr(256 + i) for i in range(256 - len(chars))]
    lines = gzip.open(HERE.parent / "tokenizer" / "merges.txt.gz", "rt").read().split("\n")[:MERGES]
    words = chars + [c + "</w>" for c in chars] + [line.replace(" ", "") for line in lines]
    vocab = {word: i for i, word in enumerate(words + ["<|startoftext|>", "<|endoftext|>"])}
    assert len(vocab) == VOCABULARY
    return CLIPTokenizer(vocab=vocab, merges=[tuple(line.split()) for line in lines])


def main():
    for seed, (name, case) in enumerate(CASES.items(), start=10):
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        config = CLIPSegConfig(text_config=case["text"], vision_config=case["vision"], **case["rest"])
        model = randomise(CLIPSegForImageSegmentation(config), seed, case["dtype"])
        config.save_pretrained(folder)
        save_file({k: v.to(case["dtype"]).contiguous() for k, v in model.state_dict().items()}, folder / "model.safetensors")

        image = picture(seed, *case["picture"])
        image.save(folder / "picture.png")
        side = case["side"]
        processor = ViTImageProcessorPil(size={"height": side, "width": side}, resample=2, image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225])
        processor.save_pretrained(folder)
        pixels = processor(image, return_tensors="pt")["pixel_values"]
        side = case["vision"]["image_size"]
        clip = CLIPImageProcessorPil(size={"shortest_edge": side}, crop_size={"height": side, "width": side})
        clip_pixels = clip(image, return_tensors="pt")["pixel_values"]
        expected = {"pixels": pixels, "clip_pixels": clip_pixels}

        if name == "refined":
            texts = tokenizer()
            texts.backend_tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
            prompts = ["a photo of a broken bolt.", "a tear", "the other one, in 3 parts", ""]
            ids = texts(prompts, padding="longest", return_tensors="pt")["input_ids"]
            (folder / "prompts.json").write_text(json.dumps(prompts) + "\n")
        else:
            ids = tokens(torch.Generator().manual_seed(seed), 3, 12, VOCABULARY, 0)
        # The decoder's reduced inputs: equal for all prompts, so the first one's are kept.
        for i, reduce in enumerate(model.decoder.reduces):
            reduce.register_forward_hook(lambda _, __, out, name=f"r{i}": expected.update({name: out[:1]}))
        with torch.no_grad():
            out = model(input_ids=ids, pixel_values=pixels.expand(len(ids), -1, -1, -1))
            expected["image_embedding"] = model.clip.get_image_features(clip_pixels).pooler_output
        expected |= {"ids": ids.int(), "text_embedding": out.conditional_embeddings, "logits": out.logits}
        save_file({k: v.contiguous() for k, v in expected.items()}, folder / "expected.safetensors")
        print(name, out.logits.shape, out.logits.std().item(), (out.logits[0] - out.logits[1]).abs().max().item())


main()
