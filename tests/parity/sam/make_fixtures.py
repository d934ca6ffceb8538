"""Makes the fixtures of crate/networks/tests/sam.rs: small SAMs of random weights, and what transformers gives for them.

Needs torch, torchvision, transformers, numpy, safetensors and pillow. Run it anywhere; it writes next to itself.
"""

import json
import math
import pathlib

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn
from transformers import SamConfig, SamModel
from transformers.models.sam.image_processing_pil_sam import SamImageProcessorPil

HERE = pathlib.Path(__file__).parent
CASES = {
    # 14 × 14 patches in windows of 3: 15 after padding. The position matrix goes by the prompt encoder's name.
    "padded": {
        "picture": (75, 52),
        "points": [[0, 0], [74.5, 51.5], [20, 33.25]],
        "keep": "prompt_encoder.shared_embedding.positional_embedding",
        "config": {
            "vision_config": {
                "hidden_size": 24,
                "output_channels": 32,
                "num_hidden_layers": 3,
                "num_attention_heads": 2,
                "image_size": 112,
                "patch_size": 8,
                "window_size": 3,
                "global_attn_indexes": [1],
                "mlp_dim": 40,
                "num_pos_feats": 16,
            },
            "prompt_encoder_config": {"hidden_size": 32, "image_size": 112, "patch_size": 8},
            "mask_decoder_config": {
                "hidden_size": 32,
                "mlp_dim": 48,
                "num_attention_heads": 4,
                "iou_head_hidden_dim": 24,
            },
        },
    },
    # An input that patches do not fill (67 = 13 · 5 + 2), windows of 5, heads of 7, three decoder layers, no bias in qkv,
    # another epsilon and activation, the position matrix under the other name.
    "odd": {
        "picture": (37, 90),
        "points": [[36, 89], [5.5, 12], [18, 45]],
        "keep": "shared_image_embedding.positional_embedding",
        "config": {
            "vision_config": {
                "hidden_size": 21,
                "output_channels": 48,
                "num_hidden_layers": 2,
                "num_attention_heads": 3,
                "image_size": 67,
                "patch_size": 5,
                "window_size": 5,
                "global_attn_indexes": [0],
                "mlp_ratio": 2.0,
                "num_pos_feats": 24,
                "qkv_bias": False,
                "hidden_act": "quick_gelu",
                "layer_norm_eps": 1e-3,
            },
            "prompt_encoder_config": {"hidden_size": 48, "image_size": 67, "patch_size": 5},
            "mask_decoder_config": {
                "hidden_size": 48,
                "mlp_dim": 31,
                "num_hidden_layers": 3,
                "num_attention_heads": 3,
                "attention_downsample_rate": 2,
                "num_multimask_outputs": 3,
                "iou_head_depth": 2,
                "iou_head_hidden_dim": 48,
                "hidden_act": "gelu",
                "layer_norm_eps": 1e-3,
            },
        },
    },
}


def random_network(config, seed):
    """Weights at which attention, relative positions and norms all matter to the result."""
    torch.manual_seed(seed)
    network = SamModel(config)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
                fan_in = module.weight[0].numel()
                if isinstance(module, nn.ConvTranspose2d):
                    fan_in = module.weight.shape[0]
                module.weight.normal_(0, 1.4 / math.sqrt(fan_in))
                if module.bias is not None:
                    module.bias.normal_(0, 0.2)
            elif isinstance(module, nn.LayerNorm):
                module.weight.uniform_(0.7, 1.3)
                module.bias.normal_(0, 0.2)
            elif isinstance(module, nn.Embedding):
                module.weight.normal_(0, 0.7)
        for name, parameter in network.named_parameters():
            if "rel_pos" in name:
                parameter.normal_(0, 0.5)
            elif "pos_embed" in name:
                parameter.normal_(0, 0.3)
            elif "positional_embedding" in name:
                parameter.normal_(0, 1)
        for tensor in network.state_dict().values():
            tensor.copy_(tensor.half().float())
    return network.eval()


def main():
    torch.set_num_threads(1)
    for seed, (name, case) in enumerate(CASES.items()):
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        config = SamConfig(**case["config"])
        network = random_network(config, seed)
        size = config.vision_config.image_size
        processor = SamImageProcessorPil(
            size={"longest_edge": size}, pad_size={"height": size, "width": size}
        )
        width, height = case["picture"]
        rng = np.random.default_rng(seed)
        coarse = Image.fromarray(rng.integers(0, 256, (9, 6, 3), dtype=np.uint8))
        picture = coarse.resize((width, height), Image.Resampling.BICUBIC)

        inputs = processor(picture, return_tensors="pt")
        resized = inputs["reshaped_input_sizes"][0].tolist()
        # The point's way from the picture to the encoder's input, as segment-anything's ResizeLongestSide has it.
        scale = np.array([resized[1] / width, resized[0] / height])
        points = np.array(case["points"], dtype=np.float64)
        placed = torch.tensor(points * scale, dtype=torch.float32)[None, :, None]
        labels = torch.ones(placed.shape[:3], dtype=torch.int64)
        with torch.no_grad():
            pixels = inputs["pixel_values"]
            embedding = network.get_image_embeddings(pixels)
            sparse, _ = network.prompt_encoder(placed, labels, None, None)
            output = network(
                image_embeddings=embedding, input_points=placed, input_labels=labels, multimask_output=True
            )
            upsampled = processor.post_process_masks(
                output.pred_masks, [[height, width]], [resized], binarize=False
            )[0]
        print(
            name, resized, "embedding", embedding.std().item(), "masks", output.pred_masks.std().item(),
            "iou", output.iou_scores.std().item(), "differs by point", output.pred_masks.std(1).mean().item(),
        )
        names = {
            "prompt_encoder.shared_embedding.positional_embedding",
            "shared_image_embedding.positional_embedding",
        }
        weights = {k: v.half().contiguous() for k, v in network.state_dict().items()}
        weights = {k: v.clone() for k, v in weights.items() if k not in names or k == case["keep"]}
        save_file(weights, folder / "model.safetensors")
        expected = {
            "pixels": pixels,
            "embedding": embedding,
            "points": torch.tensor(case["points"], dtype=torch.float32),
            "placed": placed[0, :, 0],
            "sparse": sparse[0],
            "masks": output.pred_masks[0],
            "iou": output.iou_scores[0],
            # The first point's masks at the picture's size.
            "upsampled": upsampled[0],
        }
        save_file({k: v.contiguous() for k, v in expected.items()}, folder / "expected.safetensors")
        picture.save(folder / "picture.png", optimize=True)
        (folder / "config.json").write_text(json.dumps({"model_type": "sam", **case["config"]}, indent=2) + "\n")
        for file in folder.glob("*.safetensors"):
            file.chmod(0o644)


if __name__ == "__main__":
    main()
