"""The callback that draws filter patterns while a model trains."""

from typing import Any

import keras
import numpy as np

from kerasviz_callbacks.arguments import (
    Filters,
    Layers,
    Size,
    as_filters,
    as_layers,
    as_size,
    as_steps,
)
from kerasviz_callbacks.canvas import PixelCanvas, Range
from kerasviz_callbacks.drawing import Drawing, Plan
from kerasviz_callbacks.layers import Located, find_layer
from kerasviz_callbacks.model_input import model_input
from kerasviz_callbacks.pattern_engine import PatternEngine
from kerasviz_callbacks.pattern_record import (
    Kept,
    pattern_scalars,
    repeated,
    written,
)
from kerasviz_callbacks.pattern_request import (
    canvas_shape,
    check_drawable,
    choose_filters,
)
from kerasviz_callbacks.pixel_range import (
    TensorPreprocess,
    as_range,
    as_to_input,
)
from kerasviz_callbacks.presets import Preset, find_preset
from kerasviz_callbacks.probe import Probe, probe, spread_convolutions
from kerasviz_callbacks.schedule import Schedule
from kerasviz_callbacks.sheet import (
    encode,
    encoding_for,
)
from kerasviz_callbacks.summary import Picture
from kerasviz_callbacks.tap import structure_signature
from kerasviz_callbacks.watcher import OnError, Watcher
from tb_plugin.contract import Kind, PatternLayer

NUM_AUTO_LAYERS = 4


class FilterPatterns(Watcher):
    """Draws the images that convolution filters answer to most, as they change.

    Add it to `model.fit(callbacks=[...])`. A capture is drawn before the first
    batch, on the schedule, and at the end. Training is not changed by it, and
    a drawing that fails is logged and does not end training.

    Args:
        log_dir: of TensorBoard; the run is `<log_dir>/kerasviz`.
        layers: a path, a layer, or several; `"auto"` takes four convolutions
            spread over the depth of the network.
        filters: how many of each layer, spread evenly, or which.
        every: a number of epochs, or a schedule such as `EverySteps(500)`.
        preset: how to draw: `"steady"` gives pictures that depend on the
            weights and little else; `"recipe"` follows Chollet's book.
        preprocess: images as a person looks at them → what the model takes,
            on tensors.
        value_range: lowest and highest pixel value of such images. Default:
            (0, 255) with `preprocess` or where the model rescales bytes
            itself, else (0, 1).
        steps: of each ascent. Default: the preset's.
        size: side of the canvas in px, or (height, width), for a model that
            leaves it open.
        seed: of the starting noise, the same in every capture.
        input: name or index of the image input, where several could be.
        on_error: `"log"` a drawing that fails and go on, or `"raise"`.
        verbose: 1 prints one line before training, 0 nothing.

    Example:
        >>> FilterPatterns("logs/run1", layers="backbone/conv4", filters=8)
    """

    kind: Kind = "filter_patterns"

    def __init__(
        self,
        log_dir: str,
        layers: Layers = "auto",
        filters: Filters = 8,
        every: int | Schedule = 1,
        *,
        preset: str | Preset = "steady",
        preprocess: TensorPreprocess | None = None,
        value_range: Range | None = None,
        steps: int | None = None,
        size: Size = None,
        seed: int = 0,
        input: str | int | None = None,
        on_error: OnError = "log",
        verbose: int = 1,
    ) -> None:
        super().__init__(log_dir, every, on_error, verbose)
        self._layers = as_layers(layers)
        self._filters = as_filters(filters)
        self._preset = find_preset(preset)
        as_to_input(preprocess)  # complains about what is no function
        self._preprocess = preprocess
        self._value_range = as_range(value_range)
        self._num_steps = as_steps(steps)
        self._size = as_size(size)
        self._seed = seed
        self._input = input
        self._engines: list[tuple[PatternEngine, tuple[int, ...]]] = []
        # By layer path: what lies in the log, and what is about to.
        self._kept: dict[str, Kept] = {}
        self._pending: dict[str, Kept] = {}
        self._signature: Any = None

    def _prepare(self, model: keras.Model) -> Plan:
        signature = structure_signature(model)
        if signature != self._signature:
            self._engines = self._build_engines(model)
            self._signature = signature
            self._kept.clear()
        num_pictures = sum(len(filters) for _, filters in self._engines)
        paths = tuple(engine.located.path for engine, _ in self._engines)
        seconds = sum(
            engine.seconds_per_filter(self._num_steps) * len(filters)
            for engine, filters in self._engines
        )
        return Plan(
            paths=paths,
            what=f"{num_pictures} filters of {_listing(paths)}, "
            f"preset {self._preset.name}{self._range_words()}",
            seconds=seconds,
            num_bytes=num_pictures * self._bytes_per_picture(),
        )

    def _draw(self, stream: str, step: int) -> Drawing:
        notes: tuple[str, ...] = ()
        signature = structure_signature(self.model)
        if signature != self._signature:
            self._engines = self._build_engines(self.model)
            self._signature = signature
            self._kept.clear()
            notes = ("The model's structure changed; traced anew.",)
        pictures, layers = [], []
        scalars: dict[str, float] = {}
        self._pending.clear()
        if self._log.last_step(stream) is None:
            self._kept.clear()  # the log is another one, or was removed
        for engine, filters in self._engines:
            kept = self._kept.get(engine.located.path)
            digest = engine.fingerprint()
            if kept is not None and kept.digest == digest:
                picture, layer = repeated(kept)
            else:
                picture, layer = self._drawn(engine, filters, digest, step)
            pictures.append(picture)
            layers.append(layer)
            scalars |= pattern_scalars(layer)
        return Drawing(
            tuple(pictures), tuple(layers), scalars=scalars, notes=notes
        )

    def _drawn(
        self,
        engine: PatternEngine,
        filters: tuple[int, ...],
        digest: bytes,
        step: int,
    ) -> tuple[Picture, PatternLayer]:
        patterns = engine.draw(
            filters, seed=self._seed, num_steps=self._num_steps
        )
        picture, layer = written(patterns, engine)
        self._pending[picture.path] = Kept(digest, step, layer)
        return picture, layer

    def _remember(self, step: int) -> None:
        self._kept |= self._pending

    def _build_engines(
        self, model: keras.Model
    ) -> list[tuple[PatternEngine, tuple[int, ...]]]:
        shape = None if self._size is None else (*self._size, 3)
        spec = model_input(model, self._input, shape)
        shape = canvas_shape(spec, self._preset, self._size)
        found = probe(model, spec, shape)
        engines = []
        for located in resolve_layers(model, self._layers, found):
            check_drawable(found, located)
            engine = PatternEngine(
                found,
                located,
                self._preset,
                preprocess=self._preprocess,
                value_range=self._value_range,
            )
            filters = choose_filters(
                self._filters, engine.num_filters, located.path
            )
            engines.append((engine, filters))
        return engines

    def _range_words(self) -> str:
        engine = self._engines[0][0]
        if isinstance(self._preset.canvas, PixelCanvas):
            return ""
        low, high = engine.pixels
        return f", pixels {low:g} to {high:g} ({engine.pixels_note})"

    def _bytes_per_picture(self) -> int:
        """Encode a picture of noise, the hardest to compress."""
        height, width, _ = self._engines[0][0].image_shape
        noise = np.random.default_rng(0).normal(128, 64, (height, width, 3))
        tile = np.clip(noise, 0, 255).astype(np.uint8)
        return len(encode(tile, encoding_for(tile[None]))) + len(
            encode(tile, "jpeg")
        )


def resolve_layers(
    model: keras.Model, layers: Layers, found: Probe
) -> tuple[Located, ...]:
    """Return the layers to draw, each once.

    Raises:
        ValueError: none is there, or a name is not found.
    """
    addresses = as_layers(layers)
    if isinstance(addresses, str):  # "auto"
        chosen = spread_convolutions(found, NUM_AUTO_LAYERS)
    else:
        chosen = tuple(find_layer(model, layer) for layer in addresses)
    if not chosen:
        raise ValueError(
            f"layers must name at least one layer — got {layers!r}, which "
            f"finds none in {model.name!r}. layer_paths(model) lists the "
            "convolutions."
        )
    return tuple({id(found.layer): found for found in chosen}.values())


def _listing(paths: tuple[str, ...]) -> str:
    shown = ", ".join(paths[:4]) + (", …" if len(paths) > 4 else "")
    return f"{len(paths)} layer{'s' * (len(paths) != 1)} ({shown})"
