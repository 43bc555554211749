"""Asks the optimizer for its count and its averages of the weights."""

import contextlib
from collections.abc import Iterator

import keras
import tensorflow as tf


def check_averaged(model: keras.Model) -> None:
    """Raise ValueError unless the optimizer keeps an average of the weights."""
    optimizer = getattr(model, "optimizer", None)
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    if not getattr(inner, "use_ema", False):
        raise ValueError(
            "weights='averaged' needs an optimizer that averages them — got "
            f"{optimizer!r}. Compile with one made with use_ema=True, or draw "
            "weights='live'."
        )


@contextlib.contextmanager
def averaged_weights(model: keras.Model) -> Iterator[None]:
    """Lend the model the averages that its optimizer keeps.

    Every weight is put back bit by bit, whatever happens. Until its first
    step an optimizer has no averages: the weights are their own.
    """
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    pairs = []
    if optimizer.built and optimizer_count(model):
        averages = optimizer._model_variables_moving_average
        pairs = list(zip(optimizer._trainable_variables, averages, strict=True))
    live = [variable.numpy() for variable, _ in pairs]
    try:
        for variable, average in pairs:
            variable.assign(average)
        yield
    finally:
        for (variable, _), value in zip(pairs, live, strict=True):
            variable.assign(value)


def optimizer_count(model: keras.Model) -> int | None:
    """Return the optimizer's iterations; None where there is not one."""
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return None
    # Not `int` at once: a replicated variable has no such conversion.
    return int(tf.convert_to_tensor(optimizer.iterations))
