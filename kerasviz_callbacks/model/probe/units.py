"""Chooses the layers whose filters are worth drawing, and where these end.

Measured by forced choice on EfficientNet-Lite0 (`benchmarks/forced_choice.py`):
patterns of wide layers tell a filter best, those of depthwise convolutions and
of linear bottlenecks worst. So `"auto"` takes, at each size of map, the last of
the widest convolutions that a nonlinearity follows, and of these four, spread
over the depth.

| kind of layer                                | taken                        |
|----------------------------------------------|------------------------------|
| convolution, then ReLU and the like          | if it is the widest          |
| depthwise convolution                        | no: it mixes nothing         |
| convolution that ends without a nonlinearity | no: a linear bottleneck      |
| first layer of an MLP, on tokens or a map    | always (ViT, ConvNeXt)       |
| what makes patches of the image, beside MLPs | always                       |

If there are fewer, other convolutions fill up; if there is none, any layer with
filters will do.
"""

from collections.abc import Sequence
from typing import Any

import keras

from kerasviz_callbacks.arrays import spread_evenly
from kerasviz_callbacks.model.layers import Located, is_convolution
from kerasviz_callbacks.model.probe.trace import LayerCall, Probe

NUM_AUTO_LAYERS = 4

_NONLINEAR_LAYERS = ("ReLU", "Activation", "LeakyReLU", "PReLU", "ELU")
_NONLINEAR = frozenset(
    "Elu Erf Erfc Gelu HardSigmoid HardSilu HardSwish LeakyRelu Mish Pow Relu"
    " Relu6 Selu Sigmoid Silu Softplus Swish Tanh".split()
)


def spread_layers(probe: Probe, num_layers: int) -> tuple[Located, ...]:
    """Choose layers whose filters are worth drawing, over the whole depth.

    The last is always chosen, and the first if there is one per layer that is
    asked for.

    Source: Ghiasi et al. 2022, "What do Vision Transformers Learn?",
    https://arxiv.org/abs/2212.06727, for the units of transformers.
    """
    calls = _first_calls(call for call in probe.calls if call.sees_image)
    with_filters = [c for c in calls if _is_filtering(c) or _is_on_places(c)]
    units = [call for call in calls if widens_places(call)]
    # Queries, keys and values may be one wide layer, and are no units.
    units = [one for one in units if _is_nonlinear(probe, one)] or units
    convolutions = [call for call in calls if _is_filtering(call)]
    plain = [c for c in convolutions if not _is_depthwise(c.located.layer)]
    mixing = [call for call in plain if _is_nonlinear(probe, call)]
    if units:
        chosen = [*with_filters[:1], *mixing, *units]
    else:
        chosen = _of_stages(mixing, num_layers)
        others = [call for call in plain if call not in chosen]
        chosen += spread_evenly(others, max(num_layers - len(chosen), 0))
    chosen = [call for call in calls if call in chosen]
    chosen = chosen or convolutions or with_filters[:1]
    return tuple(one.located for one in spread_evenly(chosen, num_layers))


def unit_of(probe: Probe, located: Located) -> Located:
    """Return where the filters of a layer end, under the layer's own path.

    That is behind a batch normalization that alone takes the output of a
    convolution: what is maximized before it may be what the unit is inhibited
    by, where the scale is negative.
    """
    layer = located.layer
    calls = probe.calls_of(layer)
    if len(calls) != 1 or not is_convolution(layer) or _is_active(layer):
        return located
    normalised = _normalised(probe, calls[0])
    if normalised is calls[0]:
        return located
    return Located(located.path, normalised.located.layer, holder=layer)


def widens_places(call: LayerCall) -> bool:
    """Return whether a call is the first layer of an MLP on tokens or a map."""
    layer = call.located.layer
    is_such = _is_on_places(call)
    return is_such and bool(layer.units > layer.kernel.shape[0])


def _first_calls(calls: Any) -> list[LayerCall]:
    """Return one call of each layer."""
    seen: dict[int, LayerCall] = {}
    for call in calls:
        seen.setdefault(id(call.located.layer), call)
    return list(seen.values())


def _of_stages(calls: Sequence[LayerCall], num_layers: int) -> list[LayerCall]:
    """Return the widest of each size of map; the last ones if they suffice."""
    widest: dict[Any, int] = {}
    for call in calls:
        size, width = call.shape[1:-1], call.shape[-1] or 0
        widest[size] = max(widest.get(size, 0), width)
    wide = [c for c in calls if (c.shape[-1] or 0) == widest[c.shape[1:-1]]]
    last = {call.shape[1:-1]: call for call in wide}
    if len(last) < num_layers:
        return wide
    return [call for call in wide if last[call.shape[1:-1]] is call]


def _is_on_places(call: LayerCall) -> bool:
    """Return whether it is a Dense layer on tokens, or on a map's positions.

    Not on the single position that a squeeze-and-excite block leaves.
    """
    if not isinstance(call.located.layer, keras.layers.Dense):
        return False
    if len(call.shape) == 4:
        return call.keeps_places and any(x != 1 for x in call.shape[1:-1])
    return len(call.shape) == 3


def _is_filtering(call: LayerCall) -> bool:
    is_map = len(call.shape) == 4 and any(x != 1 for x in call.shape[1:-1])
    return is_map and is_convolution(call.located.layer)


def _is_depthwise(layer: keras.Layer) -> bool:
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        return True
    return getattr(layer, "groups", 1) > 1 and layer.kernel.shape[-2] == 1


def _is_nonlinear(probe: Probe, call: LayerCall) -> bool:
    """Return whether a nonlinearity follows, at once or after normalizing."""
    if _is_active(call.located.layer):
        return True
    end = _normalised(probe, call)
    if _NONLINEAR & end.used_by:
        return True
    return any(
        end.output in other.takes
        and type(other.located.layer).__name__
        in (*_NONLINEAR_LAYERS, *_NONLINEAR)
        for other in probe.calls
    )


def _is_active(layer: keras.Layer) -> bool:
    activation = getattr(layer, "activation", None)
    return activation not in (None, keras.activations.linear)


def _normalised(probe: Probe, call: LayerCall) -> LayerCall:
    """Return the normalization that alone takes an output, or the call."""
    if call.num_uses != 1:
        return call
    for other in probe.calls:
        layer = other.located.layer
        is_norm = isinstance(layer, keras.layers.BatchNormalization)
        if is_norm and other.takes[:1] == (call.output,):
            return other if probe.num_calls(layer) == 1 else call
    return call
