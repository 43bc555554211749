"""Decides which process draws under a strategy, and refuses the rest."""

import keras
import tensorflow as tf

_REFUSED = (
    tf.distribute.TPUStrategy,
    tf.distribute.experimental.ParameterServerStrategy,
    tf.distribute.ParameterServerStrategy,
)


def check_trainer(model: object) -> None:
    """Raise if kerasviz cannot work with this backend or model.

    Raises:
        RuntimeError: If Keras runs on another backend than TensorFlow.
        TypeError: If the model is not a Keras 3 model.
    """
    if keras.backend.backend() != "tensorflow":
        raise RuntimeError(
            "kerasviz needs Keras on TensorFlow — the backend here is "
            f"{keras.backend.backend()!r}. Set KERAS_BACKEND=tensorflow "
            "before Keras is imported."
        )
    kinds = type(model).__mro__
    if any(kind.__module__.startswith("tf_keras") for kind in kinds):
        raise TypeError(
            "model must be of Keras 3 — got one of tf_keras, the legacy Keras "
            f"2: {type(model).__name__}. Build it with keras, and leave "
            "TF_USE_LEGACY_KERAS unset."
        )


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Return whether this process is the one that draws and writes.

    Among several workers it is the first, whose variables are those of all.

    Raises:
        RuntimeError: If nothing can be drawn under this strategy.
    """
    if isinstance(strategy, _REFUSED):
        raise RuntimeError(
            "kerasviz draws without a strategy and under MirroredStrategy, "
            "MultiWorkerMirroredStrategy and OneDeviceStrategy — this is "
            f"{type(strategy).__name__}. Train without the callback and draw "
            "from a saved model with filter_patterns(...) and grad_cam(...)."
        )
    resolver = strategy.cluster_resolver
    if resolver is None or not resolver.task_type:
        return True
    if "chief" in resolver.cluster_spec().jobs:
        return bool(resolver.task_type == "chief")
    return resolver.task_type == "worker" and not resolver.task_id


def strategy_of(model: keras.Model) -> tf.distribute.Strategy:
    """Return the distribution strategy that a model was created under."""
    found = getattr(model, "distribute_strategy", None)
    return found or tf.distribute.get_strategy()
