"""Reads samples and blobs from TensorBoard's data provider.

This is the only file that reads the provider. It hides the differences between
the two loaders (the Python one, and the Rust one behind gRPC): their order and,
with `calls.py`, their errors and their speed.
"""

import base64
import functools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from tensorboard.data import provider

from tb_plugin.contract import PLUGIN_NAME
from tb_plugin.reading.calls import NUM_THREADS, ProviderCalls, ReadError

__all__ = [
    "NUM_THREADS",
    "BlobSample",
    "ReadError",
    "Reader",
    "Stamp",
    "TextSample",
]

MAX_BLOBS = 10_000  # of one step; more would be a huge list of keys
_ALL = 2**31 - 1  # "keep every step" to a provider, in any integer type
_NOTHING = provider.RunTagFilter(runs=[], tags=[])
MAX_RUN_BYTES = 640 * 2**20  # some 980 captures of 8 layers of 64 filters
# What a number takes, which follows a comma; a column, a key, half a word.
_COSTS = {b",": 36, b"[": 64, b":": 200, b'"': 30}


def memory_of(text: bytes) -> int:
    """Return how many bytes a record takes at worst while it is digested.

    A few characters of a record may become an object of a hundred bytes. They
    are counted before they are parsed.
    """
    marks = sum(cost * text.count(mark) for mark, cost in _COSTS.items())
    return len(text) + marks


@dataclass(frozen=True)
class TextSample:
    """A string tensor at a step.

    Attributes:
        step: Its step.
        wall_time: When it was written.
        text: None if it holds no string, or had no room.
        is_left_out: Whether it had no room.
    """

    step: int
    wall_time: float
    text: bytes | None
    is_left_out: bool = False

    @functools.cached_property
    def num_bytes(self) -> int:
        """What its record takes at worst; see `memory_of`."""
        return memory_of(self.text or b"")


@dataclass(frozen=True)
class Stamp:
    """Step and time of a tag's newest sample; another one: the tag grew."""

    step: int
    wall_time: float


@dataclass(frozen=True)
class BlobSample:
    """The keys of the blobs at a step, to be read with `Reader.blobs`."""

    step: int
    wall_time: float
    keys: tuple[str, ...]


class Reader:
    """Reads what one request may see.

    Args:
        data_provider: TensorBoard's data provider.
        threads: Pool on which reads run in parallel.
        context: Context of the request, as the provider expects it.
        experiment_id: Experiment of the request.
    """

    def __init__(
        self,
        data_provider: provider.DataProvider,
        threads: ThreadPoolExecutor,
        context: Any,
        experiment_id: str,
    ) -> None:
        self._provider = data_provider
        self._context = context
        self._experiment_id = experiment_id
        list_nothing = self._bound(
            data_provider.list_tensors, run_tag_filter=_NOTHING
        )
        self._calls = ProviderCalls(threads, list_nothing)

    def runs(self) -> dict[str, list[str]]:
        """Return every run with kerasviz data, and its tags of texts.

        Raises:
            ReadError: The provider could not list them.
        """
        ahead = self._begun(self._provider.list_blob_sequences)
        texts = self._ask(self._provider.list_tensors)
        blobs = self._calls.result(ahead)
        return {
            run: sorted(texts.get(run, ())) for run in sorted({*texts, *blobs})
        }

    @property
    def experiment_id(self) -> str:
        """Return the experiment that the request is about."""
        return self._experiment_id

    def text_tags(self, run: str) -> dict[str, Stamp]:
        """Return the tags of texts in a run; empty if there is no such run.

        Raises:
            ReadError: The provider could not list them.
        """
        only = provider.RunTagFilter(runs=[run])
        listing = self._ask(self._provider.list_tensors, run_tag_filter=only)
        return {
            tag: Stamp(int(series.max_step), float(series.max_wall_time))
            for tag, series in sorted(listing.get(run, {}).items())
        }

    def texts(
        self, run: str, tag: str, max_bytes: int = MAX_RUN_BYTES
    ) -> tuple[TextSample, ...]:
        """Return the string tensors of a tag, by step.

        A step written twice is there twice, the older sample first.

        Args:
            run: Name of the run.
            tag: Tag of the tensors.
            max_bytes: What they may take, by `memory_of`. Of more, those have
                room that are spread evenly over the tag, the newest among them;
                the others are there without their text. Defaults to what a run
                may take.

        Raises:
            ReadError: The provider could not read the tag.
        """
        data = self._series(self._provider.read_tensors, run, tag)
        samples = [
            TextSample(int(d.step), float(d.wall_time), _text(d.numpy))
            for d in data
        ]
        samples.sort(key=lambda sample: sample.step)
        return _with_room(samples, max_bytes)

    def blob_samples_ahead(
        self, run: str, tag: str
    ) -> Callable[[], dict[int, BlobSample]]:
        """Start `blob_samples`, to read other things meanwhile.

        Returns:
            A function that returns the samples, or raises as `blob_samples`.
        """
        listing = self._begun(
            self._provider.list_blob_sequences,
            run_tag_filter=provider.RunTagFilter(runs=[run], tags=[tag]),
        )
        return functools.partial(self._blob_samples, run, tag, listing)

    def blob_samples(self, run: str, tag: str) -> dict[int, BlobSample]:
        """Return the samples of a blob tag by step; empty if there are none.

        Raises:
            ReadError: The provider could not read the tag, or a step claims
                more blobs than kerasviz ever writes.
        """
        return self.blob_samples_ahead(run, tag)()

    def _blob_samples(
        self, run: str, tag: str, listing: Future[Any]
    ) -> dict[int, BlobSample]:
        series = self._calls.result(listing).get(run, {}).get(tag)
        if series is None:
            return {}
        if (series.max_length or 0) > MAX_BLOBS:
            raise ReadError(f"a step claims {series.max_length} blobs")
        data = self._series(self._provider.read_blob_sequences, run, tag)
        return {
            int(d.step): BlobSample(
                int(d.step),
                float(d.wall_time),
                tuple(value.blob_key for value in d.values),
            )
            for d in sorted(data, key=lambda d: int(d.step))
        }

    def blobs(self, keys: Iterable[str]) -> Iterator[bytes | ReadError]:
        """Yield the blobs in the order of `keys`, reading some ahead.

        A caller that has enough stops iterating; at most `NUM_AHEAD` blobs are
        read in vain.
        """
        reads = (functools.partial(self._blob, key) for key in keys)
        return self._calls.side_by_side(reads)

    def _series(self, read: Callable[..., Any], run: str, tag: str) -> Any:
        only = provider.RunTagFilter(runs=[run], tags=[tag])
        listed = self._ask(read, run_tag_filter=only, downsample=_ALL)
        return listed.get(run, {}).get(tag, ())

    def _ask(self, call: Callable[..., Any], **arguments: Any) -> Any:
        """Return the provider's response; an empty mapping for none."""
        return self._calls.result(self._begun(call, **arguments))

    def _begun(self, call: Callable[..., Any], **arguments: Any) -> Future[Any]:
        bound = self._bound(call, **arguments)
        return self._calls.begin(lambda: bound() or {})

    def _bound(
        self, call: Callable[..., Any], **arguments: Any
    ) -> Callable[[], Any]:
        return functools.partial(
            call,
            self._context,
            experiment_id=self._experiment_id,
            plugin_name=PLUGIN_NAME,
            **arguments,
        )

    def _blob(self, key: str) -> bytes:
        try:
            blob = self._provider.read_blob(self._context, blob_key=key)
        except Exception as error:
            if _has_escapes(key):
                raise ReadError(_ESCAPES) from error
            raise
        if not isinstance(blob, bytes):
            raise ReadError(f"the blob is of type {type(blob).__name__}")
        return blob


# The Rust loader writes names into keys as JSON, and then cannot read those
# that it had to escape. TensorBoard's own pictures suffer from the same.
_ESCAPES = (
    "TensorBoard's fast loader cannot read pictures of a run or a layer with a "
    "quote, a backslash or a line break in its name; --load_fast=false can"
)


def _has_escapes(key: str) -> bool:
    padding = "=" * (-len(key) % 4)
    try:
        return b"\\" in base64.urlsafe_b64decode(key + padding)
    except ValueError:
        return False


def _with_room(
    samples: Sequence[TextSample], max_bytes: int
) -> tuple[TextSample, ...]:
    sizes = [sample.num_bytes for sample in samples][::-1]
    apart = max(1, math.ceil(sum(sizes) / max_bytes))
    while apart < len(samples) and sum(sizes[::apart]) > max_bytes:
        apart += 1
    newest = len(samples) - 1
    return tuple(
        sample
        if (newest - index) % apart == 0
        else TextSample(sample.step, sample.wall_time, None, True)
        for index, sample in enumerate(samples)
    )


def _text(array: Any) -> bytes | None:
    """Return the string of a tensor with one element."""
    if not isinstance(array, np.ndarray) or array.size != 1:
        return None
    value = array.item()
    if isinstance(value, str):  # what another provider may make of it
        return value.encode("utf-8", "surrogatepass")
    return value if isinstance(value, bytes) else None
