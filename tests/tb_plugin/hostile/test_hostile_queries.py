"""Whatever a query holds, the answer is 400 or 404 with a sentence."""

from urllib.parse import quote

import pytest
from werkzeug.test import Client

from tests.tb_plugin.serving.tensorboard_app import PREFIX

RUN = "demo/kerasviz"
SOUND = {
    "captures": {"run": RUN},
    "layer": {"run": RUN, "kind": "grad_cam", "path": "backbone/conv0"},
    "pictures": {
        "run": RUN,
        "kind": "grad_cam",
        "path": "backbone/conv0",
        "steps": "0",
    },
    "class_means": {"run": RUN, "path": "backbone/conv0", "steps": "0"},
    "exemplars": {"run": RUN, "path": "backbone/conv0", "steps": "0"},
    "held_out": {"run": RUN, "stream": "grad_cam"},
    "lineage": {
        "run": RUN,
        "path": "backbone/conv0",
        "step": "0",
        "other_run": RUN,
        "other_path": "backbone/conv1",
        "other_step": "0",
    },
}
# Percent-encoded values; none names anything in the log.
HOSTILE_VALUES = [
    "",
    "%00",
    "%FF%FE",
    "%ED%A0%80",
    "%0D%0ASet-Cookie:x",
    "..%2F..%2Fetc%2Fpasswd",
    "%2Fetc%2Fpasswd",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "%7B%22%24ne%22%3A1%7D",
    "%27%20OR%201=1--",
    "--1",
    "NaN",
    "1e999",
    "9" * 400,
    "0," * 300,
    "x" * 3000,
    quote("漢字" * 10),
    "[]",
    "*",
    "%25s%25n",
    "&&&",
    "=",
]
PLACES = [(route, key) for route, query in SOUND.items() for key in query]


def query_string(query: dict[str, str]) -> str:
    return "&".join(f"{key}={value}" for key, value in query.items())


def assert_refused(client: Client, route: str, query: str) -> None:
    response = client.get(f"{PREFIX}{route}?{query}")
    assert response.status_code in (400, 404), (response.status, query)
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert 0 < len(response.text) < 400 and "Traceback" not in response.text


@pytest.mark.parametrize("route", SOUND)
def test_sound_query_is_answered(client: Client, route: str) -> None:
    response = client.get(f"{PREFIX}{route}?{query_string(SOUND[route])}")
    assert response.status_code == 200


@pytest.mark.parametrize(("route", "key"), PLACES)
@pytest.mark.parametrize("value", HOSTILE_VALUES)
def test_hostile_value_is_refused(
    client: Client, route: str, key: str, value: str
) -> None:
    assert_refused(client, route, query_string({**SOUND[route], key: value}))


@pytest.mark.parametrize(("route", "key"), PLACES)
def test_parameter_given_twice_or_as_a_list_is_refused(
    client: Client, route: str, key: str
) -> None:
    query = query_string(SOUND[route])
    assert_refused(client, route, f"{query}&{key}=x")
    assert_refused(client, route, query.replace(f"{key}=", f"{key}[]="))


@pytest.mark.parametrize("route", SOUND)
@pytest.mark.parametrize(
    "query", ["", "%", "?", "a=b", "run", "run=&run=", ";"]
)
def test_query_of_nothing_is_refused(
    client: Client, route: str, query: str
) -> None:
    assert_refused(client, route, query)


@pytest.mark.parametrize("route", SOUND)
def test_query_of_bytes_that_are_no_text_is_refused(
    client: Client, route: str
) -> None:
    # As a client that does not percent-encode sends it.
    environ = {"QUERY_STRING": "run=\xff\xfe"}
    response = client.get(PREFIX + route, environ_overrides=environ)
    assert response.status_code == 400
    assert response.text == "Invalid argument: the query is not UTF-8"


def test_hostile_value_of_the_version_does_no_harm(client: Client) -> None:
    query = query_string(SOUND["pictures"])
    response = client.get(f"{PREFIX}pictures?{query}&v=%0D%0AX-Odd:%201")
    assert response.status_code == 200 and "X-Odd" not in response.headers
    assert_refused(client, "pictures", f"{query}&v=1&v=2")
