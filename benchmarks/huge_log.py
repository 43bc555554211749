"""Measures the longest response about a log that is made to be slow.

    python -m benchmarks.huge_log --shape layers --megabytes 400

Writes records that are nearly as large as a record may be: of many layers, many
filters, many measures, or many exemplars without any text to them. Asks as the
page does: again whenever it is asked to come back. Prints the longest response
in seconds, how long the whole log took, and how much more memory TensorBoard's
process had at most than before it was asked.
"""

import argparse
import json
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from werkzeug.test import Client

from benchmarks.memory import resident_mb
from tb_plugin import contract
from tb_plugin.contract import Capture
from tests import known_records
from tests.known_content import STEPS_APART, Plan
from tests.tb_plugin.loaders import python_provider
from tests.tb_plugin.serving.tensorboard_app import PREFIX, plugin_client
from tests.written_log import record_value, step_event, write_events

ROUTES = ("captures", "overview", "layer")
FREQUENCY_S = 0.05


def _many_layers(layer: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**layer, "path": f"p{i}"} for i in range(5000)]


def _many_filters(layer: dict[str, Any]) -> list[dict[str, Any]]:
    measures = _repeated(layer["measures"], 40_000)
    columns = _repeated(layer, 40_000)
    return [{**layer, **columns, "measures": measures, "exemplars": None}]


def _many_measures(layer: dict[str, Any]) -> list[dict[str, Any]]:
    measures = {f"{i:x}": [1.5] for i in range(33_000)}
    return [{**layer, "path": f"p{i}", "measures": measures} for i in range(8)]


def _many_exemplars(layer: dict[str, Any]) -> list[dict[str, Any]]:
    rows = dict.fromkeys(EMPTY_ROWS, [[]] * 90_000)
    found = _repeated(layer["exemplars"], 90_000) | rows
    found.update(classes=[], class_count=[], histogram=[[1]] * 90_000)
    exemplars = {**layer["exemplars"], **found}
    columns = _repeated(layer, 90_000)
    return [{**layer, **columns, "measures": {}, "exemplars": exemplars}]


def _repeated(columns: dict[str, Any], count: int) -> dict[str, Any]:
    """Return the lists of an object, which have one entry, longer."""
    return {
        name: value[:1] * count
        for name, value in columns.items()
        if isinstance(value, list)
    }


EMPTY_ROWS = "image hash label activation box mix_class mix_count".split()
SHAPES = {
    "layers": _many_layers,
    "filters": _many_filters,
    "measures": _many_measures,
    "exemplars": _many_exemplars,
}


def _write(folder: Path, shape: str, megabytes: int) -> tuple[int, int]:
    """Write records of a shape; return how many, and their bytes."""
    tag, size, index = contract.captures_tag("filter_patterns"), 0, 0
    plan = Plan(captures=2, layers=1, filters=1, exemplars=True)
    sound = known_records.capture_record(plan, "filter_patterns", 0)
    record = json.loads(sound.to_json())
    [layer] = record["patterns"]
    record["patterns"] = SHAPES[shape]({**layer, "path": "p0"})
    while size < megabytes * 1e6:
        record.update(index=index, step=index * STEPS_APART)
        text = json.dumps(record, separators=(",", ":"))
        Capture.from_json(text)  # it is a record
        values = [record_value(tag, text)]
        write_events(folder, [step_event(index * STEPS_APART, values)])
        size += len(text)
        index += 1
    return index, size


def _longest(client: Client, route: str) -> float:
    """Ask until there is an answer; return the longest wait for one."""
    place = "&kind=filter_patterns&path=p0" if route == "layer" else ""
    longest = 0.0
    while True:
        begin = time.perf_counter()
        response = client.get(f"{PREFIX}{route}?run=kerasviz{place}")
        longest = max(longest, time.perf_counter() - begin)
        if response.status_code == 200:
            return longest
        if "Retry-After" not in response.headers:
            raise RuntimeError(f"{route}: {response.status}")
        time.sleep(float(response.headers["Retry-After"]))


class _Memory:
    """Looks at the memory of the process until it is left."""

    def __enter__(self) -> "_Memory":
        self._before = self._most = resident_mb()
        self._has_ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._has_ended.set()
        self._thread.join()

    @property
    def most_mb(self) -> float:
        """Return how much more than at the beginning there was at most."""
        return self._most - self._before

    def _look(self) -> None:
        while not self._has_ended.wait(FREQUENCY_S):
            self._most = max(self._most, resident_mb())


def main() -> None:
    """Print what the log costs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shape", choices=SHAPES, default="layers")
    parser.add_argument("--megabytes", type=int, default=400)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        num_records, size = _write(
            Path(folder), options.shape, options.megabytes
        )
        with python_provider(Path(folder)) as provider, _Memory() as memory:
            client = plugin_client(provider)
            begin = time.perf_counter()
            longest = max(_longest(client, route) for route in ROUTES)
            whole = time.perf_counter() - begin
    print(f"{options.shape}: {size / 1e6:.0f} MB in {num_records} records")
    print(f"longest response {longest:.1f} s, all of it {whole:.0f} s")
    print(f"memory +{memory.most_mb:.0f} MB")


if __name__ == "__main__":
    main()
