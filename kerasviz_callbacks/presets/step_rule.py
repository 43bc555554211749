"""A gradient in, the next state of the ascent out."""

import math
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import tensorflow as tf

Velocity: TypeAlias = Any  # a tensor, or a structure of tensors


class StepRule(Protocol):
    """How ascent steps. `velocity` is whatever the rule carries along."""

    def start(self, state: tf.Tensor) -> Velocity:
        """Return the first velocity."""

    def step(
        self,
        state: tf.Tensor,
        velocity: Velocity,
        gradient: tf.Tensor,
        progress: tf.Tensor,
    ) -> tuple[tf.Tensor, Velocity]:
        """Return the next state and velocity; `progress` runs from 0 to 1."""


@dataclass(frozen=True)
class NormalisedStep:
    """The recipe's: a step of fixed length along the gradient of each image.

    Source: Chollet, Deep Learning with Python, 2nd ed., section 9.4.2.
    """

    length: float = 10.0

    def start(self, state: tf.Tensor) -> tf.Tensor:
        """Return nothing of interest: steps do not depend on earlier ones."""
        return tf.zeros([])

    def step(
        self,
        state: tf.Tensor,
        velocity: tf.Tensor,
        gradient: tf.Tensor,
        progress: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the state one length further."""
        axes = list(range(1, state.shape.rank))
        return (
            state + self.length * tf.math.l2_normalize(gradient, axis=axes),
            velocity,
        )


@dataclass(frozen=True)
class MomentumStep:
    """Normalised gradients with Nesterov momentum, sinking to 0 at the end.

    The rate stays for a while and sinks along half a cosine. Nesterov's step
    looks one step ahead (as in Sutskever et al. 2013, "On the importance of
    initialization and momentum in deep learning"): as strong a pattern in two
    thirds of the steps.

    Not Adam: it divides every coefficient by its own gradient, so that the
    smallest ones, which are noise, move as much as the largest, and the
    picture shows the noise (correlation with itself after a change of 1e-6 in
    the start: 0.57 against 0.80 at a deep layer).

    Attributes:
        rate: of the first steps, times a gradient of root mean square 1.
        momentum: share of the velocity that is kept.
        hold: share of the ascent after which the rate begins to sink.
    """

    rate: float = 0.018
    momentum: float = 0.8
    hold: float = 0.3

    def start(self, state: tf.Tensor) -> tf.Tensor:
        """Return a standstill."""
        return tf.zeros_like(state)

    def step(
        self,
        state: tf.Tensor,
        velocity: tf.Tensor,
        gradient: tf.Tensor,
        progress: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the state moved by the new velocity."""
        axes = list(range(1, state.shape.rank))
        direction = tf.math.l2_normalize(gradient, axis=axes, epsilon=1e-30)
        # A velocity that is NaN once would be NaN for ever.
        usable = tf.where(tf.math.is_finite(direction), direction, 0.0)
        velocity = self.momentum * velocity + usable
        length = self.rate * math.sqrt(math.prod(state.shape[1:]))
        sunk = tf.maximum(progress - self.hold, 0.0) / (1 - self.hold)
        sinking = 0.5 * (1 + tf.cos(math.pi * sunk))
        ahead = usable + self.momentum * velocity
        return state + length * sinking * ahead, velocity


@dataclass(frozen=True)
class AdamStep:
    """Adam, as most tools climb (Kingma and Ba 2015, algorithm 1).

    Strong and fast, and the reason why patterns of most tools differ from run
    to run: see `MomentumStep`.

    Attributes:
        rate: of learning.
        first: decay of the mean of the gradients.
        second: decay of the mean of their squares.
        epsilon: keeps the division finite.
    """

    rate: float = 0.05
    first: float = 0.9
    second: float = 0.999
    epsilon: float = 1e-8

    def start(self, state: tf.Tensor) -> Velocity:
        """Return both means, and how many steps they have seen."""
        return tf.zeros_like(state), tf.zeros_like(state), tf.constant(0.0)

    def step(
        self,
        state: tf.Tensor,
        velocity: Velocity,
        gradient: tf.Tensor,
        progress: tf.Tensor,
    ) -> tuple[tf.Tensor, Velocity]:
        """Return the state moved up."""
        mean, square, count = velocity
        # Means that are NaN once would be NaN for ever.
        usable = tf.where(tf.math.is_finite(gradient), gradient, 0.0)
        mean = self.first * mean + (1 - self.first) * usable
        square = self.second * square + (1 - self.second) * usable**2
        count += 1.0
        unbiased = mean / (1 - self.first**count)
        size = tf.sqrt(square / (1 - self.second**count)) + self.epsilon
        return state + self.rate * unbiased / size, (mean, square, count)
