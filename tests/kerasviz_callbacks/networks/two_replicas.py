"""The small networks, on two logical devices and on none."""

from collections.abc import Callable

import keras
import tensorflow as tf

from tests.kerasviz_callbacks.networks.training import fit


def two_replicas() -> tf.distribute.MirroredStrategy:
    """Return a strategy of both CPU devices that `conftest.py` makes."""
    devices = [d.name for d in tf.config.list_logical_devices("CPU")[:2]]
    return tf.distribute.MirroredStrategy(
        devices,
        # Collectives of two strategies in one process collide.
        cross_device_ops=tf.distribute.ReductionToOneDevice(),
    )


def replicated(build: Callable[[], keras.Model]) -> keras.Model:
    """Return a model that lies on two devices."""
    with two_replicas().scope():
        return build()


def trained_twins(
    build: Callable[[], keras.Model], **options
) -> tuple[keras.Model, keras.Model]:
    """Return a trained model on two devices, and the same on one."""
    model, plain = replicated(build), build()
    fit(model, **options)
    plain.set_weights(model.get_weights())
    return model, plain
