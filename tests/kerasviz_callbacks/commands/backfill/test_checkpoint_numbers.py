"""Names tell an epoch or a step, or it is said that they do not."""

import pytest

from kerasviz_callbacks.commands.backfill.checkpoints.numbers import (
    Numbers,
    numbers_in,
)

TOLD = [
    (["w.2", "w.10"], [{"plain": 2}, {"plain": 10}]),
    (["run3/w-02", "run3/w-03"], [{"plain": 2}, {"plain": 3}]),
    (["w.01-0.35", "w.02-0.2"], [{"plain": 1}, {"plain": 2}]),
    (["epoch-1", "epoch-2"], [{"epoch": 1}, {"epoch": 2}]),
    (["w_ep002", "w_ep010"], [{"epoch": 2}, {"epoch": 10}]),
    (["w_step-5", "w_step-7"], [{"step": 5}, {"step": 7}]),
    (
        ["epoch1_step40", "epoch2_step80"],
        [{"epoch": 1, "step": 40}, {"epoch": 2, "step": 80}],
    ),
    (["v2/best"], [{}]),
    (["v2/w.3"], [{"plain": 3}]),
    (["best"], [{}]),
]


@pytest.mark.parametrize(("names", "told"), TOLD, ids=str)
def test_names_tell(names, told):
    assert numbers_in(names, None) == [Numbers(**one) for one in told]


@pytest.mark.parametrize(
    "names",
    [
        ["a-2-17", "a-3-9"],
        ["run1/w-1", "run2/w-2"],
        ["w-0.5", "w-0.25"],
        ["epoch1-2", "epoch2-1"],
        ["w.1", "w.2", "last"],
    ],
    ids=str,
)
def test_names_that_are_not_clear_are_refused(names):
    with pytest.raises(ValueError, match="order them by time"):
        numbers_in(names, None)


TEMPLATES = [
    ("ckpt/{epoch}-{batch}", "/x/ckpt/2-17", {"epoch": 2, "batch": 17}),
    ("ckpt/{epoch:02d}-{val_loss:.2f}", "/x/ckpt/02-0.35", {"epoch": 2}),
    ("w.{step}.{val_loss:.2f}", "/x/w.300.0.35", {"step": 300}),
    ("{epoch}/{epoch}-*", "/x/3/3-a", {"epoch": 3}),
]


@pytest.mark.parametrize(("template", "name", "told"), TEMPLATES, ids=str)
def test_a_template_tells_which_number_is_which(template, name, told):
    assert numbers_in([name], template) == [Numbers(**told)]


@pytest.mark.parametrize("template", ["w-{loss}", "v-{epoch}"])
def test_a_template_that_does_not_fit_is_refused(template):
    with pytest.raises(ValueError, match="A template must"):
        numbers_in(["/x/w-2"], template)
