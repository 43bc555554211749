"""Text of a log in, captures or faults out; what was parsed is remembered."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tb_plugin.contract import CAPTURES_PREFIX, Capture
from tb_plugin.contract.decode import ContractError
from tb_plugin.reading.reader import ReadError, TextSample

# Parsed, a record takes about five times its text: 160 MB at the worst.
MAX_REMEMBERED_BYTES = 32 * 2**20


@dataclass(frozen=True)
class StreamName:
    """A stream of a run of an experiment."""

    experiment_id: str
    run: str
    tag: str


@dataclass(frozen=True)
class Fault:
    """What is wrong in a log, and where; `step` is null for a whole tag."""

    tag: str
    step: int | None
    message: str


@dataclass(frozen=True)
class StreamRecords:
    """What could be read of a stream, by step, and what could not."""

    stream: str
    captures: tuple[Capture, ...]
    faults: tuple[Fault, ...]


class CaptureMemory:
    """Parses records and remembers them, so that Reload costs little.

    They are known by their content, so an answer can never be stale. Several
    requests may ask at once.

    Args:
        max_bytes: of the texts whose records are kept, the latest used ones.
    """

    def __init__(self, max_bytes: int = MAX_REMEMBERED_BYTES) -> None:
        self._max_bytes = max_bytes
        self._num_bytes = 0
        self._known: OrderedDict[bytes, tuple[int, Capture]] = OrderedDict()
        self._lock = threading.Lock()

    def has_room_for(self, samples: Sequence[TextSample]) -> bool:
        """Tell whether all of these could be remembered at once."""
        num_bytes = sum(len(sample.text or b"") for sample in samples)
        return num_bytes <= self._max_bytes

    def capture(self, text: bytes) -> Capture:
        """Return the record that `text` holds; raises as `from_json`."""
        key = hashlib.blake2b(text, digest_size=16).digest()
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key][1]
        capture = Capture.from_json(text)
        self._remember(key, len(text), capture)
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
        tag: as `contract.captures_tag` makes it.
        samples: by step; of a step that is there twice the first one counts,
            as it does for the pictures in TensorBoard's Python loader.
        memory: of what was parsed before. A stream that it could not hold
            leaves it alone: by the end it would have forgotten the beginning.
        keep: what to keep of each capture, one by one. Default: all.
    """
    stream = tag.removeprefix(CAPTURES_PREFIX)
    if isinstance(samples, ReadError):
        return StreamRecords(stream, (), (Fault(tag, None, str(samples)),))
    is_small = memory.has_room_for(samples)
    parse = memory.capture if is_small else Capture.from_json
    captures: dict[int, Capture] = {}
    faults = []
    for sample in samples:
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
    capture = parse(sample.text)
    if (capture.stream, capture.step) != (stream, sample.step):
        raise ContractError("the record is of another stream or step")
    return capture
