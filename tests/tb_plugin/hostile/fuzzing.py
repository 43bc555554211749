"""What the fuzz makes up, and what must hold of each case.

The suite runs a small corpus, always the same (`test_fuzz.py`);
`python -m benchmarks.fuzz` makes up as many as it is told to.
"""

import contextlib
import io
import json
import struct
import tempfile
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from PIL import Image
from werkzeug.test import Client

from tb_plugin import contract
from tb_plugin.contract.decode import ContractError
from tb_plugin.reading.pictures import image_size
from tests import known_records
from tests.tb_plugin.hostile.hostile_log import PLAN
from tests.tb_plugin.hostile.wild_numbers import COUNTS, NUMBERS
from tests.tb_plugin.loaders import python_provider
from tests.tb_plugin.serving.tensorboard_app import PREFIX, plugin_client
from tests.written_log import (
    blobs_value,
    record_value,
    step_event,
    write_events,
)

ROUTES = (
    "runs",
    "progress",
    "version",
    "captures",
    "overview",
    "layer",
    "pictures",
    "class_means",
    "exemplars",
    "held_out",
    "lineage",
)
KEYS = (
    "run",
    "kind",
    "path",
    "step",
    "steps",
    "stream",
    "v",
    "other_run",
    "other_path",
    "other_step",
)
MAX_ANSWER_BYTES = 8 * 2**20  # the logs here are far smaller

_KNOWN = st.sampled_from(
    [
        "demo/kerasviz",
        "hostile/kerasviz",
        "kerasviz",
        "grad_cam",
        "filter_patterns",
        PLAN.path(0),
        "0",
        "0,50,100",
        "../../etc/passwd",
        "static/index.js",
        "9" * 30,
        "-1",
        "1e5",
        "\0",
    ]
)
_WORDS = _KNOWN | st.text(max_size=40) | st.integers().map(str)
_PAIRS = st.tuples(st.sampled_from(KEYS) | st.text(max_size=8), _WORDS)
QUERIES = st.lists(_PAIRS, max_size=7).map(
    lambda pairs: "&".join(f"{quote(k)}={quote(v)}" for k, v in pairs)
)
PATHS = st.sampled_from(ROUTES) | st.builds(
    lambda name: "static/" + quote(name), st.text(max_size=60) | _KNOWN
)
RAW = st.binary(max_size=200).map(lambda data: data.decode("latin-1"))

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)
# What overflows, is lost or has no sign as it is computed with.
WILD = st.sampled_from([*NUMBERS, *COUNTS]) | st.floats() | st.integers()
SOUND = {
    kind: json.loads(known_records.capture_record(PLAN, kind, 1).to_json())
    for kind in contract.KINDS
}


@st.composite
def records(draw: st.DrawFn) -> str:
    """Return a sound record with some places of it changed."""
    kind = draw(st.sampled_from(contract.KINDS))
    record = json.loads(json.dumps(SOUND[kind]))
    for _ in range(draw(st.integers(0, 3))):
        _change(draw, record)
    return json.dumps(record)


_SIDES = st.sampled_from([0, 1, 96, 16384, 65535])
_FRAMES = st.builds(
    lambda marker, width, height: (
        bytes([0xFF, marker, 0, 17, 8])
        + struct.pack(">HH", height, width)
        + b"\3\1\x11\0\2\x11\0\3\x11\0"
    ),
    st.sampled_from([0xC0, 0xC1, 0xC2, 0xC4, 0xC8, 0xCF]),
    _SIDES,
    _SIDES,
)
_SCAN = b"\xff\xda\0\x0c\3" + bytes(9)
_APPLICATION = b"\xff\xe0\0\4ab"
_PIECES = st.sampled_from(
    [b"\xff", b"\xff\xff", b"\xff\xd8", b"\xff\xd0", b"\0", _APPLICATION, _SCAN]
)
_JPEGS = st.lists(_PIECES | _FRAMES | st.binary(max_size=6), max_size=8).map(
    lambda parts: b"\xff\xd8" + b"".join(parts)
)
_PNGS = st.builds(
    lambda width, height, rest: (
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"
        + struct.pack(">II", width, height)
        + rest
    ),
    _SIDES,
    _SIDES,
    st.just(b"\x08\2\0\0\0" + bytes(4)) | st.binary(max_size=40),
)
PICTURES = st.binary(max_size=64) | _JPEGS | _PNGS
TEXTS = records() | JSON.map(json.dumps) | st.text(max_size=80)


@st.composite
def logs(draw: st.DrawFn) -> list[list[Any]]:
    """Return the values of some steps, as a broken writer would write them."""
    kind = draw(st.sampled_from(contract.KINDS))
    layer = contract.layer_tag(kind, PLAN.path(0))
    blobs = st.lists(st.binary(max_size=120), max_size=4)
    steps = []
    for _ in range(draw(st.integers(1, 3))):
        values = [
            record_value(contract.captures_tag(stream), draw(TEXTS))
            for stream in (kind, "other")
        ]
        values.append(blobs_value(layer, draw(blobs) or [b""]))
        held_out = contract.held_out_tag(kind)
        values.append(blobs_value(held_out, draw(blobs) or [b""]))
        steps.append(values)
    return steps


def check_answer(client: Client, route: str, query: str) -> None:
    """Ask a route; whatever is asked, the answer is one that is foreseen."""
    response = client.get(
        PREFIX + route, environ_overrides={"QUERY_STRING": query}
    )
    assert response.status_code in (200, 400, 404, 503), response.status
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert b"Traceback" not in response.data[:2000]
    assert len(response.data) < MAX_ANSWER_BYTES


def check_record(text: str) -> None:
    """Read a record: it is refused, or it is what it says it is."""
    try:
        record = contract.Capture.from_json(text)
    except ContractError:
        return
    again = contract.Capture.from_json(record.to_json())
    assert again.to_json() == record.to_json()


def check_picture(data: bytes) -> None:
    """Read the size that bytes claim: none, or the one that a decoder reads."""
    for encoding in ("png", "jpeg"):
        size = image_size(data, encoding)
        assert size is None or all(0 <= side < 2**32 for side in size)
        theirs = _decoders_size(data, encoding)
        assert size is None or theirs in (None, size), (size, theirs)


def _decoders_size(data: bytes, encoding: str) -> tuple[int, int] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large pictures
            with Image.open(io.BytesIO(data), formats=[encoding]) as picture:
                return picture.size
    except Exception:
        return None  # no picture to the decoder


def check_log(steps: list[list[Any]]) -> None:
    """Serve a log: every route answers, and says what is wrong."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        events = [step_event(i * 50, values) for i, values in enumerate(steps)]
        write_events(Path(folder), events)
        provider = stack.enter_context(python_provider(Path(folder)))
        client = plugin_client(provider)
        path = quote(PLAN.path(0))
        layer = f"run=kerasviz&path={path}"
        other = f"other_run=kerasviz&other_path={path}"
        for route, query in (
            ("runs", ""),
            ("captures", "run=kerasviz"),
            ("overview", "run=kerasviz"),
            ("layer", f"{layer}&kind=grad_cam"),
            ("layer", f"{layer}&kind=filter_patterns"),
            ("pictures", f"{layer}&kind=grad_cam&steps=0,50,100"),
            ("pictures", f"{layer}&kind=filter_patterns&steps=0,50"),
            ("class_means", f"{layer}&steps=0,50"),
            ("exemplars", f"{layer}&steps=0,50"),
            ("held_out", "run=kerasviz&stream=grad_cam"),
            ("lineage", f"{layer}&step=0&{other}&other_step=50"),
            ("lineage", f"{layer}&step=50&{other}&other_step=50"),
            ("progress", "run=kerasviz"),
            ("version", "run=kerasviz"),
        ):
            check_answer(client, route, query)


def _change(draw: st.DrawFn, record: Any) -> None:
    """Put something else at some place of a record."""
    place = record
    while True:
        keys = list(place) if isinstance(place, dict) else range(len(place))
        key = draw(st.sampled_from(keys))
        inner = place[key]
        is_deep = isinstance(inner, dict | list) and len(inner) > 0
        if not is_deep or draw(st.booleans()):
            is_number = isinstance(inner, int | float)
            place[key] = draw(WILD | JSON if is_number else JSON)
            return
        place = inner
