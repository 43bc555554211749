"""Runs a forward pass and reads the activations of chosen layers.

While the pass runs (or is traced), the `call` of each chosen layer instance is
wrapped, its output is kept, and the original is put back whatever happens.
Unlike graph surgery (`keras.Model(model.inputs, layer.output)`), this reaches
layers of functional, Sequential, nested, subclassed, shared and replicated
models.

Nothing of the model changes. What this takes, and why:

| step                        | without it                                    |
|-----------------------------|-----------------------------------------------|
| `training=False` passed     | a layer whose own default is `training=True`  |
|                             | turns the rest of the model to training       |
| `StatelessScope`            | losses, seeds and statistics would be assigned|
| losses not cleared          | those of the last call of the model would be  |
|                             | gone from `model.losses`                      |
| patch the instance, restore | the next training step would call the wrapper |
| look at the thread          | a training step in another thread would too   |
| one tap at a time           | two threads that draw would put back each     |
|                             | other's wrapper                               |
| leave by a `BaseException`  | Keras' filters would swallow it               |
| remat off                   | the tensor would belong to an inner graph     |
| grouped convolutions by     | XLA would compile them, and their gradient    |
| other operations            | would take seconds on a CPU                   |
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from kerasviz_callbacks.model.dependence import dependents, used_directly
from kerasviz_callbacks.model.unchanged import (
    any_size,
    fast_grouped_convolutions,
    in_this_thread,
    losses_kept,
    one_at_a_time,
    replaced_attribute,
    tracing_kept,
    without_remat,
)


class TapError(RuntimeError):
    """An activation cannot be reached; the message says why and what to do."""


@dataclass(frozen=True)
class Answer:
    """The tensors that one call of a layer returned.

    Attributes:
        tensors: All of them, in the order of the nest.
        inputs: The tensors among the call's arguments, in their order.
    """

    tensors: tuple[tf.Tensor, ...]
    inputs: tuple[tf.Tensor, ...]

    def place(self, targets: Sequence[tf.Tensor] = ()) -> int:
        """Return the index of the tensor that stands for the layer.

        Args:
            targets: What is explained. Of the tensors that it uses, if any, the
                one of the input's rank is taken (no attention scores), then
                that of the highest rank, then that of the most channels.
        """
        used = self.used(targets) or range(len(self.tensors))
        return max(used, key=self._merit)

    def used(self, targets: Sequence[tf.Tensor]) -> tuple[int, ...]:
        """Return the indices of the tensors that the targets use."""
        if len(self.tensors) == 1 or not targets:
            return ()
        return used_directly(targets, self.tensors)

    def _merit(self, index: int) -> tuple[bool, int, int]:
        shape = self.tensors[index].shape
        rank = shape.rank or 0
        channels = (shape[-1] or 0) if rank else 0
        given = self.inputs[0].shape.rank if self.inputs else None
        return rank == given, rank, channels


@dataclass(frozen=True)
class Forward:
    """The result of a tapped forward pass.

    Attributes:
        outputs: The model's outputs; None if the pass was left early.
        answers: For each tapped layer, its answer at each call, in order.
        places: For each tapped layer, the index of the tensor to take of its
            answers; None for the one that `Answer.place` prefers.
        inner: Indices of the layers that were called inside an inner graph (a
            `tf.cond` branch, a `tf.function` of their own), which a tensor
            cannot leave. Those calls are missing from `answers`.
    """

    outputs: Any
    answers: tuple[tuple[Answer, ...], ...]
    places: tuple[int | None, ...]
    inner: frozenset[int]

    @property
    def calls(self) -> tuple[tuple[tf.Tensor, ...], ...]:
        """For each tapped layer, the tensor taken at each call, in order."""
        return tuple(
            tuple(_taken(answer, place) for answer in answers)
            for answers, place in zip(self.answers, self.places, strict=True)
        )

    def activation(
        self,
        index: int,
        layer: keras.Layer,
        image: tf.Tensor | None = None,
        call: int | None = None,
    ) -> tf.Tensor:
        """Return the layer's output at its last call, or at another.

        Args:
            index: Index of the layer among the tapped ones.
            layer: The layer, for error messages.
            image: Symbolic image. If given, only calls that depend on it count:
                a tower that several inputs pass through is called for each of
                them.
            call: Which call, from 0 on. Defaults to the last that counts.

        Raises:
            TapError: If the layer was never called, only inside an inner graph,
                or not on the image.
        """
        answer = self.answer(index, layer, image, call)
        return _taken(answer, self.places[index])

    def answer(
        self,
        index: int,
        layer: keras.Layer,
        image: tf.Tensor | None = None,
        call: int | None = None,
    ) -> Answer:
        """Return all that the layer returned at a call.

        Takes and raises what `activation` does.
        """
        answers, place = self.answers[index], self.places[index]
        if not answers:
            raise unreachable(layer, index in self.inner)
        if call is not None and call < len(answers):
            return answers[call]
        if image is None:
            return answers[-1]
        reached = dependents(image)
        for answer in reversed(answers):
            if _taken(answer, place).op.name in reached:
                return answer
        raise TapError(
            f"Layer {layer.name!r} does not see the image, only other inputs "
            "of the model. Choose another layer, or name the image that it "
            "sees with input=…"
        )


def unreachable(layer: keras.Layer, is_inner: bool) -> TapError:
    """Return the error for a layer that a tap cannot see."""
    if is_inner:
        return TapError(
            f"Layer {layer.name!r} runs inside an inner graph (a tf.cond "
            "branch or a tf.function of its own), which its activation "
            "cannot leave. Choose the layer around it."
        )
    return TapError(
        f"Layer {layer.name!r} is part of the model but is never called in "
        "its forward pass, so it has no activation. Choose another."
    )


class _LeaveForward(BaseException):
    """Every layer has been called as often as needed: skip the rest."""


def forward(
    model: keras.Model,
    inputs: Any,
    layers: Sequence[keras.Layer],
    *,
    stop_after: Sequence[int] | None = None,
    on_call: Callable[[int, Answer], None] | None = None,
    places: Sequence[int | None] | None = None,
    weights: Sequence[tuple[Any, tf.Tensor]] = (),
    is_any_size: bool = False,
) -> Forward:
    """Run the model in inference mode and keep the layers' outputs.

    Args:
        model: A built model. Nothing of it changes.
        inputs: The argument of the model's `call`.
        layers: Layers of the model, each at most once.
        stop_after: Leave the pass as soon as layer `i` has been called
            `stop_after[i]` times, for all `i`; the rest of the model is then
            neither traced nor computed. Defaults to None: run to the end.
        on_call: Function that is called with the layer's index and answer at
            each call, before the pass goes on (where a gradient tape begins to
            watch).
        places: For each layer, the index of the tensor to take of several that
            it returns, as a probe found it. Defaults to None: see
            `Answer.place`.
        weights: Pairs of a variable of the model and the value to use for it in
            this pass.
        is_any_size: Whether to let images pass whose size is not the declared
            one.
    """
    log = _CallLog(len(layers), stop_after, on_call)
    outputs = None
    with contextlib.ExitStack() as stack:
        stack.enter_context(one_at_a_time)
        stack.enter_context(tracing_kept(model))
        scope = keras.StatelessScope(weights, initialize_variables=False)
        stack.enter_context(scope)
        stack.enter_context(without_remat(model))
        stack.enter_context(losses_kept(model))
        stack.enter_context(fast_grouped_convolutions(model))
        if is_any_size:
            stack.enter_context(any_size(model))
        for index, layer in enumerate(layers):
            stack.enter_context(_wrapped(layer, index, log))
        with contextlib.suppress(_LeaveForward):
            outputs = model(inputs, training=False)
    answers = tuple(tuple(answers) for answers in log.answers)
    taken = tuple(places or [None] * len(layers))
    return Forward(outputs, answers, taken, frozenset(log.inner))


def _taken(answer: Answer, place: int | None) -> tf.Tensor:
    return answer.tensors[answer.place() if place is None else place]


class _CallLog:
    """The outputs seen so far, and whether all that is needed is there."""

    def __init__(
        self,
        num_layers: int,
        stop_after: Sequence[int] | None,
        on_call: Callable[[int, Answer], None] | None,
    ) -> None:
        self.answers: list[list[Answer]] = [[] for _ in range(num_layers)]
        self._stop_after = stop_after
        self._on_call = on_call
        self.is_ours = in_this_thread()  # that opened the tap
        self._graph = _current_graph()
        self.inner: set[int] = set()

    def add(self, index: int, inputs: Any, output: Any) -> None:
        """Keep the tensors of an output."""
        if _current_graph() is not self._graph:
            self.inner.add(index)
            return
        tensors = _tensors(output)
        if not tensors:
            return
        answer = Answer(tuple(tensors), tuple(_tensors(inputs)))
        self.answers[index].append(answer)
        if self._on_call is not None:
            self._on_call(index, answer)
        if self._stop_after is not None and all(
            len(answers) >= wanted
            for answers, wanted in zip(
                self.answers, self._stop_after, strict=True
            )
        ):
            raise _LeaveForward


def _tensors(nest: Any) -> list[tf.Tensor]:
    return [x for x in tf.nest.flatten(nest) if tf.is_tensor(x)]


@contextlib.contextmanager
def _wrapped(layer: keras.Layer, index: int, log: _CallLog) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for name in ("call", "quantized_call"):
            if hasattr(layer, name):
                original = getattr(layer, name)
                wrapper = _recorder(original, index, log)
                stack.enter_context(replaced_attribute(layer, name, wrapper))
        yield


def _recorder(
    original: Callable[..., Any], index: int, log: _CallLog
) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        output = original(*args, **kwargs)
        if log.is_ours():
            log.add(index, (args, kwargs), output)
        return output

    return call


def _current_graph() -> Any:
    return None if tf.executing_eagerly() else tf.compat.v1.get_default_graph()
