"""Batches arrays as `fit` does."""

from typing import Any

import tensorflow as tf

BATCH_SIZE = 32  # that of `fit`


def batches(images: Any, labels: Any, *, is_tuned: bool) -> tf.data.Dataset:
    """Return shuffled batches; TensorFlow tunes how they are made, or not."""
    examples = tf.data.Dataset.from_tensor_slices((images, labels))
    options = tf.data.Options()
    options.autotune.enabled = is_tuned
    shuffled = examples.shuffle(len(images)).batch(BATCH_SIZE).prefetch(2)
    return shuffled.with_options(options)
