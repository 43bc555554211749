"""What the server answers is of the types that the page reads it as."""

import pytest
from werkzeug.test import Client

from tests.frontend.page_types import page_types, problems
from tests.known_content import Plan
from tests.tb_plugin.serving.asking import ask, ask_pack

RUN = {"run": "demo/kerasviz"}


@pytest.mark.parametrize(
    "route", ["runs", "captures", "overview", "progress", "version"]
)
def test_answer_of_a_run_is_of_its_type(client: Client, route: str) -> None:
    answer = ask(client, route, **({} if route == "runs" else RUN))
    assert not problems(answer, f"{route.title()}Answer", route)


@pytest.mark.parametrize(
    ("kind", "layer"), [("filter_patterns", 0), ("grad_cam", 1)]
)
def test_answer_of_a_layer_is_of_its_type(
    client: Client, plan: Plan, kind: str, layer: int
) -> None:
    place = {"kind": kind, "path": plan.path(layer)}
    answer = ask(client, "layer", **RUN, **place)
    assert not problems(answer, "LayerAnswer", "layer")


def test_header_of_a_pack_is_of_its_type(client: Client, plan: Plan) -> None:
    header, _ = ask_pack(client, "held_out", **RUN, stream="grad_cam")
    assert not problems(header, "HeldOutHeader", "held_out")
    place = {"kind": "grad_cam", "path": plan.path(1), "steps": "0,7"}
    header, _ = ask_pack(client, "pictures", **RUN, **place)
    assert not problems(header["entries"], "PictureEntry[]", "pictures")


def test_what_no_type_has_and_what_a_type_lacks_is_seen() -> None:
    assert not problems({"run": "r", "streams": ["s"]}, "RunHead", "run")
    assert problems({"run": "r"}, "RunHead", "run") == ["run lacks streams"]
    more = {"run": "r", "streams": [1], "more": 0}
    assert problems(more, "RunHead", "run") == [
        "run.streams[0]: 1 is no string",
        "run.more has no type",
    ]
    assert len(page_types()) > 20
