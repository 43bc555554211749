"""A model in, a forward pass with weights of no meaning out.

The values are copied, shuffled, and put in place of the model's while its
forward pass is traced; the live variables are read once and never written.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.model.layers import Located
from kerasviz_callbacks.model.probe import Probe


class ShuffledWeights:
    """Copies of a model's weights that can lose their meaning.

    The entries of each weight are shuffled among themselves. So each keeps its
    scale, its bias and, for a variance, its sign, and what is lost is only
    what was learned. The paper draws initial weights anew instead, which asks
    for the initialiser of every weight.

    Args:
        variables: floating point weights.
        seed: of the shuffling.

    Attributes:
        pairs: each variable and its copy, for `tap.forward`.
    """

    def __init__(self, variables: Iterable[Any], seed: int) -> None:
        self.pairs = tuple(
            (variable, tf.Variable(variable.numpy(), trainable=False))
            for variable in variables
            if tf.as_dtype(variable.dtype).is_floating
        )
        self._seed = seed

    def shuffle(self, chosen: Iterable[Any]) -> None:
        """Shuffle these, and give the others the live values."""
        names = {id(variable) for variable in chosen}
        rng = np.random.default_rng(self._seed)
        for variable, copy in self.pairs:
            value = variable.numpy()
            if id(variable) in names:
                value = rng.permutation(value.reshape(-1)).reshape(value.shape)
            copy.assign(value)


def head_weights(found: Probe, layers: Sequence[Located]) -> tuple[Any, ...]:
    """Return the weights of what is called after the last of these layers.

    A layer that is called before too (a shared one) is not part of the head.
    """
    order = [answer.located.layer for answer in found.answers]
    tapped = {id(located.layer) for located in layers}
    last = max(i for i, layer in enumerate(order) if id(layer) in tapped)
    before = {id(v) for layer in order[: last + 1] for v in _own(layer)}
    after = {id(v): v for layer in order[last + 1 :] for v in _own(layer)}
    return tuple(v for key, v in after.items() if key not in before)


def _own(layer: Any) -> list[Any]:
    """Return a layer's variables without those of the layers inside it."""
    return [*layer._trainable_variables, *layer._non_trainable_variables]
