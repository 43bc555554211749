"""Every convolution is found, by every address that names it, and no other."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks.model.layers import LayerPath, find_layer, layer_paths

L = keras.layers


class OwnConv2D(L.Conv2D):
    """A user's subclass."""


CLASSES = [
    (L.Conv1D, (9, 2)),
    (L.Conv2D, (9, 9, 2)),
    (L.Conv3D, (5, 5, 5, 2)),
    (L.SeparableConv1D, (9, 2)),
    (L.SeparableConv2D, (9, 9, 2)),
    (L.Conv1DTranspose, (9, 2)),
    (L.Conv2DTranspose, (9, 9, 2)),
    (L.Conv3DTranspose, (5, 5, 5, 2)),
    (OwnConv2D, (9, 9, 2)),
]


@pytest.mark.parametrize(("kind", "shape"), CLASSES)
def test_every_convolution_is_listed_with_kind_filters_and_shape(kind, shape):
    inputs = keras.Input(shape)
    outputs = kind(4, 3, padding="same", name="c")(inputs)
    expected = LayerPath("c", kind.__name__, 4, (None, *shape[:-1], 4))
    assert layer_paths(keras.Model(inputs, outputs)) == [expected]


@pytest.mark.parametrize("ndim", [1, 2])
def test_depthwise_convolution_counts_its_output_channels(ndim):
    kind = getattr(L, f"DepthwiseConv{ndim}D")
    shape = (*[9] * ndim, 3)
    model = keras.Sequential([keras.Input(shape), kind(3, depth_multiplier=2)])
    assert [record.filters for record in layer_paths(model)] == [6]


def test_other_layers_are_not_listed():
    model = keras.Sequential([keras.Input((4, 4, 1)), L.Flatten(), L.Dense(2)])
    assert layer_paths(model) == []


def test_open_sizes_are_none_in_the_output_shape():
    model = keras.Sequential([keras.Input((None, None, 3)), L.Conv2D(4, 3)])
    assert layer_paths(model)[0].output_shape == (None, None, None, 4)


def test_model_before_first_use_has_filters_but_no_shapes():
    model = keras.Sequential([L.Conv2D(4, 3, name="c")])
    assert layer_paths(model) == [LayerPath("c", "Conv2D", 4, None)]


def test_used_subclassed_model_tells_shapes_where_its_layers_can():
    model = Collections()
    model(np.zeros((1, 9, 9, 3), "float32"))
    shapes = {r.path: r.output_shape for r in layer_paths(model)}
    assert shapes["in_list"] == (None, 7, 7, 2)
    assert shapes["in_dict"] is None


def test_paths_lead_through_every_level_of_nesting():
    paths = [record.path for record in layer_paths(doubly_nested())]
    assert paths == ["middle/inner/c", "middle/c"]


def test_layers_in_lists_dicts_and_wrappers_are_found():
    found = {record.path for record in layer_paths(Collections())}
    assert found == {"in_list", "in_dict", "in_tuple", "wrapper/wrapped"}


def test_shared_layer_is_listed_once():
    conv, inputs = L.Conv2D(3, 3, padding="same"), keras.Input((9, 9, 3))
    model = keras.Model(inputs, conv(conv(inputs)))
    assert len(layer_paths(model)) == 1


def test_every_address_finds_the_very_layer():
    model = doubly_nested()
    conv = model.get_layer("middle").get_layer("inner").get_layer("c")
    for address in ("middle/inner/c", "inner/c", conv):
        found = find_layer(model, address)
        assert found.layer is conv
        assert found.path == "middle/inner/c"


def test_unambiguous_short_name_is_enough():
    assert find_layer(doubly_nested(), "inner").path == "middle/inner"


def test_full_path_goes_before_a_short_name():
    inner = keras.Sequential([keras.Input((9, 9, 3)), conv("c")], name="inner")
    model = keras.Sequential([keras.Input((9, 9, 3)), inner, conv("c")])
    assert find_layer(model, "c").path == "c"


def test_ambiguous_name_lists_the_paths():
    with pytest.raises(ValueError, match="'middle/inner/c', 'middle/c'"):
        find_layer(doubly_nested(), "c")


def test_name_is_not_matched_by_its_end_alone():
    with pytest.raises(ValueError, match="no layer 'nner'"):
        find_layer(doubly_nested(), "nner")


def test_dots_in_names_are_part_of_the_name():
    model = keras.Sequential([keras.Input((9, 9, 3)), conv("block.1.conv")])
    assert find_layer(model, "block.1.conv").path == "block.1.conv"
    with pytest.raises(ValueError, match="no layer 'conv'"):
        find_layer(model, "conv")


def test_two_layers_of_one_path_ask_for_the_object():
    model = Twins()
    with pytest.raises(ValueError, match="Give the layer object itself"):
        find_layer(model, "twin/c")
    second = model.parts[1].layers[-1]
    assert find_layer(model, second).layer is second


def test_miss_lists_the_nearest_names_first():
    with pytest.raises(ValueError, match=r"Nearest: 'middle/inner'.*layer_pat"):
        find_layer(doubly_nested(), "iner")


def test_miss_lists_ten_names_at_most():
    layers = [conv(f"conv{i}") for i in range(30)]
    model = keras.Sequential([keras.Input((9, 9, 3)), *layers])
    with pytest.raises(ValueError) as caught:
        find_layer(model, "konv1")
    assert str(caught.value).count("'conv") == 10


def test_layer_of_another_model_is_refused():
    stranger = doubly_nested().get_layer("middle")
    with pytest.raises(ValueError, match="'middle', which is not"):
        find_layer(doubly_nested(), stranger)


@pytest.mark.parametrize("address", [3, None, b"c", ["c"]])
def test_address_that_is_neither_name_nor_layer_is_a_type_error(address):
    with pytest.raises(TypeError, match="path or as a layer object"):
        find_layer(doubly_nested(), address)


def test_what_is_not_a_model_is_refused():
    with pytest.raises(TypeError, match=r"must be a keras\.Model"):
        layer_paths(L.Conv2D(3, 3))


class Collections(keras.Model):
    """Keeps its layers where Keras' `layers` alone does not look."""

    def __init__(self) -> None:
        super().__init__()
        self.many = [L.Conv2D(2, 3, name="in_list")]
        self.named = {"a": L.Conv2D(2, 3, name="in_dict")}
        self.fixed = (L.Conv2D(2, 3, name="in_tuple"),)
        self.around = L.TimeDistributed(
            L.Conv2D(2, 3, name="wrapped"), name="wrapper"
        )

    def build(self, shape) -> None:
        self.many[0].build(shape)

    def call(self, x):
        return self.many[0](x)


class Twins(keras.Model):
    """Two parts of one name, as two loaded backbones may be."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = [
            keras.Sequential([keras.Input((9, 9, 3)), conv("c")], name="twin")
            for _ in range(2)
        ]

    def call(self, x):
        return self.parts[1](self.parts[0](x))


def conv(name: str) -> keras.Layer:
    return L.Conv2D(3, 3, padding="same", name=name)


def doubly_nested() -> keras.Model:
    shape = (9, 9, 3)
    inner = keras.Sequential([keras.Input(shape), conv("c")], name="inner")
    middle = keras.Sequential(
        [keras.Input(shape), inner, conv("c")], name="middle"
    )
    return keras.Sequential([keras.Input(shape), middle])
