"""Finds sizes that a model accepts, whether it declares one or leaves it open.

What a model leaves open it may still refuse: a U-Net of six levels takes sides
that are multiples of 64, an encoder of fixed size inside an open model takes
one, and a convolution needs as many rows as its kernel has. Nothing declares
it, so sizes are tried, each with a trace, until one works.
"""

from collections.abc import Sequence

import keras
import tensorflow as tf

from kerasviz_callbacks.arrays import ImageShape
from kerasviz_callbacks.model.dependence import dependents, path_graph
from kerasviz_callbacks.model.input import ModelInput, Shape
from kerasviz_callbacks.model.layers import Located, walk
from kerasviz_callbacks.model.probe import (
    LayerCall,
    Probe,
    explained,
    probe_model,
)
from kerasviz_callbacks.model.tap import Answer, TapError, forward

_NUM_TRIED = 3  # images; a number that no reshape makes by chance
# Sides in px: multiples of powers of two, of 7 and 14 (patches), of 3.
_SIDES = (256, 224, 64, 96, 384, 512, 32)


def probe_accepted(
    model: keras.Model, spec: ModelInput, shapes: Sequence[ImageShape]
) -> tuple[Probe, tuple[str, ...]]:
    """Return a probe for the first size that the model accepts.

    And what is to be said of its other inputs, in sentences.

    Other inputs whose size is open and that are not given are zeros of size 1,
    or else of the image's size.

    Args:
        model: A built model.
        spec: The inputs of the model; open sizes are not given.
        shapes: Sizes (h, w, c) of the image to try, in order.

    Raises:
        TapError: If it accepts none of them, as for the first.
    """
    first: TapError | None = None
    for shape in shapes:
        for one in _with_open_filled(spec, shape):
            try:
                probe = probe_model(model, one, shape)
            except TapError as error:
                first = first or error
                continue
            return probe, _other_notes(spec, one)
    if first is None:
        raise ValueError("shapes must hold at least one size — got none.")
    if not spec.open_names:
        raise first
    names = ", ".join(map(repr, spec.open_names))
    raise TapError(
        f"{first} It has inputs of open size that are not given, {names}: "
        "zeros of size 1 and of the image's size were tried. Give them, as "
        "images={input name: values}."
    ) from first


def probe_to(
    probe: Probe, layers: Sequence[Located], image_shape: ImageShape
) -> Probe:
    """Trace another size of image up to layers, whatever the model declares.

    The number of images is fixed, so that whatever reshapes them to a size of
    its own is refused as it is traced.

    Args:
        probe: Probe of the model for images of a size that it accepts.
        layers: The layers; what comes after the last of their calls is not
            traced.
        image_shape: (h, w, c) of the images to come.

    Raises:
        TapError: If a layer on the way depends on the declared size.
    """
    model, spec = probe.model, probe.spec.opened()
    places = [probe.place(located.layer) or 0 for located in layers]
    result: list[Probe] = []

    def trace(image: tf.Tensor) -> tf.Tensor:
        order: list[tuple[int, Answer]] = []
        with explained(model, image_shape):
            forward(
                model,
                spec.pack(image, {}),
                [located.layer for located in layers],
                stop_after=[probe.num_calls(one.layer) for one in layers],
                on_call=lambda index, answer: order.append((index, answer)),
                is_any_size=True,
            )
            reached = dependents(image)
            calls = [
                _call_at(layers[index], answer, places[index], reached)
                for index, answer in order
            ]
        paths = path_graph(image, [])
        result.append(
            Probe(model, spec, image_shape, tuple(calls), (), (), paths)
        )
        return tf.constant(0)

    tf.function(trace, autograph=False).get_concrete_function(
        tf.TensorSpec([_NUM_TRIED, *image_shape], tf.float32)
    )
    return result[-1]


def _call_at(
    located: Located, answer: Answer, place: int, reached: frozenset[str]
) -> LayerCall:
    tensor = answer.tensors[place]
    if tensor.shape[0] not in (None, _NUM_TRIED):
        raise ValueError(
            f"{located.path!r} outputs shape {tensor.shape} for "
            f"{_NUM_TRIED} images"
        )
    return LayerCall(
        located,
        tuple(tensor.shape),
        is_new=True,
        sees_image=tensor.op.name in reached,
        feeds=(),
        place=place,
    )


def sizes_to_try(
    model: keras.Model,
    spec: ModelInput,
    wanted: ImageShape,
    given: ImageShape | None = None,
) -> tuple[ImageShape, ...]:
    """Return the wanted size, and others for a model that refuses it.

    Only sizes that the model leaves open are varied: first to that of `given`
    images, then to those of models inside it, then to common ones.
    """
    height, width = spec.image_shape[:2]
    if height is not None and width is not None:
        return (wanted,)
    sides = [*_inner_sizes(model), *((side, side) for side in _SIDES)]
    if given is not None:
        sides.insert(0, given[:2])
    others = [(height or h, width or w, wanted[2]) for h, w in sides]
    return tuple(dict.fromkeys([wanted, *others]))


def _inner_sizes(model: keras.Model) -> list[tuple[int, int]]:
    """Return the fixed image sizes of the models inside this one."""
    sizes = []
    for located in walk(model):
        for tensor in getattr(located.layer, "inputs", None) or ():
            shape: Shape = tuple(tensor.shape)
            if len(shape) == 4 and None not in shape[1:3]:
                sizes.append(shape[1:3])
    return sizes  # type: ignore[return-value]  # no None is among them


def _with_open_filled(
    spec: ModelInput, image_shape: ImageShape
) -> list[ModelInput]:
    if not spec.open_names:
        return [spec]
    height, width, _ = image_shape
    filled = {}
    for name in spec.open_names:
        shape = spec.shapes[spec.names.index(name)]
        filled[name] = (
            (height, width, *shape[2:])
            if len(shape) == 3
            else tuple(height for _ in shape)
        )
    return [spec, spec.sized(filled)]


def _other_notes(spec: ModelInput, used: ModelInput) -> tuple[str, ...]:
    if used is spec:
        return ()
    shapes = dict(zip(used.names, used.shapes, strict=True))
    listed = ", ".join(f"{name!r} {shapes[name]}" for name in spec.open_names)
    return (
        f"Inputs of open size that are not given are zeros of {listed}: the "
        "model refuses size 1.",
    )
