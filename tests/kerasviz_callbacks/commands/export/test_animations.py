"""Animations: a frame for each capture, with the pixels of the log."""

import numpy as np
import pytest
from PIL import Image, ImageSequence

from tests import known_content as known
from tests.kerasviz_callbacks.commands.export.seen import (
    expected_colours,
    tiles_of_colours,
)

OPTIONS = (
    "--kind=filter_patterns",
    "--layers=conv1",
    f"--tile={known.PATTERN_PX}",
)


def frames_of(file):
    """Return each frame as pixels, and how long it is seen, in ms."""
    with Image.open(file) as picture:
        return [
            (np.asarray(frame.convert("RGB")), frame.info["duration"])
            for frame in ImageSequence.Iterator(picture)
        ]


def test_the_frames_of_an_apng_are_the_captures_exactly(export, plan):
    frames = frames_of(export("e.apng", *OPTIONS))
    assert len(frames) == plan.captures
    for capture, (pixels, _) in enumerate(frames):
        expected = expected_colours(plan, 1, range(capture, capture + 1))
        assert tiles_of_colours(pixels, expected) == expected


def test_the_frames_of_a_gif_are_the_captures_in_256_colours(export, plan):
    exact = frames_of(export("e.gif", *OPTIONS))
    assert len(exact) == plan.captures
    for capture, (pixels, _) in enumerate(exact):
        colour = np.array(known.pattern_colour(1, 5, capture))
        far = np.abs(pixels.astype(int) - colour).max(axis=-1)
        assert (far <= 8).sum() >= known.PATTERN_PX**2


@pytest.mark.parametrize("name", ["e.gif", "e.apng"])
def test_frames_last_as_asked_and_the_last_one_four_times(export, name):
    times = [time for _, time in frames_of(export(name, "--fps=5", *OPTIONS))]
    assert times == [200] * 5 + [800]


def test_layers_of_different_captures_share_one_time(export, plan):
    frames = frames_of(export("e.apng", "--kind=filter_patterns", OPTIONS[-1]))
    assert len(frames) == plan.captures
    frozen = expected_colours(plan, 0, range(1))
    for pixels, _ in frames[: plan.second_fit]:
        assert tiles_of_colours(pixels, frozen) == frozen


def test_a_dark_animation_has_a_dark_ground(export):
    pixels, _ = frames_of(export("e.apng", "--theme=dark", *OPTIONS))[0]
    assert pixels[0, 0].tolist() == [32, 33, 36]
