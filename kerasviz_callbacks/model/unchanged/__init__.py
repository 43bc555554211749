"""What is changed while a model is drawn, and put back whatever happens.

A layer, a traced function or nothing comes in. Out goes a context in which an
attribute is another one (`patching`), or in which grouped convolutions are
computed by faster operations (`grouped`), an object that passes for the model
in its own methods (`stand_in`), or a function that leaves no trace in the state
that Keras does not keep: variables of TensorFlow, the generators of NumPy and
Python (`state`).
"""

from kerasviz_callbacks.model.unchanged.grouped import (
    fast_grouped_convolutions,
)
from kerasviz_callbacks.model.unchanged.patching import (
    any_size,
    in_this_thread,
    losses_kept,
    one_at_a_time,
    replaced_attribute,
    without_activation,
    without_remat,
)
from kerasviz_callbacks.model.unchanged.stand_in import StandIn
from kerasviz_callbacks.model.unchanged.state import (
    generators_kept,
    keeping_state,
    tracing_kept,
    variables_kept,
)

__all__ = [
    "StandIn",
    "any_size",
    "fast_grouped_convolutions",
    "generators_kept",
    "in_this_thread",
    "keeping_state",
    "losses_kept",
    "one_at_a_time",
    "replaced_attribute",
    "tracing_kept",
    "variables_kept",
    "without_activation",
    "without_remat",
]
