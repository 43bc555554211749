"""What the style sheets promise to readers."""

import re
from pathlib import Path

import tb_plugin

STYLES = Path(tb_plugin.__file__).parent / "static/styles"
SIZE = re.compile(r"font(?:-size)?:[^;]*?([\d.]+)px", re.S)
SMALLEST_PX = 12


def test_no_text_is_smaller_than_twelve_pixels() -> None:
    sizes = {
        (sheet.name, float(size))
        for sheet in STYLES.glob("*.css")
        for size in SIZE.findall(sheet.read_text("utf-8"))
    }
    assert len(sizes) > 10
    assert {each for each in sizes if each[1] < SMALLEST_PX} == set()
