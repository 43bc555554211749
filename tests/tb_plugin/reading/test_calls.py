"""Calls run side by side, their results come in order, and none hangs."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tb_plugin.reading.calls import MAX_NUDGES, ProviderCalls, ReadError

HANG_S = 10  # longer than any answer here takes


def _fail() -> int:
    raise IndexError("of the provider")


def test_late_answer_gets_a_question_behind_it() -> None:
    nudged = threading.Event()
    with ThreadPoolExecutor(2) as threads:
        calls = ProviderCalls(threads, nudged.set)
        assert calls.result(calls.begin(lambda: nudged.wait(HANG_S)))


def test_answer_at_work_for_long_gets_few_questions_behind_it() -> None:
    nudges: list[float] = []
    with ThreadPoolExecutor(2) as threads:
        calls = ProviderCalls(threads, lambda: nudges.append(time.monotonic()))
        calls.result(calls.begin(lambda: time.sleep(0.2)))
    assert 0 < len(nudges) <= MAX_NUDGES


def test_nudge_that_fails_harms_no_answer() -> None:
    with ThreadPoolExecutor(2) as threads:
        calls = ProviderCalls(threads, _fail)
        assert calls.result(calls.begin(lambda: time.sleep(0.1))) is None


def test_answers_come_in_order_with_errors_in_their_places() -> None:
    asked = [lambda: 1, _fail, lambda: 3]
    with ThreadPoolExecutor(2) as threads:
        calls = ProviderCalls(threads, int)
        first, failed, third = calls.side_by_side(asked)
    assert (first, third) == (1, 3) and isinstance(failed, ReadError)
    assert "IndexError" in str(failed)


def test_error_of_a_provider_is_the_cause_of_ours() -> None:
    with ThreadPoolExecutor(1) as threads:
        calls = ProviderCalls(threads, int)
        with pytest.raises(ReadError, match="could not read it") as caught:
            calls.result(calls.begin(_fail))
    assert isinstance(caught.value.__cause__, IndexError)
