"""The last capture shows the weights that `fit` returns."""

import copy

import keras
import numpy as np
import pytest

from kerasviz_callbacks import EveryEpochs, GradCAM
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks.training import (
    X,
    Y,
    arranged,
    fit,
    plain_network,
)

BEST_AT_1 = [0.9, 0.1, 0.9, 0.9]


class Told(keras.callbacks.Callback):
    """Tells a validation loss that is best after the second epoch."""

    def on_epoch_end(self, epoch, logs):
        logs["val_loss"] = BEST_AT_1[epoch]


def stopping() -> keras.callbacks.Callback:
    return keras.callbacks.EarlyStopping(
        "val_loss", patience=2, restore_best_weights=True
    )


def watching(tmp_path, seen=None, **options) -> GradCAM:
    given = {
        "on_capture": lambda result, step: seen and seen.append(result.outputs),
        "budget": None,
        "verbose": 0,
        "on_error": "raise",
        **options,
    }
    return GradCAM(tmp_path, X[:2], **arranged(given))


@pytest.mark.parametrize("comes_first", [True, False])
@pytest.mark.parametrize("every", [1, EveryEpochs(100)], ids=str)
def test_last_capture_is_of_the_weights_that_are_restored(
    tmp_path, comes_first, every
):
    seen = [None]
    watch, stops = watching(tmp_path, seen, every=every), stopping()
    model = plain_network()
    others = [watch, stops] if comes_first else [stops, watch]
    fit(model, Told(), *others, epochs=4)
    returned = model.predict(X[:2], verbose=0)
    np.testing.assert_allclose(seen[-1], returned, atol=1e-6)


def test_capture_of_restored_weights_says_so(tmp_path):
    fit(plain_network(), Told(), watching(tmp_path), stopping(), epochs=4)
    *_, before, last = captures(tmp_path)
    assert (last.step, last.reason) == (before.step + 1, "last")
    assert any("without a training step" in note for note in last.notes)
    assert not any("without a training step" in n for n in before.notes)


def test_sanity_check_is_of_the_weights_that_are_restored(tmp_path):
    watch = watching(tmp_path, sanity_check=True)
    fit(plain_network(), Told(), watch, stopping(), epochs=4)
    assert [c.reason for c in captures(tmp_path)[-2:]] == [
        "last",
        "sanity check",
    ]


def test_order_between_epochs_is_the_one_that_was_given(tmp_path):
    """Who swaps weights after us is seen only at the end."""

    class Zeroing(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.kept = self.model.get_weights()
            self.model.set_weights([w * 0 for w in self.kept])

        def on_epoch_begin(self, epoch, logs=None):
            if epoch:
                self.model.set_weights(self.kept)

    seen = [None]
    fit(plain_network(), watching(tmp_path, seen), Zeroing(), epochs=2)
    spread = [np.ptp(outputs) for outputs in seen[1:]]
    assert min(spread[1:3]) > 0
    assert spread[3] == pytest.approx(0, abs=1e-6)


def test_second_fit_with_the_same_callbacks_ends_once(tmp_path):
    model, watch = plain_network(), watching(tmp_path)
    given = keras.callbacks.CallbackList([watch], add_history=True, model=model)
    for _ in range(2):
        model.fit(X, Y, callbacks=given, epochs=1, verbose=0)
    assert [c.step for c in captures(tmp_path)] == [0, 1, 2]
    assert not watch.recorder.is_joined


def test_end_that_is_called_by_hand_ends_at_once(tmp_path):
    model, watch = plain_network(), watching(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        fit(model, watch, Interrupting())
    watch.on_train_end()
    assert captures(tmp_path)[-1].reason == "last"
    assert not watch.recorder.is_joined


class Interrupting(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if batch == 1:
            raise KeyboardInterrupt


def test_callback_can_be_copied_after_a_fit(tmp_path):
    watch = watching(tmp_path)
    copied = copy.deepcopy(watch)
    fit(plain_network(), copied, epochs=1)
    assert captures(tmp_path)
