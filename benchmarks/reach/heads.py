"""Models of tutorials: the ViT of keras.io, and attention on a network."""

from typing import Any

import keras

from benchmarks.reach.case import HIDDEN, NUM_CLASSES, Case

L = keras.layers
PATCH = 8
BLOCKS = 3  # of the ViT


class Patches(L.Layer):
    """Cuts images into patches, (n, patches, values).

    Source: https://keras.io/examples/vision/image_classification_with_vision_transformer/.
    """

    def call(self, images: Any) -> Any:
        patches = keras.ops.image.extract_patches(images, size=PATCH)
        count = (images.shape[1] // PATCH) * (images.shape[2] // PATCH)
        return keras.ops.reshape(patches, (-1, count, PATCH * PATCH * 3))


class PatchEncoder(L.Layer):
    """Projects patches and adds an embedding of their place, as keras.io."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.projection = L.Dense(HIDDEN)
        self.position_embedding = L.Embedding(count, HIDDEN)

    def call(self, patches: Any) -> Any:
        places = keras.ops.expand_dims(keras.ops.arange(self.count), 0)
        return self.projection(patches) + self.position_embedding(places)


def cases() -> list[Case]:
    """Return a case per model."""
    return [
        Case("keras.io ViT, flattened", keras_io_vit, 72),
        Case("keras.io ViT, mean of tokens", vit_mean, 72),
        Case("keras.io ViT, tokens as a grid", vit_grid, 72),
        Case("keras.io ViT, class token", vit_token, 72),
        Case("CNN and self-attention on tokens", cnn_attention, 64),
        Case("CNN and self-attention on a map", map_attention, 64),
        Case("CNN, pooled by attention", pooled_attention, 64),
        Case("CNN, squeeze-and-excitation", squeezed, 64),
    ]


def keras_io_vit(size: int) -> keras.Model:
    """Return the model of keras.io, with fewer blocks."""
    inputs, tokens = _encoded(size)
    return _classifier(inputs, L.Flatten()(tokens))


def vit_mean(size: int) -> keras.Model:
    """Return it with the mean of all tokens."""
    inputs, tokens = _encoded(size)
    return _classifier(inputs, L.GlobalAveragePooling1D()(tokens))


def vit_grid(size: int) -> keras.Model:
    """Return it with tokens that are put back into a grid."""
    inputs, tokens = _encoded(size)
    side = size // PATCH
    grid = L.Reshape((side, side, HIDDEN))(tokens)
    return _classifier(inputs, L.GlobalAveragePooling2D()(grid))


def vit_token(size: int) -> keras.Model:
    """Return it with a class token before the others."""
    inputs, tokens = _encoded(size, has_token=True)
    return _classifier(inputs, tokens[:, 0])


class ClassToken(L.Layer):
    """Puts a learned token before the others."""

    def build(self, shape: Any) -> None:
        self.token = self.add_weight(shape=(1, 1, shape[-1]))

    def call(self, tokens: Any) -> Any:
        count = keras.ops.shape(tokens)[0]
        token = keras.ops.repeat(self.token, count, axis=0)
        return keras.ops.concatenate([token, tokens], axis=1)


def _encoded(size: int, *, has_token: bool = False) -> tuple[Any, Any]:
    inputs = keras.Input((size, size, 3))
    scaled = L.Rescaling(1 / 255)(inputs)
    tokens = PatchEncoder((size // PATCH) ** 2)(Patches()(scaled))
    if has_token:
        tokens = ClassToken()(tokens)
    for _ in range(BLOCKS):
        normal = L.LayerNormalization(epsilon=1e-6)(tokens)
        attended = L.MultiHeadAttention(4, HIDDEN)(normal, normal)
        summed = L.Add()([attended, tokens])
        wide = L.LayerNormalization(epsilon=1e-6)(summed)
        for units in (2 * HIDDEN, HIDDEN):
            wide = L.Dense(units, activation="gelu")(wide)
        tokens = L.Add()([wide, summed])
    return inputs, L.LayerNormalization(epsilon=1e-6)(tokens)


def _features(size: int) -> tuple[Any, Any]:
    inputs = keras.Input((size, size, 3))
    features = L.Rescaling(1 / 255)(inputs)
    for filters, strides in ((16, 4), (HIDDEN, 2)):
        features = L.Conv2D(
            filters, 3, strides, padding="same", activation="relu"
        )(features)
    return inputs, features


def _classifier(inputs: Any, features: Any) -> keras.Model:
    outputs = L.Dense(NUM_CLASSES, activation="softmax")(features)
    return keras.Model(inputs, outputs)


def cnn_attention(size: int) -> keras.Model:
    """Return convolutions, and attention between their places as tokens."""
    inputs, features = _features(size)
    tokens = L.Reshape((-1, HIDDEN))(features)
    attended = L.MultiHeadAttention(2, 16)(tokens, tokens)
    pooled = L.GlobalAveragePooling1D()(L.Add()([tokens, attended]))
    return _classifier(inputs, pooled)


def map_attention(size: int) -> keras.Model:
    """Return convolutions, and attention over rows and columns."""
    inputs, features = _features(size)
    attention = L.MultiHeadAttention(2, 16, attention_axes=(1, 2))
    summed = features + attention(features, features)
    return _classifier(inputs, L.GlobalAveragePooling2D()(summed))


def pooled_attention(size: int) -> keras.Model:
    """Return convolutions that are summed with learned weights of places."""
    inputs, features = _features(size)
    tokens = L.Reshape((-1, HIDDEN))(features)
    weights = L.Softmax(axis=1)(L.Dense(1)(tokens))
    return _classifier(inputs, keras.ops.sum(tokens * weights, axis=1))


def squeezed(size: int) -> keras.Model:
    """Return convolutions whose channels are weighed by their means."""
    inputs, features = _features(size)
    means = L.GlobalAveragePooling2D(keepdims=True)(features)
    gates = L.Dense(HIDDEN, activation="sigmoid")(means)
    pooled = L.GlobalMaxPooling2D()(features * gates)
    return _classifier(inputs, pooled)
