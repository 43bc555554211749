"""What trainings of known length would draw: the table of the documents."""

import itertools

import pytest

from kerasviz_callbacks.schedule import Price, replay

PATTERNS = Price(fixed_s=0.6, picture_s=7.4 / 32, num_pictures=32)
HEATMAPS = Price(0.5)


def played(num_epochs: int, epoch_s: float, share: float | None = 0.05):
    prices = {"patterns": PATTERNS, "heatmaps": HEATMAPS}
    return replay(prices, [epoch_s] * num_epochs, share)


@pytest.mark.parametrize(
    ("num_epochs", "epoch_s", "least"),
    [(20, 60, 10), (40, 10, 8), (8, 30, 7), (500, 300, 501)],
)
def test_evolution_is_seen_within_share_and_grace(num_epochs, epoch_s, least):
    found = played(num_epochs, epoch_s)
    patterns, heatmaps = found["patterns"], found["heatmaps"]
    assert heatmaps.num_drawn == num_epochs + 1
    assert patterns.num_drawn >= least
    assert any(patterns.pictures[1:4])
    spent_s = patterns.spent_s + heatmaps.spent_s
    beside_s = 2 * (PATTERNS.whole_s + HEATMAPS.whole_s)
    assert spent_s - beside_s <= 0.05 * num_epochs * epoch_s + 60


def test_no_stretch_of_a_training_is_left_without_a_picture():
    pictures = played(40, 10)["patterns"].pictures
    drawn = [epoch for epoch, count in enumerate(pictures) if count]
    # As times of an epoch: never more than half as long again without one.
    for one, other in itertools.pairwise(drawn):
        assert other - one <= 1 + one / 2


def test_no_budget_draws_all():
    found = played(10, 1, share=None)
    assert all(each.num_whole == 11 for each in found.values())


def test_a_part_is_drawn_where_the_whole_cannot_be_afforded():
    pictures = played(20, 60)["patterns"].pictures
    assert 0 < min(pictures) < max(pictures) == 32
