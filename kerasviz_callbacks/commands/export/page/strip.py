"""Parts of the report: a panel's film strip and numbers, and a small chart."""

from collections.abc import Iterator, Sequence

from kerasviz_callbacks.commands.export.page.markup import (
    Element,
    all_of,
    el,
    picture,
)
from kerasviz_callbacks.commands.export.panels.panel import (
    Cell,
    Column,
    Panel,
    RowHead,
)

_VERDICTS = {True: "right", False: "wrong", None: ""}


def panel_section(panel: Panel, anchor: str) -> Element:
    """Return what the page shows of a layer.

    Args:
        panel: The panel of the layer.
        anchor: Target of links to it.
    """
    remarks = [*panel.left_out, *(f"Not readable: {f}" for f in panel.faults)]
    return el(
        "section",
        el("h3", el("bdi", panel.title)),
        el("p", panel.about, class_="about"),
        _strip(panel),
        _numbers(panel),
        all_of("ul", [el("li", each) for each in remarks], class_="remarks")
        if remarks
        else None,
        id=anchor,
        class_=f"panel {panel.kind}",
    )


def _strip(panel: Panel) -> Element:
    heads = [el("th"), *(_column_head(column) for column in panel.columns)]
    rows = [
        all_of("tr", [_row_head(row), *_row_cells(panel, row, cells)])
        for row, cells in zip(panel.rows, panel.cells, strict=True)
    ]
    table = el("table", el("thead", all_of("tr", heads)), all_of("tbody", rows))
    label = f"{panel.title} over training"
    return el("div", table, class_="strip", tabindex="0", aria_label=label)


def _column_head(column: Column) -> Element:
    event = "" if column.event == column.moment else column.event
    return el(
        "th",
        el("em", event),
        el("b", column.moment),
        el("small", f"step {column.step}"),
        scope="col",
    )


def _row_head(row: RowHead) -> Element:
    shown = None if row.picture is None else picture(row.picture, row.name)
    words = el("span", el("b", row.name), " ", el("bdi", row.note))
    return el("th", el("div", shown, words), scope="row")


def _row_cells(
    panel: Panel, row: RowHead, cells: tuple[Cell, ...]
) -> Iterator[Element]:
    for column, cell in zip(panel.columns, cells, strict=True):
        said = f"{row.name}, {column.moment}, step {column.step}"
        told = "; ".join(f"{key} {value}" for key, value in cell.numbers)
        mark = el("i", "◆ ", title="another prediction than before")
        yield el(
            "td",
            el("span", cell.word, class_="missing")
            if cell.picture is None
            else picture(cell.picture, said, title=f"{said}: {told}"),
            el(
                "span",
                mark if cell.is_flip else None,
                el("bdi", cell.caption if cell.picture is None else cell.said),
                class_="caption",
            ),
            class_=_VERDICTS[cell.is_right],
        )


def _numbers(panel: Panel) -> Element | None:
    """Return a table of all numbers of the last capture, folded away."""
    last = [cells[-1] for cells in panel.cells]
    names = list(dict.fromkeys(key for cell in last for key, _ in cell.numbers))
    if not names:
        return None
    lines = [
        all_of("tr", [el("th", key, scope="row"), *_values(key, last)])
        for key in names
    ]
    heads = [el("th"), *(el("th", row.name, scope="col") for row in panel.rows)]
    head = el("thead", all_of("tr", heads))
    table = el("table", head, all_of("tbody", lines))
    when = panel.columns[-1]
    return el(
        "details",
        el("summary", f"Numbers at {when.moment}, step {when.step}"),
        el("div", table, class_="numbers"),
    )


def _values(key: str, cells: list[Cell]) -> Iterator[Element]:
    for cell in cells:
        yield el("td", dict(cell.numbers).get(key, ""))


_WIDTH, _HEIGHT, _EDGE = 300, 60, 6


def share_chart(points: Sequence[tuple[int, float]]) -> Element:
    """Return a line chart from 0% (bottom) to 100% (top).

    Args:
        points: Step and share in [0, 1], by step.
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
