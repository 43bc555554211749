"""Reads a log directory, and gives what the tab would get.

TensorBoard's Python loader reads it once, in this process. Its content goes
through the same checks as for the tab (`tb_plugin`).
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tensorboard.backend.event_processing import (
    data_provider,
    plugin_event_multiplexer,
)
from tensorboard.context import RequestContext

from kerasviz_callbacks.commands.export.progress import ProgressLine
from tb_plugin import contract
from tb_plugin.contract import Capture, HeldOutImage
from tb_plugin.digest import DigestMemory
from tb_plugin.findings import Finding, find
from tb_plugin.loader import KEPT_STEPS
from tb_plugin.reading import (
    NUM_THREADS,
    CaptureMemory,
    Fault,
    PackEntry,
    Reader,
    ReadError,
    StreamRecords,
    captures_by_step,
    held_out_images,
    pack_entries,
    room_for_each,
    stream_records,
    streams,
)
from tb_plugin.serving import (
    LEFT_OUT,
    LayerQuestion,
    PicturesQuestion,
    Responses,
)

_EXPERIMENT = "export"


@dataclass(frozen=True)
class RunRecords:
    """Everything in a run but its pictures.

    Attributes:
        run: Name of the run.
        captures: Captures by step, then by stream.
        faults: What could not be read.
        findings: Findings, the weightiest first.
        num_missing: Number of captures that were written and are not there.
    """

    run: str
    captures: tuple[Capture, ...]
    faults: tuple[Fault, ...]
    findings: tuple[Finding, ...]
    num_missing: int


@dataclass(frozen=True)
class HeldOutPictures:
    """The held-out images of a stream.

    Attributes:
        class_names: Names of the classes.
        images: Record of each image, by content hash.
        order: Content hash of each image, by index; an image may repeat.
        files: Encoded image by content hash, or why there is none.
        faults: What could not be read of the recordings.
    """

    class_names: tuple[str, ...]
    images: dict[str, HeldOutImage]
    order: tuple[str, ...]
    files: dict[str, bytes | str]
    faults: tuple[Fault, ...]


class OpenLog:
    """A log that the export reads from.

    Args:
        reader: Reader of TensorBoard's data provider.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._memory = CaptureMemory()
        self._responses = Responses(reader, self._memory, DigestMemory())

    def runs(self) -> list[str]:
        """Return the runs with kerasviz data, by name."""
        return sorted(self._reader.runs())

    def records(self, run: str) -> RunRecords:
        """Return everything in a run but its pictures."""
        tags = streams(self._reader.text_tags(run)).values()
        room = room_for_each(tags)
        records = [self._stream(run, tag, room) for tag in tags]
        captures = captures_by_step(records)
        faults = [fault for stream in records for fault in stream.faults]
        return RunRecords(
            run,
            tuple(captures),
            tuple(faults),
            tuple(find(captures)),
            sum(map(_num_missing, records)),
        )

    def pictures(
        self, layer: LayerQuestion, steps: Sequence[int], blob: int = 0
    ) -> Iterator[tuple[int, bytes | str]]:
        """Yield each step with its picture, or with why there is none.

        Args:
            layer: Run, kind and path of the layer.
            steps: Steps where the pictures lie.
            blob: 0 for the sheet or the raw heatmaps, 1 for the mean heatmaps.
        """

        def ask(wanted: Sequence[int]) -> list[PackEntry]:
            question = PicturesQuestion(layer, tuple(wanted), False)
            return self._responses.picture_entries(question, blob)

        yield from _asked_again(ask, steps)

    def held_out(
        self, run: str, stream: str, hashes: set[str]
    ) -> HeldOutPictures:
        """Return the images of a stream that have these content hashes."""
        found = held_out_images(self._reader, run, stream)
        wanted = {
            image.hash: picture
            for image, picture in zip(
                found.record.images, found.pictures, strict=True
            )
            if image.hash in hashes
        }

        def ask(names: Sequence[str]) -> list[PackEntry]:
            return pack_entries(
                self._reader, [wanted[name] for name in names], LEFT_OUT
            )

        return HeldOutPictures(
            found.record.class_names,
            {image.hash: image for image in found.record.images},
            tuple(image.hash for image in found.record.images),
            dict(_asked_again(ask, list(wanted))),
            found.faults,
        )

    def _stream(self, run: str, tag: str, max_bytes: int) -> StreamRecords:
        try:
            samples = self._reader.texts(run, tag, max_bytes)
        except ReadError as error:
            return stream_records(tag, error, self._memory)
        return stream_records(tag, samples, self._memory)


def unforeseen(error: Exception) -> Fault:
    """Return the fault of a run that nothing here has foreseen."""
    return Fault("the run", None, f"{type(error).__name__}: {error}"[:200])


@contextmanager
def open_log(log_dir: str) -> Iterator[OpenLog]:
    """Read a log directory once, of any kind that TensorBoard reads.

    Only kerasviz's pictures are kept in memory, whatever else the log holds.
    """
    multiplexer = plugin_event_multiplexer.EventMultiplexer(
        size_guidance=dict.fromkeys(_OTHERS, 1),
        tensor_size_guidance={contract.PLUGIN_NAME: KEPT_STEPS},
    )
    multiplexer.AddRunsFromDirectory(log_dir)
    _reload(multiplexer)
    provider = data_provider.MultiplexerDataProvider(multiplexer, log_dir)
    with ThreadPoolExecutor(NUM_THREADS) as threads:
        context = RequestContext()
        yield OpenLog(Reader(provider, threads, context, _EXPERIMENT))


_OTHERS = ("tensors", "images", "audio", "histograms", "compressedHistograms")


def _reload(multiplexer: plugin_event_multiplexer.EventMultiplexer) -> None:
    """Read every run, with progress: on a long log this is most of the work."""
    runs = multiplexer.Runs()
    with ProgressLine("opening run", len(runs)) as on_done:
        for run in runs:
            accumulator = multiplexer.GetAccumulator(run)
            accumulator.Reload = _told(accumulator.Reload, run, on_done)
        multiplexer.Reload()


def _told(
    reload: Callable[[], Any], run: str, on_done: Callable[[str], None]
) -> Callable[[], Any]:
    """Return a function that reports the run before it reads it."""

    def told() -> Any:
        on_done(run)
        return reload()

    return told


def _asked_again(
    ask: Callable[[Sequence[Any]], list[PackEntry]], names: Sequence[Any]
) -> Iterator[tuple[Any, bytes | str]]:
    """Yield each name with its content or fault, in as many packs as needed."""
    waiting = list(names)
    while waiting:
        entries = ask(waiting)
        answered = [each for each in entries if each.remark != LEFT_OUT]
        for name, entry in zip(waiting, answered, strict=False):
            fault = str(entry.remark.get("fault", ""))
            yield name, fault if entry.content is None else entry.content
        waiting = waiting[len(answered) :]


def _num_missing(stream: StreamRecords) -> int:
    indices = [capture.index for capture in stream.captures]
    return max(0, max(indices, default=-1) + 1 - len(indices))
