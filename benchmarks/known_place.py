"""Trains vision transformers on a task whose place is known, and asks where.

    pip install 'kerasviz-callbacks[hub]'
    python -m benchmarks.known_place

KerasHub's ViT, built small with random weights, learns the color of the demo's
discs (`examples/demo/pictures.py`), once with a class token and once with the
mean of its tokens; their textures, which it would learn from a hundred times as
many pictures only, say nothing here. `GradCAM` draws held-out pictures with its
default arguments before the first batch and after the last. Columns:

The rows `patches` are of the tokens before the first attention with HiResCAM,
as a note of the default suggests where tokens are pooled.

| column   | meaning                                                          |
|----------|------------------------------------------------------------------|
| accuracy | of the held-out pictures                                         |
| on disc  | share of the heat on the disc, mean over pictures                |
| other's  | share on the disc of another picture: what the place of all adds |
| hit      | share of pictures whose largest cell touches the disc            |
| none     | pictures without evidence, which no mean counts                  |

The row `uniform` is of the same number everywhere.
"""

import argparse
import tempfile
from dataclasses import dataclass, field, replace
from typing import Any

import keras
import keras_hub
import numpy as np

from examples.demo.pictures import (
    SIZE_PX,
    Pictures,
    disc_mask,
    draw_pictures,
)
from kerasviz_callbacks import CaptureOptions, GradCAM, grad_cam
from kerasviz_callbacks.heatmaps import region_measures
from kerasviz_callbacks.images.regions import mask_coverage

COLORS = np.float32([[1, 0.4, 0.4], [0.4, 1, 0.4], [0.4, 0.4, 1], [1, 1, 0.4]])
POOLINGS = {"class token": "token", "mean of tokens": "gap"}
LAYERS, HEADS, WIDTH, PATCH_PX = 4, 4, 64, 8
BATCH = 64
EMBEDDING = "vit_patching_and_embedding"
ROW = "{:<20}{:<10}{:>9}{:>9}{:>9}{:>7}{:>6}"


def main() -> None:
    """Train each transformer, and print what its heatmaps lie on."""
    options = _parser().parse_args()
    shown = pictures(options.held_out, seed=2)
    heads = ("ViT with", "heatmaps", "accuracy", "on disc", "other's", "hit")
    print(ROW.format(*heads, "none"))
    side = SIZE_PX // PATCH_PX
    even = np.ones((len(shown.labels), side, side))
    print(_row("", "uniform", even, shown))
    for seed in range(options.seeds):
        for name, pooling in POOLINGS.items():
            keras.utils.set_random_seed(seed)
            model = vision_transformer(pooling)
            _report(f"{name}, {seed}", model, shown, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--pictures", type=int, default=4096)
    parser.add_argument("--held-out", type=int, default=128)
    parser.add_argument("--seeds", type=int, default=3)
    return parser


def pictures(count: int, seed: int) -> Pictures:
    """Return discs of any texture, as many of each color, without stamps."""
    labels = np.arange(count) % len(COLORS)
    textures = np.random.default_rng(seed).permutation(labels)
    drawn = draw_pictures(textures, np.zeros(count, bool), seed=seed)
    inside = discs(drawn)[..., None]
    gray = drawn.images.mean(axis=-1, keepdims=True)
    tinted = gray * COLORS[labels][:, None, None]
    images = drawn.images + inside * (tinted - drawn.images)
    return replace(drawn, images=np.uint8(np.rint(images)), labels=labels)


def vision_transformer(pooling: str) -> keras.Model:
    """Return KerasHub's ViT for the discs, small and untrained."""
    models = keras_hub.models
    backbone = models.ViTBackbone(
        image_shape=(SIZE_PX, SIZE_PX, 3),
        patch_size=PATCH_PX,
        num_layers=LAYERS,
        num_heads=HEADS,
        hidden_dim=WIDTH,
        mlp_dim=2 * WIDTH,
        use_class_token=pooling == "token",
    )
    model = models.ViTImageClassifier(
        backbone, len(COLORS), preprocessor=None, pooling=pooling
    )
    model.compile(
        keras.optimizers.AdamW(1e-3),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


@dataclass
class _Seen:
    """The heatmaps that a callback handed over, in their order."""

    maps: list[Any] = field(default_factory=list)

    def __call__(self, result: Any, step: int) -> None:
        self.maps.append(result)


def _report(
    name: str, model: keras.Model, shown: Pictures, options: Any
) -> None:
    train, seen = pictures(options.pictures, seed=1), _Seen()
    with tempfile.TemporaryDirectory() as folder:
        draw = GradCAM(
            folder,
            fed(shown.images),
            shown.labels,
            num_images=len(shown.labels),
            verbose=0,
            options=CaptureOptions(on_capture=seen, on_error="raise"),
        )
        model.fit(
            fed(train.images),
            train.labels,
            batch_size=BATCH,
            epochs=options.epochs,
            callbacks=[draw],
            verbose=0,
        )
    patches = grad_cam(
        model, fed(shown.images), layer=EMBEDDING, method="hires_cam"
    )
    for moment, found in (
        ("before", seen.maps[0]),
        ("after", seen.maps[-1]),
        ("patches", patches),
    ):
        accuracy = float(np.mean(found.predictions == shown.labels))
        print(_row(name, moment, found.maps, shown, accuracy), flush=True)
        print(f"{'':<20}explained: {found.layer}")


def fed(images: Any) -> Any:
    """Return pixels from 0 to 1, as this model is trained on."""
    return images.astype(np.float32) / 255


def _row(
    name: str,
    moment: str,
    maps: Any,
    shown: Pictures,
    accuracy: float | None = None,
) -> str:
    coverage = mask_coverage(discs(shown), maps.shape[1:])
    own = region_measures(maps, coverage)
    other = region_measures(maps, np.roll(coverage, 1, axis=0))
    inside, hit = own["energy_inside"], own["pointing_hit"]
    return ROW.format(
        name,
        moment,
        "" if accuracy is None else f"{accuracy:.0%}",
        f"{np.nanmean(inside):.0%}",
        f"{np.nanmean(other['energy_inside']):.0%}",
        f"{np.nanmean(hit):.0%}",
        int(np.isnan(inside).sum()),
    )


def discs(shown: Pictures) -> Any:
    """Return (n, h, w) in [0, 1]: how much of each pixel the disc covers."""
    low, high = np.split(shown.boxes * SIZE_PX, 2, axis=1)
    centers, radii = (low + high) / 2, (high - low)[:, 0] / 2
    each = zip(centers, radii, strict=True)
    return np.stack([disc_mask(*place) for place in each])


if __name__ == "__main__":
    main()
