"""A model to try, and by hand the score that its default heatmap explains."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import keras
import tensorflow as tf

NUM_CLASSES = 5
HIDDEN = 32  # what the smallest transformers have

Score = Callable[[Any], tf.Tensor]


def best_class(outputs: tf.Tensor) -> tf.Tensor:
    """Return the largest score of a class, (n,)."""
    return tf.reduce_max(outputs, axis=-1)


def most_pixels(outputs: tf.Tensor) -> tf.Tensor:
    """Return the sum over pixels of the class that most of them are of."""
    winners = tf.one_hot(tf.argmax(outputs, -1), outputs.shape[-1])
    best = tf.argmax(tf.reduce_sum(winners, axis=[1, 2]), -1)
    masks = tf.gather(winners, best, axis=-1, batch_dims=1)
    scores = tf.gather(outputs, best, axis=-1, batch_dims=1)
    return tf.reduce_sum(scores * tf.stop_gradient(masks), axis=[1, 2])


def foreground(outputs: tf.Tensor) -> tf.Tensor:
    """Return the sum of a mask's logits over its foreground, if there is any.

    Of a mask without foreground, that of the background over all pixels.
    """
    sides = tf.where(outputs > 0, outputs, 0.0)
    ahead = tf.reduce_sum(sides, axis=[1, 2, 3])
    return tf.where(ahead > 0, ahead, -tf.reduce_sum(outputs, axis=[1, 2, 3]))


def best_box(scores: tf.Tensor) -> tf.Tensor:
    """Return the score of the most confident detection, (n,)."""
    return tf.reduce_max(scores, axis=[1, 2])


@dataclass(frozen=True)
class Case:
    """A model of random weights, and how a user would feed it.

    Attributes:
        name: As it stands in the table.
        build: Builds it; `size` is that of its images.
        size: Height and width of the images, px.
        preprocess: Function from images of 0 to 255 to what the model takes.
        score: What the default explains, computed from the output.
        output: Which of several outputs that is.
        options: Arguments of `grad_cam` without which it could not know.
        has_patterns: False where those of another case are the same.
    """

    name: str
    build: Callable[[int], keras.Model]
    size: int = 96
    preprocess: Callable[[Any], Any] | None = None
    score: Score = best_class
    output: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    has_patterns: bool = True

    def fed(self, images: Any) -> Any:
        """Return images (n, h, w, 3) from 0 to 255 as the model takes them."""
        return images if self.preprocess is None else self.preprocess(images)

    def explained(self, outputs: Any) -> tf.Tensor:
        """Return the output that is explained."""
        return outputs if self.output is None else outputs[self.output]
