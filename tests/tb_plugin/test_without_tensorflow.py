"""The whole back end works where TensorFlow cannot be imported."""

import subprocess
import sys
from pathlib import Path

from tests.known_content import Plan

PROGRAM = """
import sys, warnings
warnings.simplefilter("error")
warnings.filterwarnings("ignore", "html5lib's sanitizer is deprecated")
sys.modules["tensorflow"] = sys.modules["keras"] = None  # imports now fail

from pathlib import Path
from tests.tb_plugin.asking import ask, ask_pack
from tests.tb_plugin.loaders import python_provider
from tests.tb_plugin.tensorboard_app import PREFIX, plugin_client

place = {"run": "demo/kerasviz", "kind": "grad_cam", "path": sys.argv[2]}
with python_provider(Path(sys.argv[1])) as provider:
    client = plugin_client(provider)
    assert len(ask(client, "runs")["runs"]) == 1
    assert len(ask(client, "captures", run=place["run"])["captures"]) == 12
    assert len(ask(client, "layer", **place)["captures"]) == 6
    assert all(ask_pack(client, "pictures", steps="0,50", **place)[1])
    held_out = {"run": place["run"], "stream": "grad_cam"}
    assert all(ask_pack(client, "held_out", **held_out)[1])
    assert client.get(PREFIX + "static/index.js").status_code == 200
print("answered all")
"""


def test_every_route_answers(log_dir: Path, plan: Plan) -> None:
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(log_dir), plan.path(1)],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert said.stdout == "answered all\n", said.stderr
