"""The layers of a stream in, which never changed and which began to out.

A layer is still where every picture repeats the baseline's, or its weights
moved by less than `STILL`, or, where these are not measured, its change lies
under the noise floor.
"""

from collections.abc import Sequence

from tb_plugin.contract import Capture, PatternLayer
from tb_plugin.findings.change import change_measures, is_noise
from tb_plugin.findings.finding import (
    Finding,
    counted,
    moment,
    patterns_of,
    short,
)
from tb_plugin.serving.payload import DrawnLayer

STILL = 1e-6  # relative; float32 has seven digits

Layers = Sequence[Sequence[DrawnLayer]]


def still_findings(stream: Sequence[Capture], layers: Layers) -> list[Finding]:
    """Return which layers never changed, and which began to."""
    first_moves = [_first_move(drawn) for drawn in layers]
    still = [
        drawn
        for drawn, first in zip(layers, first_moves, strict=True)
        if first is None
    ]
    found = []
    if still:
        found.append(_still(still, len(layers)))
    for drawn, first in zip(layers, first_moves, strict=True):
        if first is not None and first > 1:
            found.append(_moves_since(stream, drawn, first))
    return found


def _first_move(drawn: Sequence[DrawnLayer]) -> int | None:
    """Return the first capture in which the layer is another; None: none."""
    for i, each in enumerate(drawn[1:], 1):
        if not _is_still(patterns_of(each)):
            return i
    return None


def _is_still(layer: PatternLayer) -> bool:
    """Tell whether a layer is at its baseline still."""
    if set(layer.origin) == {"unchanged"}:
        return True
    measures = change_measures(layer)
    moved = [v for v in measures.get("weight_change_baseline", ()) if v]
    if "weight_change_baseline" in measures:
        return max(moved, default=0.0) < STILL
    return is_noise(measures, "baseline") is True


def _still(still: Layers, num_layers: int) -> Finding:
    names = [short(drawn[-1].layer.path) for drawn in still]
    listed = ", ".join(names[:3]) + (
        f" and {len(names) - 3} more" if len(names) > 3 else ""
    )
    last = still[-1][-1]
    everything = len(still) == num_layers
    return Finding(
        weight=0.9 if everything else 0.45,
        tone="bad" if everything else "news",
        title=f"{listed}: unchanged since the baseline",
        text=f"{counted(len(still), 'layer')} of {num_layers} that are drawn "
        "did not change in any capture: frozen, or not reached by the "
        "gradient.",
        kind=last.capture.kind,
        stream=last.capture.stream,
        path=last.layer.path,
        item=None,
        step=last.capture.step,
        versus=None,
    )


def _moves_since(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer], first: int
) -> Finding:
    at = drawn[first].capture
    path = drawn[first].layer.path
    return Finding(
        weight=0.5,
        tone="news",
        title=f"{short(path)} changes since {moment(at, stream)}",
        text=f"Until then {counted(first, 'capture')} showed no change: it "
        "was frozen, and no longer is.",
        kind=at.kind,
        stream=at.stream,
        path=path,
        item=None,
        step=at.step,
        versus=drawn[first - 1].capture.step,
    )
