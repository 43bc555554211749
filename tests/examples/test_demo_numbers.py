"""The charts of the demo tell its story without a picture.

The network is trained until it takes the shortcut, a stamp in the lower right
corner, and then on pictures where the stamp says nothing.
"""

import pytest
from tensorboard.context import RequestContext

from examples.demo.story import Plan, tell
from tests.kerasviz_callbacks.logs.written import captures
from tests.tb_plugin.loaders import python_provider

pytestmark = pytest.mark.usefixtures("few_steps")

PLAN = Plan(num_images=600, num_filters=1, first_epochs=4, second_epochs=4)
SHORT, CLEAN = 4, 5  # captures: the shortcut's last, the clean one's first


@pytest.fixture(scope="module")
def charts(tmp_path_factory) -> dict[str, list[float]]:
    """Return the values of the charts of the heatmaps, by measure."""
    log_dir = tmp_path_factory.mktemp("demo")
    tell(PLAN, log_dir)
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
