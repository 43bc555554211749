"""Streams are read once until they grow, and nobody waits long for it."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from tb_plugin import serving
from tb_plugin.digest.digest import StreamDigest
from tb_plugin.digest.memory import DigestMemory, StillReadingError
from tb_plugin.reading import Stamp, StreamName
from tb_plugin.reading.reader import ReadError
from tests.tb_plugin.digest.digests import PLAN, digest_of
from tests.tb_plugin.loaders import python_provider
from tests.tb_plugin.serving.tensorboard_app import PREFIX, plugin_client
from tests.written_log import write_log

NAME = StreamName("", "run", "tag")
RUN = "kerasviz"
OLD, NEW = Stamp(1, 1.0), Stamp(2, 2.0)


class Slow:
    """Makes a digest when it is let go, and counts how often."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.num_made = 0

    def __call__(self) -> StreamDigest:
        self.num_made += 1
        self.go.wait(10)
        return digest_of("grad_cam")


def test_stream_is_read_again_only_when_it_grew() -> None:
    memory, made = DigestMemory(), []

    def make() -> StreamDigest:
        made.append(1)
        return digest_of("grad_cam")

    for stamp in (OLD, OLD, NEW):
        assert memory.digest(NAME, stamp, make)[0] == stamp
    assert len(made) == 2


def test_requests_at_once_read_a_stream_once() -> None:
    memory, slow = DigestMemory(), Slow()
    ask = threading.Thread(target=memory.digest, args=(NAME, OLD, slow))
    ask.start()
    slow.go.set()
    memory.digest(NAME, OLD, slow)
    ask.join()
    assert slow.num_made == 1


def test_who_waited_enough_asks_again_and_finds_it_done() -> None:
    memory, slow = DigestMemory(), Slow()
    for _ in range(2):
        with pytest.raises(StillReadingError):
            memory.digest(NAME, OLD, slow, wait_s=0.01)
    slow.go.set()
    assert memory.digest(NAME, OLD, slow)[0] == OLD
    assert slow.num_made == 1


def test_a_log_that_grows_faster_than_it_is_read_is_seen() -> None:
    """What was read meanwhile is shown once, then what is new is read."""
    memory, slow = DigestMemory(), Slow()
    with pytest.raises(StillReadingError):
        memory.digest(NAME, OLD, slow, wait_s=0.01)
    slow.go.set()
    assert memory.digest(NAME, NEW, slow)[0] == OLD
    assert memory.digest(NAME, NEW, slow)[0] == NEW
    assert slow.num_made == 2


def test_stream_that_cannot_be_read_is_tried_again() -> None:
    memory = DigestMemory()

    def fail() -> StreamDigest:
        raise ReadError("gone")

    with pytest.raises(ReadError):
        memory.digest(NAME, OLD, fail)
    digest = digest_of("grad_cam")
    assert memory.digest(NAME, OLD, lambda: digest)[1] is digest


def test_an_error_of_time_in_reading_is_no_call_for_patience() -> None:
    def fail() -> StreamDigest:
        raise TimeoutError("the disk")

    with pytest.raises(TimeoutError, match="the disk"):
        DigestMemory().digest(NAME, OLD, fail)


def test_what_was_used_longest_ago_leaves_first() -> None:
    digest = digest_of("grad_cam")
    memory = DigestMemory(max_bytes=2 * digest.num_bytes)
    names = [StreamName("", f"run {i}", "tag") for i in range(3)]
    for name in (*names[:2], names[0], names[2]):
        memory.digest(name, OLD, lambda: digest)
    other = digest_of("filter_patterns")
    assert memory.digest(names[0], OLD, lambda: other)[1] is digest
    assert memory.digest(names[1], OLD, lambda: other)[1] is other


def test_streams_of_one_run_never_push_each_other_out() -> None:
    """Else a page that needs both would be asked to wait for ever."""
    digest, memory = digest_of("grad_cam"), DigestMemory(max_bytes=1)
    names = [StreamName("", "run", f"tag {i}") for i in range(3)]
    for name in names:
        memory.digest(name, OLD, lambda: digest)
    for name in names:
        found = memory.digest(name, OLD, lambda: pytest.fail("read again"))
        assert found[1] is digest


def test_server_asks_to_come_back_while_it_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long a log takes, each answer comes at once."""
    write_log(tmp_path, PLAN)
    go = threading.Event()
    monkeypatch.setattr(serving.routes, "PATIENCE_S", 0.05)
    make = serving.responses.digest_stream

    def slowly(*arguments: Any) -> StreamDigest:
        go.wait(10)
        return make(*arguments)

    monkeypatch.setattr(serving.responses, "digest_stream", slowly)
    with python_provider(tmp_path) as provider:
        client = plugin_client(provider)
        address = f"{PREFIX}captures?run={RUN}"
        answer = client.get(address)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "1"
        assert b"still being read" in answer.data
        progress = client.get(f"{PREFIX}progress?run={RUN}")
        assert progress.json["reading"]["num_read"] == 0
        go.set()
        monkeypatch.setattr(serving.routes, "PATIENCE_S", 60)
        read = client.get(address)
        assert read.status_code == 200
        version = client.get(f"{PREFIX}version?run={RUN}").json["version"]
        assert json.loads(read.data)["version"] == version
