"""A short demo, end to end, read back from its log.

The network is trained until it takes the shortcut, a stamp in the lower right
corner, and then on pictures where the stamp says nothing: the charts of the
log tell that story without a picture.
"""

from pathlib import Path

import numpy as np
import pytest
from tensorboard.context import RequestContext

from examples.demo import sets
from examples.demo.__main__ import main
from examples.demo.energy import energy_in_boxes, energy_in_corner
from examples.demo.progress import Moment, table
from examples.demo.story import Plan, tell
from tb_plugin.contract import HeldOut, held_out_tag, layer_tag
from tests.kerasviz_callbacks.logs.written import all_steps, captures
from tests.tb_plugin.loaders import python_provider

pytestmark = pytest.mark.usefixtures("few_steps")

PLAN = Plan(num_images=600, num_filters=1, first_epochs=4, second_epochs=4)
STEPS = list(range(0, 9 * 19, 19))  # 19 batches an epoch
SHORT, CLEAN = 4, 5  # captures: the shortcut's last, the clean one's first
MAPS = layer_tag("grad_cam", "backbone/relu4")


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> tuple[Path, list[Moment]]:
    log_dir = tmp_path_factory.mktemp("demo")
    return log_dir, tell(PLAN, log_dir)


def blobs(log_dir: Path, tag: str) -> list[bytes]:
    """Return the blobs of the newest value of a tag."""
    context = RequestContext()
    with python_provider(log_dir) as provider:
        answer = provider.read_blob_sequences(
            context, experiment_id="", plugin_name="kerasviz", downsample=1
        )
        (datum,) = answer["kerasviz"][tag]
        keys = [value.blob_key for value in datum.values]
        return [provider.read_blob(context, blob_key=key) for key in keys]


def newest_maps(log_dir: Path) -> np.ndarray:
    raw = np.frombuffer(blobs(log_dir, MAPS)[0], "<f4")
    return raw.reshape(PLAN.num_held_out, 16, 16)


def test_both_streams_go_on_through_both_fits(told) -> None:
    seen = {(c.stream, c.step, c.fit, c.epoch) for c in captures(told[0])}
    moments = [(s, int(e > 4), e) for e, s in enumerate(STEPS)]
    streams = ("filter_patterns", "grad_cam")
    assert seen == {(s, *moment) for s in streams for moment in moments}


def test_every_layer_is_drawn_at_every_capture(told) -> None:
    steps = all_steps(told[0], "python")
    drawn = ("conv2", "conv4")
    tags = [layer_tag("filter_patterns", f"backbone/{n}") for n in drawn]
    assert [steps[tag] for tag in [*tags, MAPS]] == [STEPS] * 3


def test_log_knows_where_the_discs_are(told) -> None:
    record, *pictures = blobs(told[0], held_out_tag("grad_cam"))
    images = HeldOut.from_json(record).images
    boxes = [box for image in images for box in image.boxes]
    expected = sets.held_out(PLAN.num_held_out).boxes
    np.testing.assert_allclose(boxes, expected, atol=1e-6)
    assert len(pictures) == PLAN.num_held_out


def test_table_tells_what_the_log_holds(told) -> None:
    log_dir, moments = told
    maps, held_out = newest_maps(log_dir), sets.held_out(PLAN.num_held_out)
    in_box = np.nanmean(energy_in_boxes(maps, held_out.boxes))
    in_corner = np.nanmean(energy_in_corner(maps[held_out.stamped]))
    assert moments[-1].in_box == pytest.approx(in_box, rel=1e-4)
    assert moments[-1].in_corner == pytest.approx(in_corner, rel=1e-4)
    newest = [c.outcome for c in captures(log_dir) if c.outcome][-1]
    assert moments[-1].right == np.mean(newest.correct)


def test_table_has_a_line_for_each_moment(told) -> None:
    lines = table(told[1]).splitlines()
    names = ["untrained", "after phase one", "after phase two"]
    assert [line[:24].strip() for line in lines[1:]] == names


def test_demo_leaves_a_folder_that_holds_something_alone(tmp_path) -> None:
    (tmp_path / "precious").write_text("mine")
    with pytest.raises(SystemExit, match="new or an empty folder"):
        main(["--log-dir", str(tmp_path)])
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


@pytest.fixture(scope="module")
def charts(told) -> dict[str, list[float]]:
    """Return the values of the charts of the heatmaps, by measure."""
    log_dir, _ = told
    fits = [c.fit for c in captures(log_dir) if c.kind == "grad_cam"]
    assert fits[SHORT : CLEAN + 1] == [0, 1]
    with python_provider(log_dir) as provider:
        answer = provider.read_scalars(
            RequestContext(),
            experiment_id="",
            plugin_name="scalars",
            downsample=100,
        )
    return {
        tag.split("/")[1]: [datum.value for datum in series]
        for tag, series in answer["kerasviz"].items()
        if tag.endswith("grad_cam/backbone/relu4")
    }


def test_energy_leaves_the_stamp_where_clean_training_begins(charts):
    corner = charts["lower_right_energy"]
    assert corner[SHORT] > 2 / 16  # twice what a uniform map has
    assert corner[CLEAN] < corner[SHORT] / 3
    assert max(corner[CLEAN:]) < corner[SHORT] / 3


def test_energy_enters_the_disc_where_clean_training_begins(charts):
    inside = charts["energy_inside"]
    assert inside[CLEAN] > 1.5 * inside[SHORT]
    assert min(inside[CLEAN:]) > 1.5 * max(inside[: SHORT + 1])
    assert charts["pointing_hit"][-1] > charts["pointing_hit"][SHORT]
    assert charts["iou"][-1] > 2 * charts["iou"][SHORT]


def test_only_the_stamped_corner_has_energy_while_it_is_a_shortcut(charts):
    others = ("upper_left", "upper_right", "lower_left")
    largest = max(charts[f"{corner}_energy"][SHORT] for corner in others)
    assert charts["lower_right_energy"][SHORT] > 2 * largest


def test_maps_change_most_where_the_lesson_changes(charts):
    likeness = charts["rank_correlation_previous"]  # from the second capture
    settled = likeness[SHORT - 2 : SHORT]
    assert likeness[CLEAN - 1] < min(settled)
