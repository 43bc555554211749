"""Shares over steps in, a small chart as part of a page out."""

from collections.abc import Sequence

from kerasviz_callbacks.commands.export.page.markup import Element, el

_WIDTH, _HEIGHT, _EDGE = 300, 60, 6


def share_chart(points: Sequence[tuple[int, float]]) -> Element:
    """Return a line from 0% (below) to 100% (above).

    Args:
        points: step, and share in [0, 1], by step.
    """
    first, last = points[0][0], points[-1][0]
    span = max(1, last - first)
    places = [
        (
            _EDGE + (_WIDTH - 2 * _EDGE) * (step - first) / span,
            _HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * share,
        )
        for step, share in points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    level = {"x1": "0", "x2": str(_WIDTH), "class_": "level"}
    return el(
        "svg",
        *(
            el("line", y1=str(at), y2=str(at), **level)
            for at in (_EDGE, _HEIGHT - _EDGE)
        ),
        el("polyline", points=line),
        el("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="4"),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        aria_label=f"from {points[0][1]:.0%} to {points[-1][1]:.0%}",
    )
