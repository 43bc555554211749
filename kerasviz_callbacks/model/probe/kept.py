"""Keeps what was traced of a model for as long as the model lives.

A notebook calls `grad_cam` and `filter_patterns` again and again, and tracing
takes longer than a forward pass of a hundred images. What was traced holds the
model, so a table of models beside it would never let one go. It is kept in the
model itself, past the attributes that Keras tracks: both are garbage together.

What is kept is thrown away once anything differs that a trace may have read;
see `signature`.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

import keras

from kerasviz_callbacks.model.probe.signature import (
    TRACES,
    Signature,
    trace_signature,
)

Made = TypeVar("Made")

_MOST = 4  # of a kind: a loop over layers does not grow


class KeptTraces:
    """What was traced of one model; nothing of it is copied or pickled.

    Args:
        signature: What the traces depend on; see `trace_signature`.
    """

    def __init__(self, signature: Signature = ()) -> None:
        self.signature = signature
        self._kept: dict[str, list[tuple[Any, Any]]] = defaultdict(list)

    def __reduce__(self) -> tuple[type["KeptTraces"], tuple[()]]:
        return KeptTraces, ()

    def __deepcopy__(self, memo: Any) -> "KeptTraces":
        return KeptTraces()

    def get(self, kind: str, key: Any, make: Callable[[], Made]) -> Made:
        """Return what was made for a key, or make it.

        Args:
            kind: What it is. Of each kind the four are kept that were used
                last.
            key: All that it depends on beside the model. It is compared by
                `==`, and kept: what it holds cannot be garbage whose place in
                memory another object takes.
            make: Function that makes it.
        """
        kept = self._kept[kind]
        for index, (known, made) in enumerate(kept):
            if known == key:
                kept.append(kept.pop(index))
                found: Made = made
                return found
        new = make()
        kept.append((key, new))
        del kept[:-_MOST]
        return new


def traces_of(model: keras.Model) -> KeptTraces:
    """Return what was traced of a model as it is now; nothing, at first."""
    signature = trace_signature(model)
    traces: KeptTraces | None = vars(model).get(TRACES)
    if traces is None or traces.signature != signature:
        traces = KeptTraces(signature)
        vars(model)[TRACES] = traces  # Keras would track it as an attribute
    return traces


def no_traces(model: keras.Model) -> KeptTraces:
    """Return nothing, and keep nothing: for what is traced once for long."""
    return KeptTraces()
