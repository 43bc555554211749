"""`keras.callbacks.TensorBoard` beside ours in one log_dir: nothing is lost."""

import keras
import numpy as np
import pytest
from tensorboard.context import RequestContext
from tensorboard.data.provider import RunTagFilter

from kerasviz_callbacks import FilterPatterns, GradCAM
from tb_plugin import contract
from tests.tb_plugin.loaders import PROVIDERS

EPOCHS, BATCHES = 2, 3
STEPS = [0, BATCHES, 2 * BATCHES]
ABOUT = {"ctx": RequestContext(), "experiment_id": ""}
RUNS = {"train", "validation", contract.RUN_NAME}


def small_model():
    """Return a model that is compiled."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((12, 12, 3)),
            layers.Conv2D(4, 3, activation="relu", name="conv"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile(
        "sgd", "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


@pytest.fixture(scope="module")
def log_dir(tmp_path_factory):
    """A log that all three callbacks wrote, ours first and last in the list."""
    folder = str(tmp_path_factory.mktemp("together"))
    images = np.random.default_rng(0).uniform(size=(24, 12, 12, 3))
    labels = np.arange(24) % 2
    shared = {"budget": None, "verbose": 0}
    callbacks = [
        FilterPatterns(folder, filters=2, steps=2, **shared),
        keras.callbacks.TensorBoard(folder, update_freq=1, histogram_freq=1),
        GradCAM(folder, images[:3], labels=labels[:3], **shared),
    ]
    small_model().fit(
        images,
        labels,
        validation_data=(images, labels),
        batch_size=8,
        epochs=EPOCHS,
        callbacks=callbacks,
        verbose=0,
    )
    return tmp_path_factory.getbasetemp() / folder


@pytest.fixture(scope="module", params=list(PROVIDERS))
def provider(request, log_dir):
    """Each loader on the log."""
    with PROVIDERS[request.param](log_dir) as provider:
        yield provider


# What Keras itself does while it writes its histograms.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ impl:DeprecationWarning"
)


def steps_of(series):
    return [int(datum.step) for datum in series]


def tags_of(listing):
    """Return the tags of each run."""
    return {run: set(tags) for run, tags in listing.items()}


def test_scalars_of_all_three_are_there(provider):
    tags = tags_of(provider.list_scalars(**ABOUT, plugin_name="scalars"))
    assert set(tags) == RUNS
    assert {"epoch_accuracy", "epoch_loss"} <= tags["train"]
    assert {"epoch_accuracy", "epoch_loss"} <= tags["validation"]
    assert all(tag.startswith("kerasviz/") for tag in tags["kerasviz"])


@pytest.mark.parametrize("run", ["train", "validation"])
def test_keras_keeps_every_epoch(provider, run):
    only = RunTagFilter(runs=[run], tags=["epoch_loss"])
    found = provider.read_scalars(
        **ABOUT,
        plugin_name="scalars",
        downsample=100,
        run_tag_filter=only,
    )
    assert steps_of(found[run]["epoch_loss"]) == list(range(EPOCHS))


@pytest.mark.parametrize("kind", contract.KINDS)
def test_ours_keep_every_capture(provider, kind):
    tag = contract.captures_tag(kind)
    found = provider.read_tensors(
        **ABOUT,
        plugin_name=contract.PLUGIN_NAME,
        downsample=100,
        run_tag_filter=RunTagFilter(runs=["kerasviz"], tags=[tag]),
    )
    assert steps_of(found["kerasviz"][tag]) == STEPS


def test_only_our_run_has_data_of_ours(provider):
    ours = {"plugin_name": contract.PLUGIN_NAME}
    for ask in (provider.list_tensors, provider.list_blob_sequences):
        assert set(ask(**ABOUT, **ours)) == {"kerasviz"}


def test_no_directory_holds_files_of_both(log_dir):
    folders = {
        path.parent.relative_to(log_dir).parts[0]
        for path in log_dir.rglob("*tfevents*")
    }
    assert folders == RUNS
