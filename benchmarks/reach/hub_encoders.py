"""KerasHub's segmenters, detectors and image encoders, built small."""

from typing import Any

import keras
import keras_hub

from benchmarks.reach.case import (
    HIDDEN,
    NUM_CLASSES,
    Case,
    best_box,
    foreground,
    most_pixels,
)
from benchmarks.reach.hub_classifiers import mit, resnet, to_unit

M = keras_hub.models
_TRANSFORMER = {
    "hidden_dim": HIDDEN,
    "num_heads": 2,
    "intermediate_dim": 2 * HIDDEN,
}


def cases() -> list[Case]:
    """Return a case per model."""
    encoders = {
        "CLIPVisionEncoder, class token": (96, clip, _on_token),
        "CLIPVisionEncoder, mean of tokens": (96, clip, _on_mean),
        "SigLIPVisionEncoder, its pooled output": (96, siglip, _on_output),
        "DINOV2Backbone, class token": (84, dino_v2, _on_token),
        "DINOV2Backbone, mean of tokens": (84, dino_v2, _on_mean),
        "DINOV3Backbone, class token": (96, dino_v3, _on_token),
        "DINOV3Backbone, mean of tokens": (96, dino_v3, _on_mean),
        "ViTDetBackbone (SAM), mean of its map": (128, vit_det, _on_map),
    }
    return [
        *(
            Case(f"KerasHub {name}", _headed(make, top), size, to_unit)
            for name, (size, make, top) in encoders.items()
        ),
        Case("KerasHub BASNetImageSegmenter", basnet, 96, to_unit, foreground),
        Case(
            "KerasHub DeepLabV3ImageSegmenter",
            deeplab,
            96,
            to_unit,
            most_pixels,
        ),
        Case(
            "KerasHub SegFormerImageSegmenter",
            segformer,
            96,
            to_unit,
            most_pixels,
        ),
        Case(
            "KerasHub RetinaNetObjectDetector",
            retina_net,
            128,
            to_unit,
            best_box,
            "cls_logits",
        ),
        Case(
            "KerasHub DFineObjectDetector",
            d_fine,
            256,
            to_unit,
            best_box,
            "logits",
        ),
    ]


def _headed(make: Any, top: Any) -> Any:
    """Return a classifier on an encoder, as one would fine-tune it."""

    def build(size: int) -> keras.Model:
        encoder = make(size)
        inputs = keras.Input((size, size, 3))
        features = top(encoder(inputs))
        return keras.Model(inputs, keras.layers.Dense(NUM_CLASSES)(features))

    return build


def _on_token(tokens: Any) -> Any:
    return tokens[:, 0]


def _on_mean(tokens: Any) -> Any:
    return keras.layers.GlobalAveragePooling1D()(tokens)


def _on_map(features: Any) -> Any:
    return keras.layers.GlobalAveragePooling2D()(features)


def _on_output(features: Any) -> Any:
    return features


def clip(size: int) -> Any:
    """Return CLIP's image encoder."""
    return M.CLIPVisionEncoder(
        patch_size=16,
        num_layers=3,
        image_shape=(size, size, 3),
        **_TRANSFORMER,
    )


def siglip(size: int) -> Any:
    """Return SigLIP's image encoder."""
    return M.SigLIPVisionEncoder(
        patch_size=16,
        num_layers=3,
        image_shape=(size, size, 3),
        **_TRANSFORMER,
    )


def dino_v2(size: int) -> Any:
    """Return DINOv2's backbone."""
    return M.DINOV2Backbone(
        patch_size=14,
        num_layers=3,
        image_shape=(size, size, 3),
        position_embedding_shape=(size, size),
        **_TRANSFORMER,
    )


def dino_v3(size: int) -> Any:
    """Return DINOv3's backbone, with register tokens."""
    return M.DINOV3Backbone(
        patch_size=16,
        num_layers=3,
        num_register_tokens=4,
        image_shape=(size, size, 3),
        **_TRANSFORMER,
    )


def vit_det(size: int) -> Any:
    """Return SAM's image encoder."""
    return M.ViTDetBackbone(
        hidden_size=16,
        num_layers=3,
        intermediate_dim=32,
        num_heads=2,
        global_attention_layer_indices=[2],
        patch_size=16,
        num_output_channels=HIDDEN,
        window_size=2,
        image_shape=(size, size, 3),
    )


def basnet(size: int) -> Any:
    """Return a segmenter of one foreground."""
    encoder = M.ResNetBackbone(
        input_conv_filters=[64],
        input_conv_kernel_sizes=[7],
        stackwise_num_filters=[64, 128, 256, 512],
        stackwise_num_blocks=[1] * 4,
        stackwise_num_strides=[1, 2, 2, 2],
        block_type="basic_block",
        use_pre_activation=False,
    )
    backbone = M.BASNetBackbone(
        encoder, num_classes=1, image_shape=(size, size, 3)
    )
    return M.BASNetImageSegmenter(backbone)


def deeplab(size: int) -> Any:
    """Return a segmenter with dilated convolutions."""
    backbone = M.DeepLabV3Backbone(
        image_encoder=resnet(size),
        low_level_feature_key="P2",
        spatial_pyramid_pooling_key="P4",
        upsampling_size=4,
        dilation_rates=[2, 4],
        projection_filters=16,
        image_shape=(size, size, 3),
    )
    return M.DeepLabV3ImageSegmenter(
        backbone=backbone, num_classes=NUM_CLASSES, activation="softmax"
    )


def segformer(size: int) -> Any:
    """Return a segmenter on MiT."""
    backbone = M.SegFormerBackbone(
        image_encoder=mit(size), projection_filters=HIDDEN
    )
    return M.SegFormerImageSegmenter(backbone=backbone, num_classes=NUM_CLASSES)


def retina_net(size: int) -> Any:
    """Return a detector with anchors on a feature pyramid."""
    backbone = M.RetinaNetBackbone(
        image_encoder=resnet(size, num_filters=(64,) * 4),
        min_level=3,
        max_level=5,
        use_p5=False,
    )
    anchors = keras_hub.layers.AnchorGenerator(
        bounding_box_format="yxyx",
        min_level=3,
        max_level=5,
        num_scales=3,
        aspect_ratios=[0.5, 1.0, 2.0],
        anchor_size=4.0,
    )
    return M.RetinaNetObjectDetector(
        backbone=backbone,
        anchor_generator=anchors,
        num_classes=NUM_CLASSES,
        bounding_box_format="yxyx",
        target_bounding_box_format="yxyx",
    )


def d_fine(size: int) -> Any:
    """Return a detector with queries."""
    encoder = M.HGNetV2Backbone(
        stem_channels=[3, 16, 16],
        stackwise_stage_filters=[
            [16, 16, 64, 1, 3, 3],
            [64, 32, 256, 1, 3, 3],
            [256, 64, 512, 2, 3, 5],
            [512, 128, 1024, 1, 3, 5],
        ],
        apply_downsample=[False, True, True, True],
        use_lightweight_conv_block=[False, False, True, True],
        depths=[1, 1, 2, 1],
        hidden_sizes=[64, 256, 512, 1024],
        embedding_size=16,
        use_learnable_affine_block=True,
        hidden_act="relu",
        image_shape=(size, size, 3),
        out_features=["stage3", "stage4"],
    )
    backbone = M.DFineBackbone(
        backbone=encoder,
        decoder_in_channels=[128, 128],
        encoder_hidden_dim=128,
        num_denoising=0,
        num_labels=NUM_CLASSES,
        hidden_dim=128,
        learn_initial_query=False,
        num_queries=30,
        anchor_image_size=(size, size),
        feat_strides=[16, 32],
        num_feature_levels=2,
        encoder_in_channels=[512, 1024],
        encode_proj_layers=[1],
        num_attention_heads=8,
        encoder_ffn_dim=64,
        num_encoder_layers=1,
        hidden_expansion=0.34,
        depth_multiplier=0.5,
        eval_idx=-1,
        num_decoder_layers=2,
        decoder_attention_heads=8,
        decoder_ffn_dim=64,
        decoder_n_points=[6, 6],
        lqe_hidden_dim=64,
        num_lqe_layers=2,
        out_features=["stage3", "stage4"],
        image_shape=(size, size, 3),
    )
    return M.DFineObjectDetector(
        backbone=backbone,
        num_classes=NUM_CLASSES,
        bounding_box_format="yxyx",
    )
