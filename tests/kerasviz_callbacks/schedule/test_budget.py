"""Drawing keeps within what it may take, as a clock tells that we set."""

import numpy as np
import pytest

from kerasviz_callbacks.schedule.budget import Budget
from tests.kerasviz_callbacks.logs.passing import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def spend(budget: Budget, clock: Clock, seconds: float) -> None:
    with budget.spending():
        clock.now += seconds


def run(budget: Budget, clock: Clock, price: float, num_epochs: int) -> int:
    """Train epochs of 10 s, draw when it may be; return how often."""
    drawn = 0
    for _ in range(num_epochs):
        clock.now += 10
        budget.count_due()
        if budget.affords(0, 1.0):
            spend(budget, clock, price)
            budget.learn(price, 100, 1.0)
            drawn += 1
        else:
            budget.skip()
    return drawn


def test_drawing_keeps_within_its_share_with_the_last_capture(clock):
    budget = Budget(0.05, None, clock)
    budget.begin()
    budget.expect(2.0, 100)
    spend(budget, clock, 4.0)  # the baseline
    drawn = run(budget, clock, 2.0, 100)
    spend(budget, clock, 2.0)  # the last
    assert drawn == (45 - 4 - 2) // 2
    # A tenth of the share is left for what is not seen from inside.
    assert budget.overhead == pytest.approx(0.9 * 0.05, rel=0.05)


def test_cheap_captures_are_all_drawn(clock):
    budget = Budget(0.05, None, clock)
    budget.begin()
    budget.expect(0.2, 100)
    assert run(budget, clock, 0.2, 50) == 50


def test_no_limit_draws_all(clock):
    budget = Budget(None, None, clock)
    budget.begin()
    budget.expect(1e9, 100)
    assert run(budget, clock, 1e9, 5) == 5


def pair(clock, price: float, other_price: float) -> tuple[Budget, Budget]:
    """Return the budgets of two callbacks of one fit, as it begins."""
    both = Budget(0.05, None, clock), Budget(0.05, None, clock)
    for budget, seconds in zip(both, (price, other_price), strict=True):
        budget.begin(both)
        budget.expect(seconds, 100)
    return both


def test_two_callbacks_share_evenly(clock):
    alone = Budget(0.05, None, clock)
    alone.begin()
    alone.expect(1.0, 100)
    one, _ = pair(clock, 1.0, 0.0)
    clock.now += 45
    assert alone.affords(0, 1.0)
    assert not one.affords(0, 1.0)
    clock.now += 45
    assert one.affords(0, 1.0)


def test_nested_spending_counts_once(clock):
    budget = Budget(0.05, None, clock)
    budget.begin()
    with budget.spending():
        clock.now += 1
        spend(budget, clock, 2.0)
        clock.now += 1
    assert budget.spent_s == 4
    assert budget.trained_s == 0


def test_what_a_baseline_takes_beyond_its_part_is_taken_off_the_others(clock):
    cheap, dear = pair(clock, 0.1, 10.0)
    spend(dear, clock, 20.0)  # its baseline
    drawn = {}
    for epoch in range(1, 201):
        clock.now += 10
        drawn[epoch] = drawn.get(epoch - 1, 0)
        if cheap.affords(0, 1.0):
            spend(cheap, clock, 0.1)
            drawn[epoch] += 1
    # A fifth of its part, 9 s by then, with the price of its last set aside.
    assert drawn[40] == pytest.approx(0.2 * 9 / 0.1 - 1, abs=1)
    # The dear one's part has grown beyond what it took; all are drawn again.
    assert drawn[200] - drawn[160] == 40
    assert dear.affords(0, 1.0)


def test_drawing_of_another_callback_is_no_training(clock):
    one, other = pair(clock, 1.0, 1.0)
    clock.now += 10
    spend(other, clock, 5.0)
    spend(one, clock, 3.0)
    clock.now += 10
    assert one.trained_s == other.trained_s == 20
    one.end()
    assert one.trained_s == 20


def test_who_has_no_limit_takes_nothing_off_the_others(clock):
    limited, free = Budget(0.05, None, clock), Budget(None, None, clock)
    for budget in (limited, free):
        budget.begin((limited, free))
    limited.expect(0.1, 100)
    free.expect(1e6, 100)
    clock.now += 10
    assert limited.affords(0, 1.0)


def test_what_is_not_drawn_anew_costs_no_time(clock):
    budget = Budget(0.05, None, clock)
    budget.begin()
    budget.expect(1e6, 10**6)
    assert budget.affords(0, 0.0)
    assert not budget.affords(0, 0.01)


def test_looking_for_news_keeps_within_half_of_the_share(clock):
    budget = Budget(0.1, None, clock)
    budget.begin()
    spend(budget, clock, 100.0)
    looks = []
    for _ in range(6):
        clock.now += 1
        looks.append(budget.affords_look(0.12))
    assert looks == [False, False, True, False, False, True]


def test_looks_in_vain_become_ever_rarer_until_the_next_fit(clock):
    budget = Budget(0.1, None, clock)
    budget.begin()
    looks = []
    for second in range(1, 101):
        clock.now += 1
        if budget.affords_look(0.001):
            looks.append(second)
            budget.look_in_vain(1.0)
    assert looks == [1, 2, 4, 8, 16, 32, 64]
    budget.end()
    budget.begin()
    clock.now += 1
    assert budget.affords_look(0.001)


def test_what_is_half_new_is_looked_at_when_it_can_be_afforded(clock):
    budget = Budget(0.1 / 0.9, None, clock)  # 0.1 as seen from inside
    budget.begin()
    spend(budget, clock, 4.0)
    budget.expect(2.0, 100)
    clock.now += 50
    assert budget.affords_look(0.001)
    budget.look_in_vain(0.5)  # 4 s, 2 s for the last one, 1 s for this one
    clock.now += 19
    assert not budget.affords_look(0.001)
    clock.now += 1.1
    assert budget.affords_look(0.001)
    assert budget.affords(0, 0.5)


def test_no_look_but_after_twice_the_time_where_the_log_is_full(clock):
    budget = Budget(0.1, 150, clock)
    budget.begin()
    budget.expect(0.01, 100)
    clock.now += 50
    assert not budget.affords(0, 0.9)
    budget.look_in_vain(0.9)
    clock.now += 49
    assert not budget.affords_look(0.001)
    clock.now += 1
    assert budget.affords_look(0.001)


@pytest.mark.parametrize("share", [None, 0.0])
def test_a_look_in_vain_without_a_share_asks_nothing_of_it(clock, share):
    budget = Budget(share, 150, clock)
    budget.begin()
    budget.expect(2.0, 100)
    clock.now += 50
    budget.look_in_vain(1.0)
    assert budget.affords_look(0.001) is (share is None)


def test_time_between_fits_is_no_training(clock):
    budget = Budget(0.05, None, clock)
    for _ in range(2):
        budget.begin()
        clock.now += 10
        budget.end()
        clock.now += 1000
    assert budget.trained_s == 20


def test_time_after_a_fit_that_raised_is_no_training(clock):
    budget = Budget(0.05, None, clock)
    for _ in range(2):
        budget.abandon()
        spend(budget, clock, 1.0)  # prepares
        budget.begin()
        clock.now += 10
        spend(budget, clock, 1.0)  # draws
        clock.now += 1000  # raises, and somebody looks into it
    budget.abandon()
    assert budget.trained_s == 20
    budget.abandon()
    assert budget.trained_s == 20


def test_filters_are_thinned_where_most_captures_would_be_skipped(clock):
    shares = []
    for price in (4.0, 6.0, 12.0, 1000.0):
        budget = Budget(0.05, None, clock)
        budget.begin()
        budget.expect(price, 100)
        clock.now += 10
        budget.count_due()
        budget.thin()
        shares.append(budget.pictures_share)
    assert shares == [1.0, 0.5, 0.25, 0.25]


def test_share_of_filters_never_grows_again(clock):
    budget = Budget(0.05, None, clock)
    budget.begin()
    clock.now += 10
    budget.count_due()
    for price in (6.0, 0.1):
        budget.expect(price, 100)
        budget.thin()
    assert budget.pictures_share == 0.5


def test_log_fills_up_ever_more_slowly_and_never_overflows():
    budget = Budget(None, 10_000)
    budget.expect(0.0, 100)
    used, drawn = 100, []
    for moment in range(1000):
        if budget.affords(used, 1.0):
            used += 100
            drawn.append(moment)
            budget.num_skipped = 0
        else:
            budget.skip()
    assert drawn[:40] == list(range(40))
    assert np.all(np.diff(drawn[50:]) >= 2)
    assert 9000 < used <= 9900  # room for the last
    assert drawn[-1] > 200


def test_summary_says_what_was_left_out(clock):
    budget = Budget(0.05, None, clock)
    budget.begin()
    budget.expect(2.0, 100)
    run(budget, clock, 2.0, 10)
    assert budget.summary() == (
        "1 captures drawn, 9 more left out to keep within budget=0.05; drawing "
        "took 2.0 s beside 100.0 s of training"
    )
