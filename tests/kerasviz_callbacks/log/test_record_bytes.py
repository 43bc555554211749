"""Records are those that TensorBoard's own writer makes."""

import io
import os
import threading

import pytest
from tensorboard.summary.writer.record_writer import RecordWriter

from kerasviz_callbacks.log.event_file import as_record


@pytest.mark.parametrize("size", [0, 1, 7, 5000])
def test_record_is_the_one_of_tensorboard(size):
    content = os.urandom(size)
    file = io.BytesIO()
    RecordWriter(file).write(content)
    assert as_record(content) == file.getvalue()


def test_threads_do_not_meet():
    wrong = []

    def make(letter):
        content = letter.encode() * 1000
        expected = as_record(content)
        wrong.extend(r for r in range(50) if as_record(content) != expected)

    threads = [threading.Thread(target=make, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
