"""One-off functions trace a model once, and never draw with a stale trace."""

import copy
import functools
import gc
import pickle
import weakref

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import Preset, filter_patterns, grad_cam
from kerasviz_callbacks.heatmaps.graph import HeatmapGraph
from kerasviz_callbacks.model.probe.signature import TRACES
from kerasviz_callbacks.patterns.ascent.ascent import Ascent
from kerasviz_callbacks.patterns.excitation_graph import ExcitationGraph
from tests.kerasviz_callbacks.networks.training import X, fit, plain_network

L = keras.layers
IMAGES = X[:4]
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ impl:DeprecationWarning"  # of Keras, as it saves
)


@pytest.fixture
def traced(monkeypatch):
    """Return the names of what was traced, in order."""
    names = []
    for kind in (HeatmapGraph, Ascent, ExcitationGraph):
        first = kind.__init__

        def noting(self, *args, _first=first, _kind=kind):
            names.append(_kind.__name__)
            _first(self, *args)

        monkeypatch.setattr(kind, "__init__", noting)
    return names


def heatmaps(model, **options):
    return grad_cam(model, IMAGES, **options).maps


def patterns(model, layer="conv2", **options):
    options = {"steps": 2, "preset": Preset.steady(size=16), **options}
    return filter_patterns(model, layer, [0, 1], **options).images


def patterns_beside_images(model):
    options = {"images": IMAGES, "preset": Preset.steady(size=24), "steps": 2}
    return filter_patterns(model, "conv2", [0, 1], **options).held_out_best


@pytest.mark.parametrize("draw", [heatmaps, patterns, patterns_beside_images])
def test_a_second_call_traces_nothing_and_draws_the_same(
    draw, traced, monkeypatch
):
    model = plain_network()
    first = draw(model)
    for place in ("model.accepted", "patterns.excitation"):
        name = f"kerasviz_callbacks.{place}.probe_model"
        monkeypatch.setattr(name, pytest.fail)
    num_traced = len(traced)
    np.testing.assert_array_equal(draw(model), first)
    assert len(traced) == num_traced


@pytest.mark.parametrize("draw", [heatmaps, patterns])
def test_weights_are_read_live(draw, traced):
    model = plain_network()
    first = draw(model)
    fit(model)
    random = np.random.default_rng(1)
    weights = [random.normal(size=w.shape) for w in model.weights]
    model.set_weights(weights)
    second = draw(model)
    other = plain_network()
    other.set_weights(weights)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(second, draw(other))
    assert len(traced) == 2  # one of each model


def changed_activation(model):
    model.get_layer("conv1").activation = keras.activations.tanh


def another_head(model):
    model.pop()
    model.add(L.Dense(2, name="head"))


def frozen(model):
    model.get_layer("conv1").trainable = False


def another_loss(model):
    model.compile("sgd", "mse")


def lora(model):
    model.get_layer("head").enable_lora(1)


def another_policy(model):
    model.get_layer("conv2").dtype_policy = "mixed_float16"


def another_variable(model):
    """As a library does that loads weights by replacing them."""
    layer = model.get_layer("conv1")
    layer._tracker.unlock()
    ones = np.ones((3, 3, 3, 4), np.float32)
    layer._kernel = keras.Variable(ones, name="kernel")


def other_attention(model):
    keras.config.enable_flash_attention()


CHANGES = [
    changed_activation,
    another_head,
    frozen,
    another_loss,
    lora,
    another_policy,
    another_variable,
    other_attention,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_a_changed_model_is_traced_anew(change, traced):
    model = plain_network()
    heatmaps(model, target=1)
    try:
        change(model)
        second = heatmaps(model, target=1)
    finally:
        keras.config.disable_flash_attention()
    assert len(traced) == 2
    vars(model).pop(TRACES)
    np.testing.assert_array_equal(second, heatmaps(model, target=1))


def test_settings_of_a_layer_of_ones_own_are_seen(traced, monkeypatch):
    class Settings:
        factor = 1.0

    class Scaled(L.Layer):
        def __init__(self):
            super().__init__()
            self.settings = Settings()
            self.table = np.ones(3, np.float32)

        def call(self, x):
            return x * self.settings.factor * self.table * _SCALE

    scaled = Scaled()
    model = keras.Sequential([keras.Input((16, 16, 3)), scaled])
    for layer in plain_network().layers:
        model.add(layer)
    heatmaps(model)
    scaled.settings.factor = 2.0
    heatmaps(model)
    scaled.table[0] = 5.0
    heatmaps(model)
    assert len(traced) == 3
    monkeypatch.setitem(globals(), "_SCALE", 7.0)
    heatmaps(model)
    assert len(traced) == 4
    heatmaps(model)
    assert len(traced) == 4


@pytest.mark.parametrize(
    "options",
    [
        {"layer": "conv1"},
        {"method": "layer_cam"},
        {"target": "margin"},
        {"target": [[0, 1]] * 4},
        {"target": lambda logits: logits[:, 1]},
    ],
    ids=["layer", "method", "margin", "wanted", "function"],
)
def test_another_question_is_traced_anew(options, traced):
    model = plain_network()
    heatmaps(model)
    heatmaps(model, **options)
    assert len(traced) == 2
    heatmaps(model, **options)
    heatmaps(model)
    assert len(traced) == 2


def test_another_class_needs_no_other_trace(traced):
    model = plain_network()
    for target in range(3):
        heatmaps(model, target=target)
    assert len(traced) == 1


_SCALE = 1.0


def scaled(images):
    return images * _SCALE


def test_a_function_is_known_by_its_code_and_what_it_reads(traced, monkeypatch):
    model = plain_network()
    for _ in range(2):  # another function each time, of the same code
        patterns(model, preprocess=lambda images: images * 2.0)
    patterns(model, preprocess=scaled)
    assert len(traced) == 2
    monkeypatch.setitem(globals(), "_SCALE", 3.0)
    first = patterns(model, preprocess=scaled)
    assert len(traced) == 3
    np.testing.assert_array_equal(
        first, patterns(plain_network_of(model), preprocess=scaled)
    )
    for factor in (1.0, 2.0):
        patterns(model, preprocess=lambda x, factor=factor: x * factor)
        patterns(model, preprocess=lambda x: x * factor)  # noqa: B023
    assert len(traced) == 8


class Preprocessing:
    factor = 1.0

    def run(self, images):
        return images * self.factor


def test_a_function_that_is_a_method_or_a_layer_is_looked_into(traced):
    model, own = plain_network(), Preprocessing()
    layer = L.Rescaling(1.0)
    part = functools.partial(lambda images, by: images * by["by"], by={"by": 1})
    for count, change in enumerate(
        [lambda: None, own_changed(own, layer, part)]
    ):
        change()
        for function in (own.run, layer, part):
            patterns(model, preprocess=function)
            patterns(model, preprocess=function)
        assert len(traced) == 3 * (count + 1)


def own_changed(own, layer, part):
    def change():
        own.factor = 2.0
        layer.scale = 2.0
        part.keywords["by"]["by"] = 2

    return change


def plain_network_of(model):
    """Return another network with the same weights."""
    other = plain_network()
    other.set_weights(model.get_weights())
    return other


def test_seeds_share_a_trace_and_sizes_do_not(traced):
    model = plain_network()
    one, other = (
        patterns(model, preset=Preset.steady(size=16, seed=s)) for s in (0, 1)
    )
    assert not np.array_equal(one, other)
    assert len(traced) == 1
    patterns(model, preset=Preset.steady(size=32))
    assert len(traced) == 2


def test_a_loop_over_layers_does_not_grow(traced):
    model = keras.Sequential([keras.Input((16, 16, 3))])
    for index in range(6):
        model.add(L.Conv2D(2, 3, padding="same", name=f"conv{index}"))
    for layer in (L.GlobalAveragePooling2D(), L.Dense(2)):
        model.add(layer)
    for layer in model.layers[:6]:
        patterns(model, layer)
        heatmaps(model, layer=layer)
    traces = vars(model)[TRACES]
    assert max(map(len, traces._kept.values())) == 4
    patterns(model, "conv5")
    assert len(traced) == 12


@pytest.mark.parametrize("draw", [heatmaps, patterns])
def test_memory_is_given_back_with_the_model(draw, traced):
    model = plain_network()
    draw(model)
    [made] = [
        one
        for kind, all_ in vars(model)[TRACES]._kept.items()
        for _, one in all_
        if kind in ("heatmaps", "ascent")
    ]
    run = getattr(made, "_run", None) or made._climb
    alive = [weakref.ref(x) for x in (model, model.layers[0], made, run.graph)]
    del model, made, run
    gc.collect()
    assert [one() for one in alive] == [None] * 4


def test_a_model_that_changed_lets_go_of_the_old_trace():
    model = plain_network()
    heatmaps(model)
    old = weakref.ref(vars(model)[TRACES])
    changed_activation(model)
    heatmaps(model)
    gc.collect()
    assert old() is None


def attributes_tracked(model):
    """Return all that Keras and TensorFlow know of a model."""
    children = model._trackable_children()
    return [*children, len(model._layers), len(model.variables)]


def test_nothing_that_saves_or_copies_a_model_sees_its_traces(tmp_path):
    model = plain_network()
    before = attributes_tracked(model)
    heatmaps(model)
    assert attributes_tracked(model) == before
    copies = [copy.deepcopy(model), copy.copy(model)]
    copies += [pickle.loads(pickle.dumps(model))]
    copies += [keras.models.clone_model(model)]
    model.save(tmp_path / "m.keras")
    copies += [keras.saving.load_model(tmp_path / "m.keras")]
    for other in copies:
        traces = vars(other).get(TRACES)
        assert traces is None or not traces._kept
    model.export(tmp_path / "exported", verbose=False)
    served = tf.saved_model.load(str(tmp_path / "exported"))
    np.testing.assert_allclose(
        served.serve(IMAGES), model.predict(IMAGES, verbose=0), atol=1e-5
    )
    tf.train.Checkpoint(model).write(str(tmp_path / "ckpt"))
    names = [n for n, _ in tf.train.list_variables(str(tmp_path / "ckpt"))]
    assert not any("kerasviz" in name for name in names)
