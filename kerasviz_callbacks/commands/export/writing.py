"""Writes the requested file, and says what was written."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kerasviz_callbacks.arrays import counted
from kerasviz_callbacks.commands.export.choosing import (
    Choice,
    ChoiceError,
    chosen_layers,
    chosen_runs,
    drawings_of,
)
from kerasviz_callbacks.commands.export.log import (
    OpenLog,
    RunRecords,
    open_log,
    unforeseen,
)
from kerasviz_callbacks.commands.export.page.report import report
from kerasviz_callbacks.commands.export.panels.decoding import Room
from kerasviz_callbacks.commands.export.panels.of_run import (
    RunPanels,
    num_pictures,
    run_panels,
)
from kerasviz_callbacks.commands.export.panels.source import OnDone
from kerasviz_callbacks.commands.export.paper.animation import (
    Animation,
    save_animation,
    steps_of,
)
from kerasviz_callbacks.commands.export.paper.figure import (
    save_pdf,
    save_picture,
)
from kerasviz_callbacks.commands.export.paper.graphic import themed
from kerasviz_callbacks.commands.export.paper.layout import Layout
from kerasviz_callbacks.commands.export.progress import ProgressLine
from kerasviz_callbacks.commands.export.request import (
    ANIMATIONS,
    Request,
    request_of,
)
from kerasviz_callbacks.commands.export.target import (
    check_target,
    written_whole,
)
from kerasviz_callbacks.commands.export.words import name

_MAX_FAULTS = 5
_MAIL_BYTES = 10 * 2**20  # what many mail servers take


def list_log(log_dir: str) -> list[str]:
    """Return the content of a log, line by line."""
    with open_log(log_dir) as log:
        runs = chosen_runs(Choice(), log.runs(), log_dir)
        return [line for run in runs for line in _listed(_records(log, run))]


def write(options: argparse.Namespace) -> list[str]:
    """Write the file, and return the lines to print.

    Raises:
        ValueError: What is requested is not in the log.
        StoppedError: The file cannot be written.
    """
    request = request_of(options)
    check_target(request.to, is_forced=options.force)
    with open_log(options.log_dir) as log:
        runs = _panels(log, request, options.log_dir)
        with written_whole(request.to) as part:
            _save(log, runs, request, part)
    return [_written(request.to), *_remarks(runs)]


def _listed(records: RunRecords) -> Iterator[str]:
    yield f"{name(records.run)}"
    for layer, drawn in drawings_of(records).items():
        steps = [each.capture.step for each in drawn]
        span = f"steps {steps[0]} to {steps[-1]}"
        captures = counted(len(steps), "capture")
        yield f"  {name(layer.path)}  {layer.kind}, {captures}, {span}"
    for fault in records.faults[:_MAX_FAULTS]:
        yield f"  not readable: {name(fault.tag)}: {fault.message}"


def _panels(log: OpenLog, request: Request, log_dir: str) -> list[RunPanels]:
    choice = request.choice
    names = chosen_runs(choice, log.runs(), log_dir)
    records = [_records(log, run) for run in names]
    if choice.layers:
        records = _with_layers(records, request)
    total = sum(num_pictures(each, choice) for each in records)
    room = Room()
    with ProgressLine("reading", total) as on_done:
        runs = [
            _run_panels(log, each, request, on_done, room) for each in records
        ]
    if request.to.suffix != ".html" and not any(run.panels for run in runs):
        raise ValueError(_nothing(records, request))
    return runs


def _records(log: OpenLog, run: str) -> RunRecords:
    """Return a run's records; what nobody foresaw of a log is a fault of it."""
    try:
        return log.records(run)
    except Exception as error:
        return RunRecords(run, (), (unforeseen(error),), (), 0)


def _run_panels(
    log: OpenLog,
    records: RunRecords,
    request: Request,
    on_done: OnDone,
    room: Room,
) -> RunPanels:
    """Return a run's panels; one bad run must not take the others along."""
    try:
        return run_panels(
            log, records, request.choice, request.look, on_done, room
        )
    except ChoiceError:
        raise
    except Exception as error:
        faults = (*records.faults, unforeseen(error))
        return RunPanels(replace(records, faults=faults), (), "")


def _with_layers(
    records: Sequence[RunRecords], request: Request
) -> list[RunRecords]:
    """Return the runs that have the requested layers; at least one must."""
    kept, misses = [], []
    for each in records:
        try:
            chosen_layers(request.choice, drawings_of(each))
            kept.append(each)
        except ValueError as error:
            misses.append(error)
    if not kept:
        raise misses[0]
    return kept


def _nothing(records: Sequence[RunRecords], request: Request) -> str:
    faults = [f"{f.tag}: {f.message}" for r in records for f in r.faults]
    steps = sorted({c.step for each in records for c in each.captures})
    if request.choice.steps and steps:
        there = ", ".join(map(str, steps[:10]))
        more = f" and {len(steps) - 10} more" if len(steps) > 10 else ""
        return (
            "--captures must be steps of captures — got "
            f"{', '.join(map(str, request.choice.steps[:10]))}. There are "
            f"{there}{more}."
        )
    why = f" The first fault: {name(faults[0])}" if faults else ""
    return (
        "LOGDIR must hold captures that can be read — got "
        f"{counted(len(steps), 'capture')} and "
        f"{counted(len(faults), 'fault')}.{why}"
    )


def _save(
    log: OpenLog, runs: Sequence[RunPanels], request: Request, path: Path
) -> None:
    panels = [panel for run in runs for panel in run.panels]
    ending = request.to.suffix.lower()
    if ending == ".html":
        path.write_text(report(log, runs, request.look), "utf-8")
    elif ending in ANIMATIONS:
        animation = Animation(
            request.line_px, request.fps, ending == ".gif", request.theme
        )
        with ProgressLine("drawing", len(steps_of(panels))) as on_done:
            save_animation(path, panels, animation, on_done)
    else:
        layouts = [Layout(panel, request.line_px) for panel in panels]
        graphics = [
            themed(
                each.sheet() if request.is_sheet else each.strip(),
                request.theme,
            )
            for each in layouts
        ]
        if ending == ".pdf":
            save_pdf(path, graphics, request.dpi)
        else:
            save_picture(path, graphics, request.dpi, ending == ".jpg")


def _written(path: Path) -> str:
    size = path.stat().st_size
    told = f"{path}: {size / 2**20:.1f} MB"
    if path.suffix.lower() == ".html" and size > _MAIL_BYTES:
        told += "; much for a mail: ask for fewer --layers, --rows or --columns"
    return told


def _remarks(runs: Sequence[RunPanels]) -> Iterator[str]:
    """Yield what is not shown, and what could not be read."""
    for run in runs:
        title = name(run.records.run)
        if run.left_out:
            yield f"{title}: {run.left_out}"
        for panel in run.panels:
            for remark in panel.left_out:
                yield f"{title}, {name(panel.path)}: {remark}"
        told = [
            *(f"{name(p.path)}, {f}" for p in run.panels for f in p.faults),
            *(f"{name(f.tag)}: {f.message}" for f in run.records.faults),
        ]
        faults = list(dict.fromkeys(told))
        for fault in faults[:_MAX_FAULTS]:
            yield f"{title}: not readable: {fault}"
        if len(faults) > _MAX_FAULTS:
            yield f"{title}: not readable: {len(faults) - _MAX_FAULTS} more"
