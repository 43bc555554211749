"""Reads a stream's held-out images: the union of all its recordings.

A stream records its images again when a later fit has others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tb_plugin import contract
from tb_plugin.contract import ContractError, HeldOut, HeldOutImage
from tb_plugin.reading.pictures import Wanted
from tb_plugin.reading.reader import BlobSample, Reader, ReadError
from tb_plugin.reading.records import Fault

MAX_RECORDINGS = 64  # the newest ones: fits of one run with other images


@dataclass(frozen=True)
class RecordedImages:
    """All held-out images of a stream, those of the newest recording first.

    Attributes:
        record: Union of all recordings, with the class names of the newest.
        pictures: What to read, one for each image of `record`.
        faults: What could not be read of the recordings.
    """

    record: HeldOut
    pictures: tuple[Wanted, ...]
    faults: tuple[Fault, ...]

    @property
    def is_empty(self) -> bool:
        """Return whether the log holds no recording, not even a corrupt one."""
        return not self.pictures and not self.faults


def held_out_images(reader: Reader, run: str, stream: str) -> RecordedImages:
    """Return the held-out images of a stream; empty if none are recorded."""
    tag = contract.held_out_tag(stream)
    try:
        samples = list(reader.blob_samples(run, tag).values())
    except ReadError as error:
        return _union(stream, [], [Fault(tag, None, str(error))])
    newest = samples[: -MAX_RECORDINGS - 1 : -1]
    recordings, faults = [], []
    for sample, text in zip(newest, _texts(reader, newest), strict=True):
        try:
            recordings.append((_record(stream, text), sample.keys[1:]))
        except (ContractError, ReadError) as error:
            faults.append(Fault(tag, sample.step, str(error)))
    if len(samples) > MAX_RECORDINGS:
        message = f"only the newest {MAX_RECORDINGS} recordings are shown"
        faults.append(Fault(tag, None, message))
    return _union(stream, recordings, faults)


def _texts(
    reader: Reader, samples: Sequence[BlobSample]
) -> Iterator[bytes | ReadError]:
    texts = reader.blobs([sample.keys[0] for sample in samples if sample.keys])
    for sample in samples:
        yield next(texts) if sample.keys else ReadError("an empty recording")


def _record(stream: str, text: bytes | ReadError) -> HeldOut:
    if isinstance(text, ReadError):
        raise text
    record = HeldOut.from_json(text)
    if record.stream != stream:
        raise ContractError("the record is of another stream")
    return record


def _union(
    stream: str,
    recordings: Sequence[tuple[HeldOut, tuple[str, ...]]],
    faults: Sequence[Fault],
) -> RecordedImages:
    found: dict[str, tuple[HeldOutImage, str | None]] = {}
    for record, keys in recordings:
        for index, image in enumerate(record.images):
            key = keys[index] if index < len(keys) else None
            found.setdefault(image.hash, (image, key))
    union = HeldOut(
        contract.SCHEMA_VERSION,
        stream,
        recordings[0][0].class_names if recordings else (),
        tuple(image for image, _ in found.values()),
    )
    wanted = [
        Wanted({"hash": image.hash}, key, "the picture is missing", (image,))
        for image, key in found.values()
    ]
    return RecordedImages(union, tuple(wanted), tuple(faults))
