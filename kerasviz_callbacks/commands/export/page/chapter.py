"""A run's chapter of the report: facts, findings, film strips and faults."""

import datetime
from collections.abc import Iterator, Sequence

from kerasviz_callbacks.arrays import ByteArray, counted
from kerasviz_callbacks.commands.export.log import OpenLog, RunRecords
from kerasviz_callbacks.commands.export.page.markup import (
    Element,
    all_of,
    el,
    picture,
)
from kerasviz_callbacks.commands.export.page.strip import (
    panel_section,
    share_chart,
)
from kerasviz_callbacks.commands.export.panels.decoding import (
    decoded,
    fitted,
    heatmap_at,
    tile_of,
)
from kerasviz_callbacks.commands.export.panels.of_run import Look, RunPanels
from kerasviz_callbacks.commands.export.panels.painting import painted
from kerasviz_callbacks.commands.export.words import (
    moment,
    name,
    percent,
)
from tb_plugin.contract import Capture
from tb_plugin.findings import Finding, Tile
from tb_plugin.serving import LayerQuestion

_TONES = {
    "good": "better",
    "bad": "worse",
    "news": "changed",
    "care": "check",
}
_MAX_LISTED = 40


def run_chapter(
    log: OpenLog, run: RunPanels, look: Look, anchor: str
) -> Element:
    """Return everything the page shows of a run.

    Args:
        log: Log with the pictures of findings.
        run: Records and panels of the run.
        look: How those pictures are painted.
        anchor: Prefix of all links into the chapter.
    """
    records = run.records
    strips = [
        panel_section(panel, f"{anchor}-{i}")
        for i, panel in enumerate(run.panels)
    ]
    return el(
        "article",
        el("h2", el("bdi", name(records.run))),
        all_of("dl", _facts(records.captures), class_="facts"),
        _accuracy(records.captures),
        _story(log, run, look),
        all_of("div", strips),
        _left_out(run),
        _faults(records),
        id=anchor,
    )


def _facts(captures: Sequence[Capture]) -> Iterator[Element]:
    if not captures:
        return
    first, last = captures[0], captures[-1]
    begun = datetime.datetime.fromtimestamp(first.wall_time, datetime.UTC)
    facts = {
        "Captures": str(len({capture.step for capture in captures})),
        "Up to": f"{moment(last)}, step {last.step}",
        "Begun": f"{begun:%Y-%m-%d %H:%M} UTC",
        "Drawing took": f"{sum(c.cost_s for c in captures):.3g} s",
    }
    for key, value in facts.items():
        yield el("div", el("dt", key), el("dd", value))


def _accuracy(captures: Sequence[Capture]) -> Element | None:
    """Return how many held-out images were predicted right, over time."""
    points = []
    for capture in captures:
        correct = capture.outcome.correct if capture.outcome else ()
        known = [each for each in correct if each is not None]
        if known:
            points.append((capture.step, sum(known) / len(known)))
    if not points:
        return None
    first, last = points[0][1], points[-1][1]
    told = f"held-out images predicted right: from {percent(first)} to "
    return el(
        "figure",
        share_chart(points),
        el("figcaption", told, el("b", percent(last))),
        class_="accuracy",
    )


def _story(log: OpenLog, run: RunPanels, look: Look) -> Element | None:
    findings = run.records.findings
    if not findings:
        return None
    captures = {each.step: each for each in run.records.captures}
    items = []
    for finding in findings:
        shown = finding_pictures(log, run.records.run, finding, look)
        items.append(_finding(finding, list(shown), captures))
    return el(
        "section",
        el("h3", "What stands out"),
        all_of("ol", items, class_="findings"),
    )


def _finding(
    finding: Finding,
    shown: Sequence[tuple[int, ByteArray]],
    captures: dict[int, Capture],
) -> Element:
    figures = [
        el(
            "figure",
            picture(pixels, moment(captures[step])),
            el("figcaption", moment(captures[step])),
        )
        for step, pixels in shown
    ]
    tone = el("b", _TONES[finding.tone], class_="tone")
    title = finding.title
    if finding.images:
        title = f"{counted(len(finding.images), 'image')}: {title}"
    return el(
        "li",
        el("div", el("h4", tone, " ", title), el("p", finding.text)),
        all_of("div", figures, class_="before-after") if figures else None,
        class_=finding.tone,
    )


def _left_out(run: RunPanels) -> Element | None:
    captures = run.records.captures
    told = [run.left_out] if run.left_out else []
    if run.records.num_missing:
        count = counted(run.records.num_missing, "capture")
        told.append(f"{count} of the log are missing: sampled, or corrupt")
    skipped = sum(capture.skipped for capture in captures)
    if skipped:
        count = counted(skipped, "capture")
        told.append(f"{count} were due and skipped to stay within the budget")
    notes: dict[str, str] = {}
    for each in captures:
        for note in each.notes:
            notes.setdefault(note, moment(each))
    first = (f"{when}: {note}" for note, when in notes.items())
    return _list("Skipped, and other notes", [*told, *first])


def _faults(records: RunRecords) -> Element | None:
    return _list(
        "What could not be read",
        [
            f"{name(fault.tag)}"
            + ("" if fault.step is None else f", step {fault.step}")
            + f": {fault.message}"
            for fault in records.faults
        ],
    )


def _list(title: str, lines: Sequence[str]) -> Element | None:
    if not lines:
        return None
    items = [el("li", name(line)) for line in lines[:_MAX_LISTED]]
    if len(lines) > _MAX_LISTED:
        items.append(el("li", f"… and {len(lines) - _MAX_LISTED} more"))
    heading = f"{title} ({len(lines)})"
    return el(
        "details", el("summary", heading), all_of("ul", items, class_="remarks")
    )


def finding_pictures(
    log: OpenLog, run: str, finding: Finding, look: Look
) -> Iterator[tuple[int, ByteArray]]:
    """Yield the readable pictures of a finding, with their steps.

    Heatmaps share one scale, up to the largest of them.
    """
    question = LayerQuestion(run, finding.kind, finding.path)
    steps = sorted({tile.picture_step for tile in finding.tiles})
    files = dict(log.pictures(question, steps))
    names = {tile.image for tile in finding.tiles if tile.image}
    images = log.held_out(run, finding.stream, names).files if names else {}
    top = max((tile.maximum or 0.0 for tile in finding.tiles), default=0.0)
    for tile in finding.tiles:
        file = files[tile.picture_step]
        below = images.get(tile.image or "")
        picture = _of_pattern(tile, file, look)
        if tile.map_size is not None and isinstance(below, bytes):
            picture = _of_map(tile, file, below, top, look)
        if picture is not None:
            yield tile.step, picture


def _of_pattern(tile: Tile, file: bytes | str, look: Look) -> ByteArray | None:
    sheet = decoded(file) if isinstance(file, bytes) else None
    if sheet is None or tile.sheet is None:
        return None
    picture = tile_of(tile.sheet, tile.place, sheet)
    if picture is None:
        return None
    return fitted(picture, look.tile.of(*picture.shape[:2]))


def _of_map(
    tile: Tile, file: bytes | str, below: bytes, top: float, look: Look
) -> ByteArray | None:
    image = decoded(below)
    if image is None or tile.map_size is None:
        return None
    values = heatmap_at(file, tile.map_size, tile.place)
    if values is None:
        return None
    shown = fitted(image, look.heatmap_tile.of(*image.shape[:2]))
    return painted(shown, values, top, look.paint)
