"""Passes for a model in the model's own methods, and answers calls itself.

What a method does before or after it calls the model (`predict_step`, a
decoder of boxes) can be learned by running that method on a stand-in. The
model is neither called nor patched, so a training step in another thread never
meets anything of it.

| the method uses                | it gets                                     |
|--------------------------------|---------------------------------------------|
| `self(x)`, `self.call(x)`      | what `answer` returns                       |
| an attribute named in `instead`| the value given there                       |
| a method of the model          | the method, with the stand-in as `self`     |
| `super().method()`             | the same method of the class above, likewise|
| any other attribute            | the model's own                             |
| `self.name = value`            | a place in the stand-in; the model keeps its|
"""

import inspect
import types
from collections.abc import Callable
from typing import Any

import keras


class StandIn:
    """An object that `isinstance` and `super` take for the model.

    Args:
        model: The model.
        answer: Function that is called in place of the model.
        instead: Attributes to use in place of the model's, by name.
    """

    def __init__(
        self, model: keras.Model, answer: Callable[..., Any], **instead: Any
    ) -> None:
        values = {"call": answer, **instead}
        object.__setattr__(self, "_stands_for", (model, answer, values))

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return type(self._stands_for[0])

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what `answer` does."""
        return self._stands_for[1](*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        model, _, values = self._stands_for
        if name in values:
            return values[name]
        own = inspect.getattr_static(type(model), name, None)
        if isinstance(own, types.FunctionType) and name not in vars(model):
            return own.__get__(self)
        return getattr(model, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._stands_for[2][name] = value
