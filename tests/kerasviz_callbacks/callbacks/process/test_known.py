"""Numbers say whether a model, its weights or a fit is one that is known."""

import keras

from kerasviz_callbacks.callbacks.process.known import Known
from kerasviz_callbacks.schedule import Budget
from tests.kerasviz_callbacks.networks.training import plain_network


def test_model_keeps_its_number_and_another_one_gets_another():
    known, model = Known(), plain_network()
    number = known.model(model)
    model.compile("adam")
    assert known.model(model) == number
    assert known.model(plain_network()) != number


def test_model_of_other_layers_gets_another_number_and_then_keeps_it():
    known, model = Known(), plain_network()
    before = known.model(model)
    model.add(keras.layers.Dense(2))
    after = known.model(model)
    assert before != after == known.model(model)


def test_weights_keep_their_numbers_in_another_model():
    known, model = Known(), plain_network()
    numbers = known.weights(model.weights)
    assert len(set(numbers)) == len(model.weights)
    head = keras.Sequential([*model.layers, keras.layers.Dense(2)])
    assert known.weights(head.weights)[: len(numbers)] == numbers


def test_recorders_of_a_fit_have_one_number_and_the_next_fit_another():
    known, fits = Known(), [{}, {}]
    first = known.fit(fits[0], 1)
    known.budgets(1, Budget(0.05, None))
    assert known.fit(fits[0], 2) == first
    assert known.fit(fits[1], 1) != first
    assert known.fit(None, 1) is None  # by hand


def test_budgets_are_those_of_the_present_fit():
    known, budgets = Known(), [Budget(0.05, None) for _ in range(3)]
    key = {}
    known.fit(key, 1)
    known.budgets(1, budgets[0])
    known.fit(key, 2)
    assert known.budgets(2, budgets[1]) == (budgets[0], budgets[1])
    known.fit(key, 1)  # the same recorder again: another fit
    assert known.budgets(1, budgets[2]) == (budgets[2],)
