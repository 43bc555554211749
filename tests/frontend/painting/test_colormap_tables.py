"""The colours that the browser paints with are matplotlib's."""

import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

_TABLES = (
    Path(__file__).parents[3] / "tb_plugin/static/painting/colormap.js"
).read_text()


@pytest.mark.parametrize("name", ["viridis", "turbo", "jet", "grey"])
def test_table_has_every_colour_of_matplotlib(name: str) -> None:
    [table] = re.findall(rf"const {name.upper()} = \(([^)]*)\)", _TABLES)
    colours = bytes.fromhex("".join(re.findall("[0-9a-f]{96}", table)))
    colormap = mpl.colormaps[{"grey": "gray"}.get(name, name)]
    expected = np.round(255 * colormap(np.arange(256))[:, :3]).ravel()
    assert np.frombuffer(colours, np.uint8).tolist() == expected.tolist()
