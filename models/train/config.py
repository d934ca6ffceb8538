"""Sizes and widths of the demo's networks, all in one place."""

from transformers import CLIPSegConfig, SamConfig

from tokens import END_ID, START_ID, VOCABULARY

TILE = 168  # input of CLIP and of CLIPSeg: the least side of a tile
MARGIN = 24  # how much larger the cached tiles are, for shifts
SCENE = 256  # input of IS-Net and of SAM

CLIP_MEAN, CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

# IS-Net's blocks as [in, mid, out]: stage1..6 and stage5d..1d (the official widths are in isnet.OFFICIAL).
ISNET = {
    "model_type": "isnet",
    "input_size": SCENE,
    "conv_in": 16,
    "stages": [[16, 8, 16], [16, 8, 32], [32, 16, 48], [48, 16, 64], [64, 32, 64], [64, 32, 64]],
    "decoder": [[128, 32, 64], [128, 16, 48], [96, 16, 32], [64, 8, 16], [32, 8, 16]],
}


def clipseg_config() -> CLIPSegConfig:
    return CLIPSegConfig(
        text_config={
            "vocab_size": VOCABULARY, "hidden_size": 96, "intermediate_size": 384, "num_hidden_layers": 2,
            "num_attention_heads": 3, "max_position_embeddings": 77,
            "bos_token_id": START_ID, "eos_token_id": END_ID, "pad_token_id": END_ID,
        },
        vision_config={
            "hidden_size": 192, "intermediate_size": 768, "num_hidden_layers": 4, "num_attention_heads": 6,
            "image_size": TILE, "patch_size": 12,
        },
        projection_dim=128, logit_scale_init_value=4.6052, extract_layers=[1, 2, 3], reduce_dim=32,
        decoder_num_attention_heads=2, decoder_intermediate_size=128, use_complex_transposed_convolution=True,
    )


def sam_config() -> SamConfig:
    return SamConfig(
        vision_config={
            "hidden_size": 96, "output_channels": 64, "num_hidden_layers": 4, "num_attention_heads": 3,
            "image_size": SCENE, "patch_size": 16, "window_size": 7, "global_attn_indexes": [1, 3],
            "num_pos_feats": 32, "mlp_dim": 384,
        },
        prompt_encoder_config={"hidden_size": 64, "image_size": SCENE, "patch_size": 16, "mask_input_channels": 16},
        mask_decoder_config={
            "hidden_size": 64, "mlp_dim": 256, "num_hidden_layers": 2, "num_attention_heads": 4,
            "iou_head_hidden_dim": 64,
        },
    )
