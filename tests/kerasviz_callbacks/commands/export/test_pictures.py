"""Film strips and contact sheets: what is in the log is on the picture."""

import re

import numpy as np
import pytest
from PIL import Image

from kerasviz_callbacks.commands.export.paper.figure import save_picture
from kerasviz_callbacks.commands.export.paper.graphic import Graphic
from tests import known_content as known
from tests.kerasviz_callbacks.commands.export.seen import (
    expected_colours,
    tiles_of_colours,
)
from tests.known_measures import crop_image
from tests.written_log import write_log

UNSCALED = f"--tile={known.PATTERN_PX}"
PATTERNS = "--kind=filter_patterns"


def test_unscaled_tiles_of_a_strip_are_the_stored_ones(export, plan):
    pixels = np.asarray(
        Image.open(export("s.png", PATTERNS, UNSCALED)).convert("RGB")
    )
    for layer in range(plan.layers):
        expected = expected_colours(plan, layer, range(plan.captures))
        assert tiles_of_colours(pixels, expected) == expected


def test_a_sheet_shows_every_filter_at_the_last_capture(export, plan):
    file = export("s.png", PATTERNS, UNSCALED, "--as=sheet", "--layers=conv1")
    pixels = np.asarray(Image.open(file).convert("RGB"))
    last = range(plan.captures - 1, plan.captures)
    expected = expected_colours(plan, 1, last)
    assert tiles_of_colours(pixels, expected) == expected


@pytest.mark.parametrize("layout", ["strip", "sheet"])
def test_each_filter_has_the_crop_that_activates_it_most(export, plan, layout):
    options = [PATTERNS, UNSCALED, "--layers=conv1", f"--as={layout}"]
    pixels = np.asarray(Image.open(export("s.png", *options)).convert("RGB"))
    for image in range(plan.images):
        filters = [
            i for i in range(plan.filters) if crop_image(plan, i) == image
        ]
        colour = known.held_out_colour(image)
        count = np.all(pixels == colour, axis=-1).sum()
        assert count == len(filters) * known.PATTERN_PX**2


def test_a_dark_picture_shows_the_same_tiles(export, plan):
    options = [PATTERNS, UNSCALED, "--layers=conv1", "--theme=dark"]
    pixels = np.asarray(Image.open(export("s.png", *options)).convert("RGB"))
    expected = expected_colours(plan, 1, range(plan.captures))
    assert tiles_of_colours(pixels, expected) == expected
    assert pixels[0, 0].tolist() == [32, 33, 36]
    assert not np.all(pixels == (255, 255, 255), axis=-1).any()


def test_places_without_an_exemplar_are_as_dark_as_the_picture(
    export, tmp_path_factory
):
    log = tmp_path_factory.mktemp("few")
    few = known.Plan(captures=2, layers=1, images=2, exemplars=True)
    write_log(log / "demo", few)
    assert known.PATTERN_PX % 3  # so that nine tiles leave an edge
    for theme, white in (("light", True), ("dark", False)):
        options = [PATTERNS, UNSCALED, f"--theme={theme}"]
        file = export("s.png", *options, log=log)
        pixels = np.asarray(Image.open(file).convert("RGB"))
        file.unlink()
        assert np.all(pixels == (255, 255, 255), axis=-1).any() == white


def test_tiles_are_enlarged_pixel_by_pixel(export, plan):
    big = f"--tile={3 * known.PATTERN_PX + 2}"
    file = export("s.png", PATTERNS, big, "--layers=conv1", "--captures=50")
    pixels = np.asarray(Image.open(file).convert("RGB"))
    colour = known.pattern_colour(1, 3, 1)
    is_there = np.all(pixels == colour, axis=-1)
    assert is_there.sum() == (3 * known.PATTERN_PX) ** 2


def test_a_jpg_shows_the_same_in_fewer_bytes(export):
    options = ["--kind=grad_cam", "--layers=conv1"]
    exact = export("s.png", *options)
    pixels = np.asarray(Image.open(exact).convert("RGB")).astype(int)
    exact.unlink()
    small = np.asarray(Image.open(export("s.jpg", *options))).astype(int)
    assert np.abs(small - pixels).mean() < 1


def test_a_png_says_how_large_it_is_on_paper(export):
    options = [PATTERNS, "--layers=conv1", "--captures=0", "--dpi=300"]
    with Image.open(export("s.png", *options)) as picture:
        assert np.allclose(picture.info["dpi"], 300, atol=0.1)


def test_a_pdf_has_a_page_per_layer_with_whole_tiles_and_its_fonts(
    export, plan
):
    file = export("s.pdf", PATTERNS, UNSCALED).read_bytes()
    assert len(re.findall(rb"/Type /Page\b", file)) == plan.layers
    assert b"/FontFile2" in file  # TrueType, not outlines
    widths = re.findall(rb"/Width (\d+)", file)
    tiles = plan.layers * (plan.captures + 1) * plan.filters  # and a crop
    assert widths.count(str(known.PATTERN_PX).encode()) == tiles


@pytest.mark.parametrize("size", [(10, 70_000), (20_000, 20_000)])
def test_a_picture_too_large_to_draw_is_refused(tmp_path, size):
    with pytest.raises(ValueError, match="wide and high"):
        save_picture(tmp_path / "s.png", [Graphic(*size, ())], 150)
    assert list(tmp_path.iterdir()) == []


def test_the_means_of_classes_are_on_the_strip_unless_images_are_chosen(
    export, capsys
):
    options = ["--kind=grad_cam", "--layers=conv1", "--captures=200"]
    with Image.open(export("s.png", *options)) as picture:
        whole = picture.height
    capsys.readouterr()
    with Image.open(export("s.png", "--rows=2", *options)) as picture:
        fewer = picture.height
    assert "means of 2 of 3 classes are shown" in capsys.readouterr().out
    with Image.open(
        export("s.png", "--image-indices=0-3", *options)
    ) as picture:
        assert fewer < whole and picture.height < whole


def test_what_was_not_shown_is_said(export, capsys):
    export("s.png", PATTERNS, "--rows=3", "--columns=4", "--max-layers=1")
    said = capsys.readouterr().out
    assert "1 of 2 layers are shown" in said
    assert "3 of 8 filters are shown" in said
    assert "4 of 6 captures are shown" in said


def test_a_strip_of_hostile_logs_is_drawn_with_what_can_be_read(
    export, hostile_dir, capsys
):
    file = export("s.png", log=hostile_dir)
    said = capsys.readouterr().out
    assert "not readable: backbone/conv0, step 0: the maps have 3 bytes" in said
    with Image.open(file) as picture:
        assert picture.width > 400
