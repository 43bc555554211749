"""Reads the pictures of one run, and reports progress."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from kerasviz_callbacks.commands.export import words
from kerasviz_callbacks.commands.export.choosing import LayerName
from kerasviz_callbacks.commands.export.log import HeldOutPictures, OpenLog
from kerasviz_callbacks.commands.export.panels.decoding import Room
from kerasviz_callbacks.commands.export.panels.panel import Column
from tb_plugin.reading import DrawnLayer, picture_step
from tb_plugin.serving import LayerQuestion

OnDone = Callable[[str], None]


class Source:
    """The pictures of one run.

    Args:
        log: The log.
        run: Name of the run.
        on_done: Called with the name of each picture that was read.
        room: Memory for its tiles.
    """

    def __init__(
        self, log: OpenLog, run: str, on_done: OnDone, room: Room
    ) -> None:
        self.run = run
        self.room = room
        self._log = log
        self._on_done = on_done

    def pictures(
        self, name: LayerName, drawn: Iterable[DrawnLayer], blob: int = 0
    ) -> Iterator[tuple[int, bytes | str]]:
        """Yield the pictures of a layer, by the step where they lie.

        Args:
            name: The layer.
            drawn: Its captures.
            blob: 0 for the sheet or the raw heatmaps, 1 for the mean heatmaps.
        """
        steps = sorted({picture_step(each) for each in drawn})
        question = LayerQuestion(self.run, name.kind, name.path)
        for step, file in self._log.pictures(question, steps, blob):
            if blob == 0:
                self._on_done(f"{words.name(name.path)}, step {step}")
            yield step, file

    def held_out(self, stream: str, hashes: Iterable[str]) -> HeldOutPictures:
        """Return held-out images of a stream."""
        return self._log.held_out(self.run, stream, set(hashes))


def columns_of(
    shown: Sequence[DrawnLayer], drawn: Sequence[DrawnLayer]
) -> tuple[Column, ...]:
    """Return the columns of a panel.

    Args:
        shown: The captures to show.
        drawn: All captures of the layer; a new fit may lie between two shown.
    """
    captures = [each.capture for each in drawn]
    before = dict(
        zip((c.step for c in captures), [None, *captures], strict=False)
    )
    return tuple(
        Column(
            each.capture.step,
            words.moment(each.capture),
            words.event(each.capture, before[each.capture.step]),
        )
        for each in shown
    )


def faults_of(
    files: Iterable[tuple[int, bytes | str]],
) -> tuple[dict[int, bytes], list[str]]:
    """Return the files by step, and a sentence about each missing one."""
    found: dict[int, bytes] = {}
    faults = []
    for step, file in files:
        if isinstance(file, bytes):
            found[step] = file
        else:
            faults.append(f"step {step}: {file}")
    return found, faults
