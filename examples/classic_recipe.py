"""Draw what activates filters and where a network looks, without training.

Two pictures of an image classifier, without TensorBoard, as in section 9.4 of
Chollet's Deep Learning with Python (2nd ed.):

- `filters.png`: the first 64 filters of Xception's `block3_sepconv1`, each the
  image that activates it most after 30 steps of gradient ascent;
- `heatmap.png`: your photograph under the Grad-CAM heatmap of
  `block14_sepconv2_act`, with the three best guesses printed.

    python examples/classic_recipe.py elephant.jpg
    python examples/classic_recipe.py elephant.jpg --model my_model.keras
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import matplotlib.image
import numpy as np
from numpy.typing import NDArray

from kerasviz_callbacks import filter_patterns, grad_cam, layer_paths

Bytes = NDArray[np.uint8]

XCEPTION_PATTERNS = "block3_sepconv1"
XCEPTION_HEATMAP = "block14_sepconv2_act"
NUM_COLUMNS = 8
GAP_PX = 5


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw the two pictures and print the three best guesses."""
    options = _parser().parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    model = load_model(options.model, options.weights)
    sheet = filter_sheet(model, options.filter_layer, options.filters)
    matplotlib.image.imsave(options.out / "filters.png", sheet)
    explain(model, options)
    print(f"Wrote filters.png and heatmap.png into {options.out}")


def load_model(name: str, weights: str) -> keras.Model:
    """Return the model of a file, or one of `keras.applications`."""
    if Path(name).suffix in (".keras", ".h5"):
        return keras.saving.load_model(name, compile=False)
    builder = getattr(keras.applications, name, None)
    if builder is None:
        sys.exit(
            "--model must be a .keras file or a name in keras.applications, "
            f"such as Xception or MobileNetV2 - got {name!r}"
        )
    try:
        return builder(weights=None if weights == "none" else weights)
    except Exception as error:  # the class that Keras raises for a download
        sys.exit(
            f"The weights {weights!r} of {name} could not be loaded: {error}\n"
            "Give a file with --weights FILE, or --weights none."
        )


def filter_sheet(
    model: keras.Model, layer: str | None, num_filters: int
) -> Bytes:
    """Return (h, w, 3): the first filters of the layer, eight in a row."""
    records = {record.path: record for record in layer_paths(model)}
    if layer is None:
        is_xception = XCEPTION_PATTERNS in records
        third = list(records)[len(records) // 3]
        layer = XCEPTION_PATTERNS if is_xception else third
    known = records[layer].filters if layer in records else None
    count = min(num_filters, known or num_filters)
    print(f"Drawing {count} filters of {layer} ...", flush=True)
    # 30 steps of 10 along the normalised gradient, from faint grey noise.
    drawn = filter_patterns(model, layer, range(count), preset="recipe")
    return tiled(drawn.images)


def tiled(images: Bytes) -> Bytes:
    """Return the pictures on one sheet, row by row, black between them."""
    count, height, width = images.shape[:3]
    rows = -(-count // NUM_COLUMNS)
    pitch = np.array([height, width]) + GAP_PX
    size = pitch * [rows, min(count, NUM_COLUMNS)] - GAP_PX
    sheet = np.zeros((*size, 3), np.uint8)
    for index, image in enumerate(images):
        top, left = pitch * divmod(index, NUM_COLUMNS)
        sheet[top : top + height, left : left + width] = image
    return sheet


def explain(model: keras.Model, options: argparse.Namespace) -> None:
    """Print the three best guesses and write the heatmap over the photo."""
    size = model.input_shape[1:3]
    photo = keras.utils.load_img(options.photo, target_size=size)
    layer = options.heatmap_layer
    if layer is None and model.name == "xception":
        layer = XCEPTION_HEATMAP
    answer = grad_cam(
        model,
        np.array([photo]),
        layer=layer,
        preprocess=preprocessing(options.model),
        class_names=class_names(model.output_shape[-1]),
    )
    for _, name, probability in answer.top(3)[0]:
        print(f"{probability:6.1%}  {name}")
    answer.save(options.out / "heatmap.png", alpha=0.4, colormap="jet")


def preprocessing(name: str) -> Callable[[Any], Any] | None:
    """Return what the named network of `keras.applications` wants first."""
    builder = getattr(keras.applications, name, None)
    if builder is None:
        return None  # a model of one's own: it does this itself, or say how
    found: Callable[[Any], Any]
    found = sys.modules[builder.__module__].preprocess_input
    return found


def class_names(num_classes: int) -> list[str] | None:
    """Return ImageNet's names, where they fit and can be downloaded."""
    if num_classes != 1000:
        return None
    decode = keras.applications.imagenet_utils.decode_predictions
    try:
        return [best[0][1] for best in decode(np.eye(1000), top=1)]
    except Exception:  # the class that Keras raises for a download
        print("No names of classes here: they are downloaded once by Keras.")
        return None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("photo", type=Path, help="what to explain")
    parser.add_argument(
        "--model",
        default="Xception",
        help="a name in keras.applications or a .keras file (%(default)s)",
    )
    parser.add_argument(
        "--weights",
        default="imagenet",
        help="imagenet (downloaded once), a file, or none (%(default)s)",
    )
    parser.add_argument(
        "--filter-layer", help="whose filters to draw; its path or name"
    )
    parser.add_argument(
        "--filters", type=int, default=64, help="how many (%(default)s)"
    )
    parser.add_argument(
        "--heatmap-layer", help="default: the last one that has positions"
    )
    parser.add_argument(
        "--out", type=Path, default=Path(), help="folder for the pictures"
    )
    return parser


if __name__ == "__main__":
    main()
