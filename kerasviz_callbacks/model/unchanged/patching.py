"""Changes an attribute of one layer or model for a while, without a trace.

The instance is patched, never its class, and a wrapper acts only in the thread
that set it: a training step in another thread runs the original. One thread
patches at a time, so that two threads that draw cannot put back each other's
wrapper.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keras

one_at_a_time = threading.RLock()
_ACTIVATIONS = (
    keras.layers.ELU,
    keras.layers.LeakyReLU,
    keras.layers.PReLU,
    keras.layers.ReLU,
)


@contextlib.contextmanager
def replaced_attribute(
    layer: keras.Layer, name: str, value: Any
) -> Iterator[None]:
    """Set an attribute on the instance, past Keras' tracking; undo it."""
    own: Mapping[str, Any] = vars(layer)
    before = own.get(name)
    had_it = name in own
    object.__setattr__(layer, name, value)
    try:
        yield
    finally:
        if had_it:
            object.__setattr__(layer, name, before)
        else:
            object.__delattr__(layer, name)


@contextlib.contextmanager
def without_activation(layer: keras.Layer) -> Iterator[None]:
    """Let the layer return its pre-activation in this thread.

    That is its input, if it is nothing but an activation.
    """
    name = "call" if is_activation(layer) else "activation"
    original = getattr(layer, name, None)
    if original is None:
        yield
        return
    is_ours = in_this_thread()

    def pass_on(x: Any, *args: Any, **kwargs: Any) -> Any:
        return x if is_ours() else original(x, *args, **kwargs)

    with one_at_a_time, replaced_attribute(layer, name, pass_on):
        yield


def is_activation(layer: Any) -> bool:
    """Return whether a layer only activates each number for itself."""
    if isinstance(layer, keras.layers.Activation):
        return layer.activation is not keras.activations.softmax
    return isinstance(layer, _ACTIVATIONS)


@contextlib.contextmanager
def without_remat(model: keras.Model) -> Iterator[None]:
    """Let layers compute their outputs in the graph at hand, not an inner."""
    with contextlib.ExitStack() as stack:
        for layer in model._flatten_layers():
            if getattr(layer, "_remat_mode", None):
                stack.enter_context(
                    replaced_attribute(layer, "_remat_mode", None)
                )
        yield


@contextlib.contextmanager
def losses_kept(model: keras.Model) -> Iterator[None]:
    """Keep Keras from dropping the losses of the call before."""
    original = model._clear_losses
    is_ours = in_this_thread()

    def clear() -> None:
        if not is_ours():
            original()

    with replaced_attribute(model, "_clear_losses", clear):
        yield


@contextlib.contextmanager
def any_size(model: keras.Model) -> Iterator[None]:
    """Let the model, and models in it, take images of a size not declared.

    A declared size is only a check at the door: layers that depend on it still
    refuse another one.
    """
    is_ours = in_this_thread()

    def open_door(check: Callable[..., Any]) -> Callable[..., Any]:
        def checked(*args: Any, **kwargs: Any) -> Any:
            return None if is_ours() else check(*args, **kwargs)

        return checked

    name = "_assert_input_compatibility"
    with contextlib.ExitStack() as stack:
        for layer in model._flatten_layers():
            if isinstance(layer, keras.Model):
                door = open_door(getattr(layer, name))
                stack.enter_context(replaced_attribute(layer, name, door))
        yield


def in_this_thread() -> Callable[[], bool]:
    """Return a function that returns whether it runs in this thread."""
    thread = threading.get_ident()
    return lambda: threading.get_ident() == thread
