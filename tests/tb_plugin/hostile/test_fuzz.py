"""A small corpus of made-up queries, records and logs, always the same."""

from pathlib import Path

import pytest

hypothesis = pytest.importorskip("hypothesis")

from tb_plugin.serving import Routes  # noqa: E402
from tests.tb_plugin.hostile import fuzzing  # noqa: E402
from tests.tb_plugin.loaders import PROVIDERS  # noqa: E402
from tests.tb_plugin.serving.tensorboard_app import plugin_client  # noqa: E402

SETTINGS = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": list(hypothesis.HealthCheck),
}


@pytest.fixture(scope="module", params=["log_dir", "hostile_dir"])
def asked(request: pytest.FixtureRequest):
    folder: Path = request.getfixturevalue(request.param)
    with PROVIDERS["python"](folder) as provider:
        yield plugin_client(provider)


def test_every_route_is_fuzzed(log_dir) -> None:
    with PROVIDERS["python"](log_dir) as provider:
        routes = Routes(provider).apps()
    plain = {name.strip("/") for name in routes if not name.endswith("*")}
    assert plain == set(fuzzing.ROUTES)


@hypothesis.settings(max_examples=300, **SETTINGS)
@hypothesis.given(route=fuzzing.PATHS, query=fuzzing.QUERIES | fuzzing.RAW)
def test_any_query_is_answered_or_refused(asked, route, query) -> None:
    fuzzing.check_answer(asked, route, query)


@hypothesis.settings(max_examples=400, **SETTINGS)
@hypothesis.given(text=fuzzing.TEXTS)
def test_any_record_is_read_or_refused(text) -> None:
    fuzzing.check_record(text)


@hypothesis.settings(max_examples=300, **SETTINGS)
@hypothesis.given(data=fuzzing.PICTURES)
@hypothesis.example(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + b"\xff" * 8)
@hypothesis.example(b"\xff\xd8" + b"\xff\xe0\x00\x02" * 20)
def test_any_picture_claims_a_size_or_none(data) -> None:
    fuzzing.check_picture(data)


@hypothesis.settings(max_examples=40, **SETTINGS)
@hypothesis.given(steps=fuzzing.logs())
def test_any_log_is_served(steps) -> None:
    fuzzing.check_log(steps)
