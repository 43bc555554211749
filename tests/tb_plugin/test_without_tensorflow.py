"""The plugin works where there is only TensorBoard, and nothing else of ours.

In an environment of one's own that is `pip install tensorboard` and `pip
install --no-deps kerasviz`; here the other packages cannot be imported.
"""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.known_content import Plan
from tests.tensorboard_server import serve

ABSENT = ["tensorflow", "keras", "matplotlib", "h5py", "ray"]

PROGRAM = """
import sys, warnings
warnings.simplefilter("error")
warnings.filterwarnings("ignore", "html5lib's sanitizer is deprecated")
sys.modules |= dict.fromkeys(sys.argv[3:])  # imports of None fail

from pathlib import Path
from tests.tb_plugin.serving.asking import ask, ask_pack
from tests.tb_plugin.loaders import python_provider
from tests.tb_plugin.serving.tensorboard_app import PREFIX, plugin_client

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
        [sys.executable, "-c", PROGRAM, str(log_dir), plan.path(1), *ABSENT],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert said.stdout == "answered all\n", said.stderr


def test_tensorboard_itself_shows_a_log(log_dir: Path) -> None:
    with serve(log_dir, without=ABSENT) as address:
        prefix = f"{address}/data/plugin/kerasviz"
        with urllib.request.urlopen(f"{prefix}/runs") as answer:
            assert len(json.load(answer)["runs"]) == 1
        with urllib.request.urlopen(f"{prefix}/static/index.js") as answer:
            assert answer.status == 200
        with urllib.request.urlopen(f"{address}/data/plugins_listing") as said:
            assert json.load(said)["kerasviz"]["enabled"]
