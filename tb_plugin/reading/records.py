"""Parses the records of a stream, and remembers what was parsed."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tb_plugin.contract import CAPTURES_PREFIX, Capture, ContractError
from tb_plugin.reading.reader import ReadError, TextSample, memory_of

MAX_REMEMBERED_BYTES = 128 * 2**20
MAX_RECORD_BYTES = 128 * 2**20  # 180 times one of 8 layers of 64 filters


@dataclass(frozen=True)
class StreamName:
    """A stream of a run of an experiment."""

    experiment_id: str
    run: str
    tag: str

    def is_beside(self, other: "StreamName") -> bool:
        """Return whether the other stream is of the same run."""
        return (self.experiment_id, self.run) == (
            other.experiment_id,
            other.run,
        )


@dataclass(frozen=True)
class Fault:
    """What is wrong in a log, and where; `step` is null for a whole tag."""

    tag: str
    step: int | None
    message: str


@dataclass(frozen=True)
class StreamRecords:
    """The captures of a stream, by step, and what could not be read."""

    stream: str
    captures: tuple[Capture, ...]
    faults: tuple[Fault, ...]


class CaptureMemory:
    """Parses records and remembers them, so that a reload costs little.

    Records are found by their content, so a response can never be stale.
    Several requests may use it at once.

    Args:
        max_bytes: What the records that are kept may take, by `memory_of`:
            those used last.
    """

    def __init__(self, max_bytes: int = MAX_REMEMBERED_BYTES) -> None:
        self._max_bytes = max_bytes
        self._num_bytes = 0
        self._known: OrderedDict[bytes, tuple[int, Capture]] = OrderedDict()
        self._lock = threading.Lock()

    def has_room_for(self, samples: Sequence[TextSample]) -> bool:
        """Return whether all samples could be remembered at once."""
        return sum(each.num_bytes for each in samples) <= self._max_bytes

    def capture(self, text: bytes) -> Capture:
        """Return the record in `text`; raises as `Capture.from_json` does."""
        key = hashlib.blake2b(text, digest_size=16).digest()
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key][1]
        capture = Capture.from_json(text)
        self._remember(key, memory_of(text), capture)
        return capture

    def _remember(self, key: bytes, num_bytes: int, capture: Capture) -> None:
        with self._lock:
            if key not in self._known:
                self._known[key] = (num_bytes, capture)
                self._num_bytes += num_bytes
            while self._num_bytes > self._max_bytes:
                _, (forgotten, _) = self._known.popitem(last=False)
                self._num_bytes -= forgotten


def stream_records(
    tag: str,
    samples: Sequence[TextSample] | ReadError,
    memory: CaptureMemory,
    keep: Callable[[Capture], Capture] = lambda capture: capture,
) -> StreamRecords:
    """Return the records of a stream's tag.

    Args:
        tag: Tag of the records, as `contract.captures_tag` makes it.
        samples: Samples of the tag, by step, or why there are none. Of a step
            that is there twice the first one counts, as it does for pictures in
            TensorBoard's Python loader.
        memory: Records parsed before. A stream too large for it bypasses it: by
            its end it would have forgotten its beginning.
        keep: Called with each capture; returns what to keep of it. Defaults to
            keeping all.
    """
    stream = tag.removeprefix(CAPTURES_PREFIX)
    if isinstance(samples, ReadError):
        return StreamRecords(stream, (), (Fault(tag, None, str(samples)),))
    is_small = memory.has_room_for(samples)
    parse = memory.capture if is_small else Capture.from_json
    captures: dict[int, Capture] = {}
    read = [sample for sample in samples if not sample.is_left_out]
    faults = []
    if len(read) < len(samples):
        message = (
            f"{len(samples)} records are more than can be shown at once; "
            f"{len(read)} of them were read, evenly spaced"
        )
        faults.append(Fault(tag, None, message))
    for sample in read:
        try:
            if sample.step in captures:
                raise ContractError("a second record; the first one is shown")
            captures[sample.step] = keep(_capture(stream, sample, parse))
        except ContractError as error:
            faults.append(Fault(tag, sample.step, str(error)))
    return StreamRecords(stream, tuple(captures.values()), tuple(faults))


def _capture(
    stream: str, sample: TextSample, parse: Callable[[bytes], Capture]
) -> Capture:
    if sample.text is None:
        raise ContractError("not one string")
    if sample.num_bytes > MAX_RECORD_BYTES:
        raise ContractError(f"a record that takes {sample.num_bytes >> 20} MiB")
    capture = parse(sample.text)
    if (capture.stream, capture.step) != (stream, sample.step):
        raise ContractError("the record is of another stream or step")
    return capture
