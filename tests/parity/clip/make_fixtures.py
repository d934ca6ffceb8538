"""Makes two small CLIP checkpoints of random weights and what transformers' CLIPModel computes with them.

    python make_fixtures.py

Each folder holds config.json and model.safetensors as the Hub has them, picture.png, and expected.safetensors: the
pixels of CLIPImageProcessor (Pillow's backend), tokens, and both towers' embeddings, projected and not normalised.
"""

from pathlib import Path

import torch
from random_models import picture, randomise, tokens
from safetensors.torch import save_file
from transformers import CLIPConfig, CLIPModel
from transformers.models.clip import CLIPImageProcessorPil

HERE = Path(__file__).parent
torch.set_num_threads(1)


CASES = {
    # OpenAI's form: quick_gelu, and the legacy eos_token_id that pools at the highest id.
    "quick_gelu": dict(
        dtype=torch.float16,
        text=dict(vocab_size=90, hidden_size=48, intermediate_size=100, num_hidden_layers=3, num_attention_heads=3, max_position_embeddings=19, hidden_act="quick_gelu", bos_token_id=0, pad_token_id=1, eos_token_id=2),
        vision=dict(hidden_size=48, intermediate_size=90, num_hidden_layers=3, num_attention_heads=3, image_size=56, patch_size=8, hidden_act="quick_gelu"),
        projection_dim=33, length=19, batch=4, padding=0, picture=(61, 61),
    ),
    # LAION's form: the exact GELU; texts shorter than the context, padded with the end token.
    "gelu": dict(
        dtype=torch.bfloat16,
        text=dict(vocab_size=77, hidden_size=30, intermediate_size=64, num_hidden_layers=2, num_attention_heads=5, max_position_embeddings=16, hidden_act="gelu", layer_norm_eps=1e-4, bos_token_id=75, pad_token_id=76, eos_token_id=76),
        vision=dict(hidden_size=40, intermediate_size=72, num_hidden_layers=2, num_attention_heads=5, image_size=42, patch_size=14, hidden_act="gelu", layer_norm_eps=1e-4),
        projection_dim=20, length=11, batch=3, padding=76, picture=(133, 133),
    ),
}


def main():
    for seed, (name, case) in enumerate(CASES.items()):
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        config = CLIPConfig(text_config=case["text"], vision_config=case["vision"], projection_dim=case["projection_dim"])
        model = randomise(CLIPModel(config), seed, case["dtype"])
        config.save_pretrained(folder)
        save_file({k: v.to(case["dtype"]).contiguous() for k, v in model.state_dict().items()}, folder / "model.safetensors")

        image = picture(seed, *case["picture"])
        image.save(folder / "picture.png")
        side = case["vision"]["image_size"]
        processor = CLIPImageProcessorPil(size={"shortest_edge": side}, crop_size={"height": side, "width": side})
        pixels = processor(image, return_tensors="pt")["pixel_values"]
        generator = torch.Generator().manual_seed(seed)
        ids = tokens(generator, case["batch"], case["length"], case["text"]["vocab_size"], case["padding"])
        # Where each text is pooled, among the rows of all texts: at its end, the highest id.
        eot = torch.arange(len(ids)) * ids.shape[1] + ids.argmax(1)
        with torch.no_grad():
            image_embedding = model.get_image_features(pixels).pooler_output
            text_embedding = model.get_text_features(ids).pooler_output
        save_file(
            {"pixels": pixels, "ids": ids.int(), "eot": eot.int(), "image_embedding": image_embedding, "text_embedding": text_embedding},
            folder / "expected.safetensors",
        )
        print(name, image_embedding.norm().item(), text_embedding.norm(dim=1).tolist())


main()
