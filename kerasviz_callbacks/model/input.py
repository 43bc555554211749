"""Finds a model's inputs, and which one of them is the image.

Canvases and held-out images are channels last, (n, h, w, c). `ModelInput.pack`
arranges them as the model expects, next to zeros for its other inputs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import tensorflow as tf

from kerasviz_callbacks.model.layers import is_channels_first, is_convolution

Shape = tuple[int | None, ...]
_Leaf = tuple[str, Shape, str]


@dataclass(frozen=True)
class ModelInput:
    """The inputs of a model, one of which is the image.

    Attributes:
        structure: The nest that `call` takes, with the index of each input.
        names: Name of each input, for messages and for choosing.
        shapes: Shape of each input without the batch axis.
        dtypes: Data type of each input.
        image: Index of the image.
        channels_first: Whether the model expects the image as (c, h, w).
        is_opened: Whether the image may be of another size than the declared.
    """

    structure: Any
    names: tuple[str, ...]
    shapes: tuple[Shape, ...]
    dtypes: tuple[str, ...]
    image: int
    channels_first: bool
    is_opened: bool = False

    @property
    def image_shape(self) -> Shape:
        """(h, w, c) of the image; None for sizes that the model leaves open."""
        shape = self.shapes[self.image]
        return (*shape[1:], shape[0]) if self.channels_first else shape

    @property
    def other_names(self) -> tuple[str, ...]:
        """Names of the inputs that are not the image."""
        return tuple(n for i, n in enumerate(self.names) if i != self.image)

    @property
    def open_names(self) -> tuple[str, ...]:
        """Names of the other inputs that leave a size open."""
        shapes = dict(zip(self.names, self.shapes, strict=True))
        return tuple(n for n in self.other_names if None in shapes[n])

    def opened(self) -> "ModelInput":
        """Return the same inputs with the size of the image left open."""
        shape: Shape = (None, None, self.image_shape[-1])
        if self.channels_first:
            shape = (shape[-1], None, None)
        shapes = list(self.shapes)
        shapes[self.image] = shape
        return replace(self, shapes=tuple(shapes), is_opened=True)

    def sized(self, shapes: Mapping[str, Shape]) -> "ModelInput":
        """Return the same inputs, with open sizes of others taken from here.

        Args:
            shapes: Shape of other inputs by name, without the batch axis. One
                that does not fit the input is left to the model to refuse.
        """
        sized = [
            _filled(shape, shapes[name])
            if name in self.other_names and name in shapes
            else shape
            for name, shape in zip(self.names, self.shapes, strict=True)
        ]
        return replace(self, shapes=tuple(sized))

    def other_signatures(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the specs of these other inputs for a traced function."""
        signatures = {}
        for name in names:
            index = self.names.index(name)
            shape = [None, *self.shapes[index]]
            signatures[name] = tf.TensorSpec(shape, self.dtypes[index])
        return signatures

    def pack(self, image: tf.Tensor, others: Mapping[str, Any]) -> Any:
        """Return the nest to call the model with.

        Args:
            image: (n, h, w, c). The images.
            others: Values of the other inputs by name, (n, …) each. Missing
                ones are filled with zeros.
        """
        if self.channels_first:
            image = tf.transpose(image, [0, 3, 1, 2])
        flat = [
            image
            if index == self.image
            else self._other(index, tf.shape(image)[0], others)
            for index in range(len(self.names))
        ]
        return keras.tree.map_structure(lambda i: flat[i], self.structure)

    def _other(
        self, index: int, num_images: tf.Tensor, others: Mapping[str, Any]
    ) -> tf.Tensor:
        value = others.get(self.names[index])
        if value is not None:
            return value
        shape = [1 if size is None else size for size in self.shapes[index]]
        return tf.zeros([num_images, *shape], self.dtypes[index])


def _filled(shape: Shape, given: Shape) -> Shape:
    """Return the shape with open sizes filled, if the number of axes fits."""
    if len(shape) != len(given):
        return shape
    pairs = zip(shape, given, strict=True)
    return tuple(new if size is None else size for size, new in pairs)


def model_input(
    model: keras.Model,
    name: str | int | None = None,
    image_shape: Shape | None = None,
) -> ModelInput:
    """Return the inputs of a model, with the image among them identified.

    Args:
        model: A Keras model, built or not.
        name: Name or index of the image input. Required if more than one input
            could be an image.
        image_shape: (h, w, c) of the available images, for a model that does
            not declare its input.

    Raises:
        ValueError: If no input is an image, it is ambiguous which one is, or
            the model has no forward pass.
    """
    check_forward_pass(model)
    structure, leaves = _leaves(model, image_shape)
    names = tuple(leaf[0] for leaf in leaves)
    shapes = tuple(leaf[1] for leaf in leaves)
    image = _image_index(model, names, shapes, name)
    return ModelInput(
        structure,
        names,
        shapes,
        tuple(leaf[2] for leaf in leaves),
        image,
        _wants_channels_first(model, shapes[image]),
    )


def check_forward_pass(model: keras.Model) -> None:
    """Raise ValueError for a model without a forward pass, such as a GAN."""
    if type(model).call is keras.Model.call:
        raise ValueError(
            f"The model {model.name!r} has no forward pass to draw: "
            f"{type(model).__name__} has no call of its own.{_parts(model)} "
            "For a callback, define call(self, images) to return the output "
            "of the part that takes images, for example "
            "self.discriminator(images). grad_cam, filter_patterns and "
            "kerasviz layers take such a part itself."
        )


def _leaves(
    model: keras.Model, image_shape: Shape | None
) -> tuple[Any, list[_Leaf]]:
    if getattr(model, "inputs", None):
        return _functional_leaves(model)
    nest = _build_shapes(model)
    if nest is None and image_shape is not None:
        nest = (None, *image_shape)
    if nest is None:
        raise ValueError(
            f"What the model {model.name!r} takes is not known before it has "
            "been used. Call it once on a batch, build it, or give the size "
            "or the starting images."
        )
    return _numbered(nest)


def _parts(model: keras.Model) -> str:
    """Return the models in it that have a forward pass, in a sentence."""
    layers = model._flatten_layers(include_self=False, recursive=False)
    parts = [repr(x.name) for x in layers if isinstance(x, keras.Model)]
    return f" It holds {', '.join(parts)}." if parts else ""


def _functional_leaves(model: keras.Model) -> tuple[Any, list[_Leaf]]:
    # `model.input` raises for a Sequential that was never called as a layer.
    nest = getattr(model, "_inputs_struct", None)
    if nest is None:
        nest = model.inputs[0] if len(model.inputs) == 1 else model.inputs
    paths = [path for path, _ in keras.tree.flatten_with_path(nest)]
    leaves = []
    for path, tensor in zip(paths, keras.tree.flatten(nest), strict=True):
        key = path[-1] if path and isinstance(path[-1], str) else tensor.name
        dtype = keras.backend.standardize_dtype(tensor.dtype)
        leaves.append((key, tuple(tensor.shape[1:]), dtype))
    return _index_structure(nest), leaves


def _numbered(nest: Any) -> tuple[Any, list[_Leaf]]:
    """Return indices of the shapes that a subclassed `call` takes."""
    if isinstance(nest, Mapping):
        keys = list(nest)
        leaves = [(str(k), tuple(nest[k][1:]), "float32") for k in keys]
        return {k: i for i, k in enumerate(keys)}, leaves
    if nest and isinstance(nest[0], Sequence):
        leaves = [
            (f"input_{i}", tuple(shape[1:]), "float32")
            for i, shape in enumerate(nest)
        ]
        return list(range(len(leaves))), leaves
    return 0, [("input", tuple(nest[1:]), "float32")]


def _index_structure(nest: Any) -> Any:
    indices = list(range(len(keras.tree.flatten(nest))))
    return keras.tree.pack_sequence_as(nest, indices)


def _build_shapes(model: keras.Model) -> Any:
    """Return the shapes of the first argument that the model was built with."""
    config = model.get_build_config() if model.built else None
    if not config:
        return None
    if "input_shape" in config:
        return config["input_shape"]
    return next(iter(config.get("shapes_dict", {}).values()), None)


def _image_index(
    model: keras.Model,
    names: tuple[str, ...],
    shapes: tuple[Shape, ...],
    name: str | int | None,
) -> int:
    listing = ", ".join(
        f"{n!r} {s}" for n, s in zip(names, shapes, strict=True)
    )
    if name is not None:
        index = names.index(name) if name in names else name
        if not isinstance(index, int) or not 0 <= index < len(names):
            raise ValueError(
                f"input must name an input of the model — got {name!r}; it "
                f"has {listing}."
            )
        if len(shapes[index]) != 3:
            raise ValueError(
                "input must name an image, (height, width, channels) — got "
                f"{name!r}; the model has {listing}."
            )
        return index
    candidates = [i for i, shape in enumerate(shapes) if len(shape) == 3]
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise _no_image(model, shapes, listing)
    raise ValueError(
        f"More than one input could be the image: {listing}. Name it with "
        "input=…"
    )


def _no_image(
    model: keras.Model, shapes: tuple[Shape, ...], listing: str
) -> ValueError:
    """Return the error that says what the model takes instead of images."""
    what, todo = "", ""
    ndims = {len(shape) for shape in shapes}
    if 4 in ndims:
        what = "volumes or videos, "
        todo = (
            " 3-D inputs are not supported: give the model of one slice or "
            "frame, such as the one inside TimeDistributed."
        )
    elif 2 in ndims:
        what = "signals or sequences, "
        todo = (
            " 1-D inputs are not supported: a signal from 0 to 1 can be given "
            "as images of (1, steps, channels), with Conv2D of (1, k) in place "
            "of Conv1D."
        )
        if len(shapes) == 1 and _is_gray_image(shapes[0]):
            what = "gray images without a channel axis, or signals, "
            todo = _channel_axis(shapes[0]) + todo
    return ValueError(
        f"The model {model.name!r} has no image input, (height, width, "
        f"channels): it takes {what}{listing}. Patterns and heatmaps are drawn "
        f"for 2-D images alone.{todo}"
    )


def _is_gray_image(shape: Shape) -> bool:
    """Return whether a shape may be that of (height, width) of an image."""
    return len(shape) == 2 and all((side or 0) >= 8 for side in shape)


def _channel_axis(shape: Shape) -> str:
    size = f"({shape[0]}, {shape[1]}"
    return (
        " Gray images get the axis in front of the model, which can then be "
        f"trained and drawn: images = keras.Input({size}, 1)); model = "
        f"keras.Model(images, model(keras.layers.Reshape({size}))(images)))."
    )


def _wants_channels_first(model: keras.Model, shape: Shape) -> bool:
    layers = model._flatten_layers()
    return len(shape) == 3 and any(
        is_convolution(layer) and is_channels_first(layer) for layer in layers
    )
