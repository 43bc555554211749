"""Drawing keeps within what it may take, as a clock tells that we set."""

import math

import numpy as np
import pytest

from kerasviz_callbacks.schedule.allowance import Price, allowed_s, released
from kerasviz_callbacks.schedule.budget import Budget
from tests.kerasviz_callbacks.logs.passing import Clock

NO_GRACE = 0.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


def begun(clock: Clock, share: float | None = 0.05, **given) -> Budget:
    budget = Budget(share, given.pop("max_bytes", None), clock=clock, **given)
    budget.begin()
    return budget


def spend(budget: Budget, clock: Clock, seconds: float) -> None:
    with budget.spending():
        clock.now += seconds


def learned(budget: Budget, price: Price) -> Budget:
    budget.learn(price, is_whole=True)
    return budget


def test_a_short_training_takes_the_grace_and_a_long_one_the_share():
    short = allowed_s(0.05, trained_s=60, aside_s=20, grace_s=60)
    assert short == 60
    long = allowed_s(0.05, trained_s=1e5, aside_s=20, grace_s=60)
    assert long == pytest.approx(0.9 * 5000 - 20, rel=1e-3)


def test_grace_is_released_early_on_and_never_all_before_the_end():
    parts = [released(count, 100) for count in range(101)]
    assert parts[0] == 0
    assert parts[1] > 2 / 100
    assert np.diff(parts).min() > 0
    assert parts[100] == 1
    assert released(99, 100) < 1
    assert released(3, None) == released(3, 100)


def test_a_price_tells_how_much_can_be_had():
    price = Price(fixed_s=1.0, picture_s=0.5, num_pictures=8)
    assert price.whole_s == 5
    assert price.of(0) == 0
    assert price.num_for(5.0) == 8
    assert price.num_for(2.0) == 2
    assert price.num_for(1.9) == 0  # half of it would be what comes besides
    together = Price(2.0)
    assert together.num_for(2.0) == 1
    assert together.num_for(1.9) == 0


def test_cheap_captures_are_drawn_whatever_was_spent(clock):
    budget = learned(begun(clock, grace_s=NO_GRACE), Price(0.5))
    with budget.spending():
        clock.now += 1000
    for seconds, is_drawn in ((49, False), (51, True)):
        clock.now += seconds
        budget.count_due()
        assert (budget.quota(0) > 0) is is_drawn


def test_a_dear_callback_does_not_starve_another(clock):
    cheap, dear = (Budget(0.05, None, clock=clock) for _ in range(2))
    for budget, price in ((cheap, Price(0.5)), (dear, Price(8.0))):
        budget.begin((cheap, dear), 20)
        learned(budget, price)
    spend(dear, clock, 500.0)
    drawn = 0
    for _ in range(20):
        clock.now += 10
        cheap.count_due()
        if cheap.quota(0):
            spend(cheap, clock, 0.5)
            drawn += 1
    assert drawn == 20


def test_a_callback_may_take_what_another_leaves(clock):
    alone = learned(begun(clock, grace_s=NO_GRACE), Price(4.0))
    both = [Budget(0.05, None, NO_GRACE, clock) for _ in range(2)]
    for budget, price in zip(both, (Price(4.0), Price(0.0)), strict=True):
        budget.begin(both)
        learned(budget, price)
    clock.now += 200
    whole_s = alone.room_s
    assert both[0].room_s == pytest.approx(whole_s)
    spend(both[1], clock, 100.0)
    assert both[0].room_s == pytest.approx(whole_s / 2)


def test_first_and_last_captures_are_paid_for_beside_the_grace(clock):
    budget = Budget(0.05, None, clock=clock)
    with budget.setting_aside():
        clock.now += 500
    budget.begin(num_expected=1)
    learned(budget, Price(50.0))
    clock.now += 1
    budget.count_due()
    assert budget.quota(0) > 0


def test_a_long_training_pays_for_them(clock):
    budget = Budget(0.05, None, NO_GRACE, clock)
    with budget.setting_aside():
        clock.now += 100
    budget.begin()
    learned(budget, Price(10.0))
    clock.now += (100 + 10 + 9.9) / (0.9 * 0.05)
    assert not budget.quota(0)  # with the last one that is to come
    clock.now += 0.2 / (0.9 * 0.05)
    assert budget.quota(0)


def test_nested_spending_counts_once(clock):
    budget = begun(clock)
    with budget.spending():
        clock.now += 1
        with budget.setting_aside():
            clock.now += 2
        clock.now += 1
    assert budget.spent_s == 4
    assert budget.trained_s == 0


def test_drawing_of_another_callback_is_no_training(clock):
    one, other = both = [Budget(0.05, None, clock=clock) for _ in range(2)]
    for budget in both:
        budget.begin(both)
    clock.now += 10
    spend(other, clock, 5.0)
    spend(one, clock, 3.0)
    clock.now += 10
    assert one.trained_s == other.trained_s == 20
    one.end()
    assert one.trained_s == 20


def test_who_has_no_limit_takes_nothing_off_the_others(clock):
    limited, free = both = [
        Budget(share, None, clock=clock) for share in (0.05, None)
    ]
    for budget in both:
        budget.begin(both)
    learned(limited, Price(0.1))
    learned(free, Price(1e6))
    clock.now += 10
    limited.count_due()
    assert limited.quota(0)
    assert free.quota(0) == math.inf


def test_what_is_not_drawn_anew_costs_no_time(clock):
    budget = learned(begun(clock), Price(1.0, 1e6, 8))
    assert budget.quota(0, 0) == math.inf
    assert not budget.quota(0, 1)


def test_looking_for_news_keeps_within_half_of_the_share(clock):
    budget = begun(clock, 0.1)
    spend(budget, clock, 100.0)
    looks = []
    for _ in range(6):
        clock.now += 1
        looks.append(budget.affords_look(0.12))
    assert looks == [False, False, True, False, False, True]


def test_looks_in_vain_become_ever_rarer_until_the_next_fit(clock):
    budget = begun(clock, 0.1)
    looks = []
    for second in range(1, 101):
        clock.now += 1
        if budget.affords_look(0.001):
            looks.append(second)
            budget.look_in_vain(1)
    assert looks == [1, 2, 4, 8, 16, 32, 64]
    budget.end()
    budget.begin()
    clock.now += 1
    assert budget.affords_look(0.001)


def test_what_is_half_new_is_looked_at_when_it_can_be_afforded(clock):
    # 0.1 as seen from inside
    budget = begun(clock, 0.1 / 0.9, grace_s=NO_GRACE)
    spend(budget, clock, 4.0)
    learned(budget, Price(0.0, 1.0, 2))
    clock.now += 50
    assert budget.affords_look(0.001)
    budget.look_in_vain(1)  # 4 s, 2 s for the last one, 1 s for this one
    clock.now += 19
    assert not budget.affords_look(0.001)
    clock.now += 1.1
    assert budget.affords_look(0.001)
    assert budget.quota(0, 1)


@pytest.mark.parametrize("share", [None, 0.0])
def test_a_look_in_vain_without_a_share_asks_nothing_of_it(clock, share):
    budget = learned(begun(clock, share, max_bytes=150), Price(2.0))
    clock.now += 50
    budget.look_in_vain(1)
    assert budget.affords_look(0.001) is (share is None)


def test_time_between_fits_is_no_training(clock):
    budget = Budget(0.05, None, clock=clock)
    for _ in range(2):
        budget.begin()
        clock.now += 10
        budget.end()
        clock.now += 1000
    assert budget.trained_s == 20


def test_time_after_a_fit_that_raised_is_no_training(clock):
    budget = Budget(0.05, None, clock=clock)
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


def test_log_fills_up_ever_more_slowly_and_never_overflows():
    budget = learned(Budget(None, 10_000), Price(0.0, num_bytes=100))
    used, drawn = 100, []
    for moment in range(1000):
        if budget.quota(used):
            used += 100
            drawn.append(moment)
            budget.num_skipped = 0
        else:
            budget.skip()
    assert drawn[:40] == list(range(40))
    assert np.all(np.diff(drawn[50:]) >= 2)
    assert 9000 < used <= 9900  # room for the last
    assert drawn[-1] > 200
    assert not budget.has_bytes(used)


def test_summary_says_what_was_left_out_and_what_to_do(clock):
    budget = begun(clock)
    clock.now += 100
    spend(budget, clock, 2.0)
    budget.learn(Price(2.0), is_whole=True)
    assert budget.summary() == (
        "1 capture drawn; drawing took 2.0 s beside 100.0 s of training"
    )
    budget.learn(Price(2.0), is_whole=False)
    budget.skip()
    assert budget.summary() == (
        "2 captures drawn, 1 of them in part, 1 more skipped to stay within "
        "budget=0.05; drawing took 2.0 s beside 100.0 s of training; "
        "budget=None draws all"
    )
