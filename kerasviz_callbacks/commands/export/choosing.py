"""Chooses runs, layers, captures and rows to show.

A name that is not there is an error that lists what there is. If more fits the
options than the picture holds, the most informative part is kept, and the
number of what is not shown is stated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kerasviz_callbacks.arrays import spread_evenly
from kerasviz_callbacks.commands.export.log import RunRecords
from tb_plugin.contract import KINDS, Kind, PatternLayer
from tb_plugin.findings import change_measures
from tb_plugin.reading import DrawnLayer, layers_of

_MAX_LISTED = 10


class ChoiceError(ValueError):
    """What is asked for is not there, or more than can be shown."""


@dataclass(frozen=True)
class Choice:
    """What the user wants to see; what is empty is chosen here.

    Attributes:
        runs: Names of runs.
        kinds: Patterns, heatmaps, or both.
        layers: Paths, or ends of paths.
        filters: Indices of filters.
        images: Indices of images, in the order of the callback.
        steps: Steps of captures.
        num_layers: Largest number of layers of a run.
        num_rows: Largest number of rows of a layer.
        num_filters: The same of patterns; None for as many.
        num_columns: Largest number of captures of a layer; 1 takes the last.
    """

    runs: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = KINDS
    layers: tuple[str, ...] = ()
    filters: tuple[int, ...] = ()
    images: tuple[int, ...] = ()
    steps: tuple[int, ...] = ()
    num_layers: int = 6
    num_rows: int = 8
    num_filters: int | None = None
    num_columns: int = 14


@dataclass(frozen=True)
class LayerName:
    """A layer that a stream drew."""

    stream: str
    kind: Kind
    path: str


Drawings = Sequence[DrawnLayer]  # of one layer, by step


def chosen_runs(choice: Choice, runs: Sequence[str], log_dir: str) -> list[str]:
    """Return the runs to show.

    Raises:
        ChoiceError: There is no run, or none of that name.
    """
    if not runs:
        raise ChoiceError(
            "LOGDIR must hold event files with what FilterPatterns or GradCAM "
            f"wrote — found none in {log_dir!r}. Name the folder that you give "
            "to tensorboard --logdir."
        )
    for name in choice.runs:
        if name not in runs:
            raise ChoiceError(_miss("--run", "the name of a run", name, runs))
    return [run for run in runs if not choice.runs or run in choice.runs]


def drawings_of(records: RunRecords) -> dict[LayerName, list[DrawnLayer]]:
    """Return each layer in all its captures, in the newest capture's order."""
    found: dict[LayerName, list[DrawnLayer]] = {}
    for capture in reversed(records.captures):
        for layer in layers_of(capture):
            is_pattern = isinstance(layer, PatternLayer)
            if is_pattern != (capture.kind == "filter_patterns"):
                continue  # no writer of ours mixes them
            name = LayerName(capture.stream, capture.kind, layer.path)
            found.setdefault(name, []).insert(0, DrawnLayer(capture, layer))
    return found


def chosen_layers(
    choice: Choice, found: Mapping[LayerName, Drawings]
) -> tuple[list[LayerName], str]:
    """Return the layers to show, and a sentence on what is not shown.

    If there are too many, layers of each kind are spread evenly over the
    network.

    Raises:
        ChoiceError: There is no layer of that name.
    """
    kept = [name for name in found if name.kind in choice.kinds]
    if choice.layers:
        return _named_layers(choice.layers, kept), ""
    if len(kept) <= choice.num_layers:
        return kept, ""
    shown: list[LayerName] = []
    for kind in choice.kinds:
        mine = [name for name in kept if name.kind == kind]
        share = round(choice.num_layers * len(mine) / len(kept))
        shown += spread_evenly(mine, max(1, share) if mine else 0)
    return shown, (
        f"{len(shown)} of {len(kept)} layers are shown, spread over the "
        "network; --layers names others"
    )


def _named_layers(
    asked: Sequence[str], found: Sequence[LayerName]
) -> list[LayerName]:
    named: list[LayerName] = []
    for path in asked:
        hits = [name for name in found if name.path == path] or [
            name for name in found if name.path.endswith("/" + path)
        ]
        if len({hit.path for hit in hits}) != 1:
            paths = list(dict.fromkeys(each.path for each in hits or found))
            what = "one layer" if hits else "a layer that was drawn"
            raise ChoiceError(_miss("--layers", what, path, paths))
        named += hits
    return list(dict.fromkeys(named))


def chosen_columns(
    choice: Choice, drawn: Drawings
) -> tuple[list[DrawnLayer], str]:
    """Return the captures to show, and a sentence on what is not shown."""
    if choice.steps:
        return [d for d in drawn if d.capture.step in choice.steps], ""
    if choice.num_columns == 1:
        return list(drawn[-1:]), ""
    kept = spread_evenly(drawn, choice.num_columns)
    if len(kept) == len(drawn):
        return kept, ""
    return kept, f"{len(kept)} of {len(drawn)} captures are shown"


def chosen_filters(choice: Choice, drawn: Drawings) -> tuple[list[int], str]:
    """Return the filters to show, and a sentence on what is not shown.

    If there are too many, those that changed most since the baseline.

    Raises:
        ChoiceError: A requested filter was never drawn.
    """
    all_filters: dict[int, None] = {}
    for each in reversed(drawn):
        if isinstance(each.layer, PatternLayer):
            all_filters.update(dict.fromkeys(each.layer.filters))
    if choice.filters:
        _check_known("--filters", "filters", choice.filters, list(all_filters))
        return list(choice.filters), ""
    kept = _most_changed(drawn, list(all_filters))[
        : choice.num_filters or choice.num_rows
    ]
    if len(kept) == len(all_filters):
        return list(all_filters), ""
    return kept, (
        f"{len(kept)} of {len(all_filters)} filters are shown, those that "
        "changed most since the baseline; --filters names others"
    )


def chosen_images(choice: Choice, num_images: int) -> tuple[list[int], str]:
    """Return the indices of held-out images to show, and what is not shown.

    Raises:
        ChoiceError: A requested image is not there.
    """
    if choice.images:
        _check_known(
            "--image-indices", "images", choice.images, range(num_images)
        )
        return list(choice.images), ""
    kept = list(range(min(num_images, choice.num_rows)))
    if len(kept) == num_images:
        return kept, ""
    return kept, (
        f"the first {len(kept)} of {num_images} images are shown; "
        "--image-indices names others"
    )


def _most_changed(drawn: Drawings, filters: Sequence[int]) -> list[int]:
    change: dict[int, float] = {}
    for each in drawn:
        if isinstance(each.layer, PatternLayer):
            values = change_measures(each.layer).get("change_baseline", ())
            pairs = zip(each.layer.filters, values, strict=False)
            change.update((i, v) for i, v in pairs if v is not None)
    return sorted(filters, key=lambda index: -change.get(index, 0.0))


def _check_known(
    option: str, what: str, asked: Sequence[int], known: Sequence[int]
) -> None:
    for index in asked:
        if index not in known:
            names = [str(each) for each in sorted(known)]
            raise ChoiceError(
                _miss(option, f"{what} that were drawn", str(index), names)
            )


def _miss(
    option: str, expected: str, got: str, there_are: Sequence[str]
) -> str:
    listed = ", ".join(map(repr, there_are[:_MAX_LISTED]))
    more = len(there_are) - _MAX_LISTED
    tail = f" and {more} more" if more > 0 else ""
    return (
        f"{option} must be {expected} — got {got!r}. There "
        f"{'is' if len(there_are) == 1 else 'are'} {listed or 'none'}{tail}."
    )
