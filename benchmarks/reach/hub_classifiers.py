"""KerasHub's image classifiers, built small from their configuration."""

from typing import Any

import keras_hub

from benchmarks.reach.case import HIDDEN, NUM_CLASSES, Case

M = keras_hub.models


def cases() -> list[Case]:
    """Return a case per family, and per way to pool where there are several."""
    tasks = {
        "CSPNetImageClassifier": (M.CSPNetImageClassifier, csp, {}),
        "DeiTImageClassifier": (M.DeiTImageClassifier, deit, {}),
        "DenseNetImageClassifier": (M.DenseNetImageClassifier, densenet, {}),
        "EfficientNetImageClassifier": (
            M.EfficientNetImageClassifier,
            efficientnet,
            {},
        ),
        "HGNetV2ImageClassifier": (
            M.HGNetV2ImageClassifier,
            hgnet,
            {"preprocessor": None},
        ),
        "MiTImageClassifier": (M.MiTImageClassifier, mit, {}),
        "MobileNetImageClassifier": (
            M.MobileNetImageClassifier,
            mobilenet,
            {},
        ),
        "MobileNetV5ImageClassifier": (
            M.MobileNetV5ImageClassifier,
            mobilenet_v5,
            {},
        ),
        "ResNetImageClassifier": (M.ResNetImageClassifier, resnet, {}),
        "ResNetImageClassifier, V2, max pooled": (
            M.ResNetImageClassifier,
            resnet_v2,
            {"pooling": "max", "activation": "softmax"},
        ),
        "SwinTransformerImageClassifier": (
            M.SwinTransformerImageClassifier,
            swin,
            {},
        ),
        "VGGImageClassifier": (
            M.VGGImageClassifier,
            vgg,
            {"pooling_hidden_dim": HIDDEN},
        ),
        "VGGImageClassifier, flattened": (
            M.VGGImageClassifier,
            vgg,
            {"pooling": "flatten", "pooling_hidden_dim": HIDDEN},
        ),
        "ViTImageClassifier, class token": (
            M.ViTImageClassifier,
            lambda size: vit(size, has_token=True),
            {},
        ),
        "ViTImageClassifier, mean of tokens": (
            M.ViTImageClassifier,
            lambda size: vit(size, has_token=False),
            {"pooling": "gap"},
        ),
        "XceptionImageClassifier": (M.XceptionImageClassifier, xception, {}),
    }
    return [
        Case(f"KerasHub {name}", _task(*parts), preprocess=to_unit)
        for name, parts in tasks.items()
    ]


def to_unit(images: Any) -> Any:
    """Return bytes as KerasHub's converters scale them, -1 to 1."""
    return images / 127.5 - 1


def _task(task: Any, backbone: Any, options: Any) -> Any:
    return lambda size: task(
        backbone=backbone(size), num_classes=NUM_CLASSES, **options
    )


def vit(size: int, *, has_token: bool) -> Any:
    """Return ViT's backbone."""
    return M.ViTBackbone(
        image_shape=(size, size, 3),
        patch_size=16,
        num_layers=3,
        num_heads=2,
        hidden_dim=HIDDEN,
        mlp_dim=2 * HIDDEN,
        use_class_token=has_token,
    )


def deit(size: int) -> Any:
    """Return DeiT's backbone."""
    return M.DeiTBackbone(
        image_shape=(size, size, 3),
        patch_size=16,
        num_layers=3,
        num_heads=2,
        hidden_dim=HIDDEN,
        intermediate_dim=2 * HIDDEN,
    )


def mit(size: int) -> Any:
    """Return MiT's backbone, that of SegFormer."""
    return M.MiTBackbone(
        layerwise_depths=[1, 1, 1, 1],
        num_layers=4,
        layerwise_num_heads=[1, 2, 2, 4],
        layerwise_sr_ratios=[8, 4, 2, 1],
        max_drop_path_rate=0.1,
        layerwise_patch_sizes=[7, 3, 3, 3],
        layerwise_strides=[4, 2, 2, 2],
        image_shape=(size, size, 3),
        hidden_dims=[16, 32, 48, 64],
    )


def swin(size: int) -> Any:
    """Return Swin's backbone."""
    return M.SwinTransformerBackbone(
        image_shape=(size, size, 3),
        embed_dim=16,
        depths=(2, 2),
        num_heads=(2, 4),
        window_size=3,
    )


def csp(size: int) -> Any:
    """Return CSPNet's backbone, as DarkNet."""
    return M.CSPNetBackbone(
        stem_filters=16,
        stem_kernel_size=3,
        stem_strides=1,
        stackwise_depth=[1, 2, 2],
        stackwise_strides=[1, 2, 2],
        stackwise_num_filters=[16, 32, 48],
        block_type="dark_block",
        stage_type="dark",
        image_shape=(size, size, 3),
    )


def mobilenet(size: int) -> Any:
    """Return MobileNet's backbone, V3."""
    return M.MobileNetBackbone(
        stackwise_expansion=[[40, 56], [64, 144], [144, 288]],
        stackwise_num_blocks=[2, 2, 2],
        stackwise_num_filters=[[16, 16], [24, 24], [48, 48]],
        stackwise_kernel_size=[[3, 3], [5, 5], [5, 5]],
        stackwise_num_strides=[[2, 1], [2, 1], [2, 1]],
        stackwise_se_ratio=[[None, None], [0.25, 0.25], [0.25, 0.25]],
        stackwise_activation=[["relu"] * 2, *[["hard_swish"] * 2] * 2],
        stackwise_padding=[[1, 1], [2, 2], [2, 2]],
        output_num_filters=288,
        input_activation="hard_swish",
        output_activation="hard_swish",
        input_num_filters=16,
        image_shape=(size, size, 3),
        depthwise_filters=8,
        depthwise_stride=2,
        depthwise_residual=False,
        squeeze_and_excite=0.5,
        last_layer_filter=288,
    )


def mobilenet_v5(size: int) -> Any:
    """Return MobileNetV5's backbone, that of Gemma."""
    none = [[0], [0, 0]]
    return M.MobileNetV5Backbone(
        stackwise_block_types=[["er"], ["uir", "uir"]],
        stackwise_num_blocks=[1, 2],
        stackwise_num_filters=[[24], [48, 48]],
        stackwise_strides=[[2], [2, 1]],
        stackwise_act_layers=[["relu"], ["relu", "relu"]],
        stackwise_exp_ratios=[[4.0], [6.0, 6.0]],
        stackwise_se_ratios=[[0.0], [0.0, 0.0]],
        stackwise_dw_kernel_sizes=[[0], [5, 5]],
        stackwise_dw_start_kernel_sizes=none,
        stackwise_dw_end_kernel_sizes=none,
        stackwise_exp_kernel_sizes=[[3], [0, 0]],
        stackwise_pw_kernel_sizes=[[1], [0, 0]],
        stackwise_num_heads=none,
        stackwise_key_dims=none,
        stackwise_value_dims=none,
        stackwise_kv_strides=none,
        stackwise_use_cpe=[[False], [False, False]],
        use_msfa=False,
        image_shape=(size, size, 3),
    )


def efficientnet(size: int) -> Any:
    """Return EfficientNet's backbone."""
    return M.EfficientNetBackbone(
        stackwise_kernel_sizes=[3] * 3,
        stackwise_num_repeats=[1, 2, 2],
        stackwise_input_filters=[16, 16, 24],
        stackwise_output_filters=[16, 24, 32],
        stackwise_expansion_ratios=[1, 4, 4],
        stackwise_squeeze_and_excite_ratios=[0.0, 0.25, 0.25],
        stackwise_strides=[1, 2, 2],
        stackwise_block_types=["fused", "unfused", "unfused"],
        width_coefficient=1.0,
        depth_coefficient=1.0,
        input_shape=(size, size, 3),
    )


def resnet(
    size: int, *, is_v2: bool = False, num_filters: tuple[int, ...] = (64,) * 3
) -> Any:
    """Return ResNet's backbone, with a stage per number of filters."""
    return M.ResNetBackbone(
        input_conv_filters=[64],
        input_conv_kernel_sizes=[7],
        stackwise_num_filters=list(num_filters),
        stackwise_num_blocks=[1] * len(num_filters),
        stackwise_num_strides=[1] + [2] * (len(num_filters) - 1),
        block_type="basic_block",
        use_pre_activation=is_v2,
        image_shape=(size, size, 3),
    )


def resnet_v2(size: int) -> Any:
    """Return ResNet's backbone with activations before convolutions."""
    return resnet(size, is_v2=True)


def densenet(size: int) -> Any:
    """Return DenseNet's backbone."""
    return M.DenseNetBackbone(
        stackwise_num_repeats=[2, 2, 2], image_shape=(size, size, 3)
    )


def xception(size: int) -> Any:
    """Return Xception's backbone."""
    return M.XceptionBackbone(
        stackwise_conv_filters=[[32, 64], [64, 128], [256, 256]],
        stackwise_pooling=[True, True, False],
        image_shape=(size, size, 3),
    )


def vgg(size: int) -> Any:
    """Return VGG's backbone."""
    return M.VGGBackbone(
        stackwise_num_repeats=[1, 1, 2],
        stackwise_num_filters=[16, 32, 48],
        image_shape=(size, size, 3),
    )


def hgnet(size: int) -> Any:
    """Return HGNetV2's backbone."""
    return M.HGNetV2Backbone(
        depths=[1, 2, 1],
        embedding_size=32,
        hidden_sizes=[64, 128, 128],
        stem_channels=[3, 16, 32],
        hidden_act="relu",
        use_learnable_affine_block=False,
        stackwise_stage_filters=[
            (32, 16, 64, 1, 1, 3),
            (64, 32, 128, 2, 1, 3),
            (128, 64, 128, 1, 1, 3),
        ],
        apply_downsample=[False, True, True],
        use_lightweight_conv_block=[False] * 3,
        image_shape=(size, size, 3),
    )
