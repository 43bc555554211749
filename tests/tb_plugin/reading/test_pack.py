"""Packs: what is put in comes out, at aligned places."""

import pytest

from tb_plugin.reading.pack import PackEntry, pack
from tests.tb_plugin.serving.asking import unpacked

CONTENTS = [[], [b""], [b"a"], [b"abcd"], [b"a", b"bc", b"", b"def", b"ghij"]]


@pytest.mark.parametrize("contents", CONTENTS)
def test_unpacking_gives_what_was_packed(contents: list[bytes]) -> None:
    entries = [PackEntry({"step": i}, c) for i, c in enumerate(contents)]
    header, pictures = unpacked(pack({}, entries))
    assert pictures == contents
    assert [entry["step"] for entry in header["entries"]] == list(
        range(len(contents))
    )


@pytest.mark.parametrize("contents", CONTENTS)
def test_every_picture_lies_at_a_multiple_of_four(
    contents: list[bytes],
) -> None:
    packed = pack({"any": "x"}, [PackEntry({}, c) for c in contents])
    header, _ = unpacked(packed)
    assert len(packed) % 4 == 0
    assert all(entry["offset"] % 4 == 0 for entry in header["entries"])


def test_an_entry_without_picture_says_why_and_takes_no_room() -> None:
    fault = PackEntry({"step": 1}, remark={"fault": "gone"})
    header, pictures = unpacked(pack({}, [fault, PackEntry({"step": 2}, b"x")]))
    assert header["entries"] == [
        {"step": 1, "fault": "gone"},
        {"step": 2, "offset": 0, "length": 1},
    ]
    assert pictures == [None, b"x"]


def test_header_text_beyond_ascii_survives() -> None:
    header, _ = unpacked(pack({"name": "ü \ud800 <b>"}, []))
    assert header["name"] == "ü \ud800 <b>"
