"""Heatmaps are painted as the tab paints them."""

import numpy as np
import pytest

from kerasviz_callbacks.commands.export.panels.decoding import (
    TileSize,
    decoded,
    fitted,
)
from kerasviz_callbacks.commands.export.panels.heatmaps import MeanRows
from kerasviz_callbacks.commands.export.panels.painting import (
    Paint,
    boxed,
    painted,
)
from kerasviz_callbacks.pictures.colormap import colour_table
from tb_plugin.contract import HeldOutImage
from tb_plugin.reading.captures import DrawnLayer
from tests import known_content as known
from tests import known_records
from tests.browser.matrix.heatmap_paint import overlay_pixel
from tests.known_content import Plan

WIDTH, HEIGHT = 288, 216


@pytest.mark.parametrize("colormap", ["turbo", "viridis", "jet", "grey"])
@pytest.mark.parametrize("opacity", [0.3, 0.6, 1.0])
def test_a_pixel_has_the_colour_that_the_tab_gives_it(colormap, opacity):
    plan, row, capture = Plan(), 3, 4
    image = fitted(known.held_out_picture(row), (HEIGHT, WIDTH))
    tops = [known.heatmap(plan, row, c).max() for c in range(plan.captures)]
    values = known.heatmap(plan, row, capture)
    picture = painted(image, values, max(tops), Paint(colormap, opacity))
    for place in [(0.5, 0.5), (0.2, 0.9), (0.7, 0.7)]:
        seen = picture[int(place[1] * HEIGHT), int(place[0] * WIDTH)]
        told = overlay_pixel(plan, row, capture, place, colormap, opacity)
        assert np.allclose(seen, told, atol=1)


def test_what_is_no_number_is_hatched_and_nothing_else_is():
    image = np.full((40, 40, 3), 90, np.uint8)
    values = np.ones((2, 2), np.float32)
    values[0, 0] = np.nan
    picture = painted(image, values, 1.0, Paint(opacity=1.0))
    assert set(picture[:20, :20].ravel().tolist()) == {72, 208}
    assert {72, 208}.isdisjoint(picture[20:, 20:].ravel().tolist())


def test_a_map_without_evidence_leaves_the_image_in_sight():
    image = np.full((8, 8, 3), 200, np.uint8)
    zeros = np.zeros((2, 2), np.float32)
    picture = painted(image, zeros, 0.0, Paint(opacity=0.6))
    assert np.abs(picture.astype(int) - 200).max() <= 0.6**5 * 255


def test_boxes_lie_where_the_image_says():
    image = np.full((41, 41, 3), 128, np.uint8)
    record = HeldOutImage(
        "h", "n", 0, 41, 41, 41, 41, "png", ((0.25, 0.5, 0.75, 1.0),)
    )
    picture = boxed(image, record)
    assert (picture[20:, 10] == 255).all() and (picture[40, 10:31] == 255).all()
    assert (picture[25:35, 15:25] == 128).all()


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ((28, 28), (84, 84)),
        ((48, 64), (96, 128)),
        ((96, 96), (96, 96)),
        ((100, 50), (100, 50)),
        ((300, 600), (64, 128)),
        ((1, 2000), (1, 128)),
    ],
)
def test_tiles_are_enlarged_by_whole_factors_and_shrunk_to_fit(stored, shown):
    assert TileSize(80, 128).of(*stored) == shown
    assert fitted(np.zeros((*stored, 3), np.uint8), shown).shape[:2] == shown


@pytest.mark.parametrize("file", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"x"])
def test_a_torn_picture_is_none(file):
    assert decoded(file) is None


def mean_cell(values, scale="run"):
    """Return the cell of a class whose mean map this is."""
    record = known_records.capture_record(Plan(), "grad_cam", 4)
    [layer, *_] = record.maps
    files = {
        record.step: np.float32([values] * len(layer.mean_class)).tobytes()
    }
    rows = MeanRows(files, (60, 80), Paint(scale=scale), ("a", "b", "c"))
    lines, left_out = rows.lines([DrawnLayer(record, layer)], 8)
    assert len(lines) == 3 and not left_out
    row, [cell] = lines[1]
    assert (row.name, row.note) == ("mean", "b")
    return cell


def test_an_even_mean_has_a_twelfth_of_full_colour_on_the_common_scale():
    even = np.full((known.MAP_HEIGHT, known.MAP_WIDTH), 1 / 48, np.float32)
    table = np.rint(255 * colour_table("turbo"))
    assert (mean_cell(even).picture == table[round(255 / 12)]).all()
    assert (mean_cell(even, "picture").picture == table[255]).all()


@pytest.mark.parametrize("scale", ["run", "picture"])
def test_what_a_mean_does_not_see_is_hatched_and_moves_no_colour(scale):
    half = np.full((known.MAP_HEIGHT, known.MAP_WIDTH), 1 / 48, np.float32)
    half[:, : known.MAP_WIDTH // 2] = np.nan
    picture = mean_cell(half, scale).picture
    table = np.rint(255 * colour_table("turbo"))
    level = {"run": round(255 / 12), "picture": 255}[scale]
    assert (picture[:, 40:] == table[level]).all()
    assert set(np.unique(picture[:, :40])) == {72, 208}


def test_a_mean_whose_bytes_do_not_fit_is_missing():
    cell = mean_cell(np.zeros((2, 2), np.float32))
    assert cell.picture is None and cell.word == "missing"
