"""Builds the report: one page about runs, to open, mail and print.

It contains all its pictures and its style, loads nothing and runs nothing. A
policy in its head forbids both, whatever a log may hold.
"""

from collections.abc import Iterator, Sequence
from importlib import resources

from kerasviz_callbacks.commands.export.log import (
    OpenLog,
    RunRecords,
    unforeseen,
)
from kerasviz_callbacks.commands.export.page.chapter import run_chapter
from kerasviz_callbacks.commands.export.page.markup import (
    Element,
    all_of,
    el,
    page,
    picture,
)
from kerasviz_callbacks.commands.export.panels.of_run import Look, RunPanels
from kerasviz_callbacks.commands.export.panels.painting import legend
from kerasviz_callbacks.commands.export.panels.panel import Legend
from kerasviz_callbacks.commands.export.words import name

_TITLE = "What the network learned to see"
_HOW_TO_READ = (
    (
        "A pattern",
        "is the synthetic image that maximally activates a filter, found by "
        "gradient ascent (activation maximization). Below it: the activation "
        "reached. It shows what could activate the filter, not what does on "
        "your data; the crop at the left is what does. It says nothing about "
        "what the network does with the filter.",
    ),
    (
        "A heatmap",
        "colors the parts of an image that are evidence for the explained "
        "class, at the resolution of its layer. Below it: the prediction, with "
        "a solid bar if it is right and a broken one if it is wrong; ◆ marks a "
        "prediction that changed. It shows where evidence is, not why, and a "
        "plausible heatmap does not prove a sound network.",
    ),
    (
        "A mean",
        "is the mean heatmap of a class's images, all with equal weight. It "
        "shows what they share besides the object, such as a watermark. The "
        "top of the color scale is twelve times a uniform heatmap.",
    ),
    (
        "Hatched",
        "is what has no value or was not drawn; it is never shown as zero.",
    ),
)


def report(log: OpenLog, runs: Sequence[RunPanels], look: Look) -> str:
    """Return the page as the text of an HTML file.

    Args:
        log: Log with the pictures of findings.
        runs: Runs to show.
        look: How pictures of findings are painted.
    """
    style = (resources.files(__package__) / "report.css").read_text("utf-8")
    has_maps = any(p.kind == "grad_cam" for run in runs for p in run.panels)
    chapters = [
        _chapter(log, run, look, f"run-{index}")
        for index, run in enumerate(runs)
    ]
    body = el(
        "body",
        el("header", el("h1", _TITLE), _contents(runs)),
        all_of("main", chapters),
        el(
            "footer",
            el("h2", "How to read this"),
            _legend(legend(look.paint)) if has_maps else None,
            all_of("dl", _explained()),
            el("p", "Made by kerasviz export."),
        ),
    )
    return page(_TITLE, style, body)


def _chapter(log: OpenLog, run: RunPanels, look: Look, anchor: str) -> Element:
    """Return a run's chapter; of a run that cannot be shown, what is wrong."""
    try:
        return run_chapter(log, run, look, anchor)
    except Exception as error:
        faults = (*run.records.faults, unforeseen(error))
        bare = RunRecords(run.records.run, (), faults, (), 0)
        return run_chapter(log, RunPanels(bare, (), ""), look, anchor)


def _contents(runs: Sequence[RunPanels]) -> Element:
    """Return links to all layers of all runs."""
    items = []
    for index, run in enumerate(runs):
        links = [
            el("li", el("a", panel.title, href=f"#run-{index}-{i}"))
            for i, panel in enumerate(run.panels)
        ]
        link = el("a", name(run.records.run), href=f"#run-{index}")
        items.append(el("li", link, all_of("ul", links)))
    return el("nav", all_of("ul", items))


def _explained() -> Iterator[Element]:
    for term, text in _HOW_TO_READ:
        yield el("dt", term)
        yield el("dd", text)


def _legend(shown: Legend) -> Element:
    bar = picture(shown.colours, "color scale of the heatmaps")
    ends = f"{shown.least} ", f" {shown.most}"
    return el("p", ends[0], bar, ends[1], class_="legend")
