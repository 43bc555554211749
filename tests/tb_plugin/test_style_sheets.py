"""What the style sheets promise to readers."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

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


# Dichromacy in linear RGB: Machado et al. 2009, "A physiologically-based model
# for simulation of color vision deficiency", severity 1.
VISION = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
MARKS = ("good", "bad", "accent", "data", "muted")
CLEAR = 20  # CIE 1976 color difference; 2.3 is just noticeable
TO_XYZ = np.array(
    [
        [0.4124, 0.3576, 0.1805],
        [0.2126, 0.7152, 0.0722],
        [0.0193, 0.1192, 0.9505],
    ]
)


def colors_of(theme: str) -> dict[str, str]:
    """Return the named colors of a theme."""
    sheet = (STYLES / "base.css").read_text("utf-8")
    blocks = re.findall(r":root(\[[^{]*)? {(.*?)}", sheet, re.S)
    found = {}
    for where, block in blocks:
        if not where or theme in where:
            found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    return found


def linear(color: str) -> np.ndarray:
    """Return linear RGB in [0, 1] of `#rrggbb`."""
    shares = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(
        shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4
    )


def lab(rgb: np.ndarray) -> np.ndarray:
    """Return CIE L*a*b* of linear RGB."""
    share = TO_XYZ @ np.clip(rgb, 0, 1) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(
        share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_of_other_meaning_differ_in_every_color_vision(
    theme: str, vision: str
) -> None:
    seen = np.array(VISION[vision])
    colors = colors_of(theme)
    places = {mark: lab(seen @ linear(colors[mark])) for mark in MARKS}
    close = {
        (one, other): round(float(apart), 1)
        for one, other in itertools.combinations(MARKS, 2)
        if (apart := np.linalg.norm(places[one] - places[other])) < CLEAR
    }
    assert close == {}


@pytest.mark.parametrize("vision", VISION)
def test_the_two_sides_of_a_difference_differ_in_every_color_vision(
    vision: str,
) -> None:
    script = (STYLES.parent / "painting/heatmap.js").read_text("utf-8")
    sides = [
        np.array([int(each) for each in values.split(",")])
        for values in re.findall(
            r"^const (?:MORE|LESS) = \[(.*)\];", script, re.M
        )
    ]
    seen = np.array(VISION[vision])
    one, other = (
        lab(seen @ linear("#" + bytes(side.tolist()).hex())) for side in sides
    )
    assert np.linalg.norm(one - other) > 2 * CLEAR
