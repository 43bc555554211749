"""Writes the log that a released version is remembered by: `write.py FOLDER`.

It was run once, with the code of the release; later versions must open what it
wrote. A net of two convolutions learns for one epoch which half of an image is
bright. Both callbacks capture it before and after, on the same three images.

Of what they wrote, the labelled sheets for TensorBoard's own Images tab are
dropped: four fifths of the bytes, which no code of ours ever reads.
"""

import sys
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from tensorboard.compat.proto.event_pb2 import Event

from kerasviz_callbacks import CaptureOptions, FilterPatterns, GradCAM

SIZE = 16


def main(folder: Path) -> None:
    """Train and write the log."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    labels = np.arange(16) % 2
    images = rng.integers(0, 60, (16, SIZE, SIZE, 3)).astype("uint8")
    for image, label in zip(images, labels, strict=True):
        image[:, SIZE // 2 * label : SIZE // 2 * (label + 1)] += 150
    halves = [(0.5 * label, 0, 0.5 * label + 0.5, 1) for label in labels]
    model = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(3, 3, activation="relu", name="conv1"),
            keras.layers.Conv2D(4, 3, activation="relu", name="conv2"),
            keras.layers.Flatten(),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile(
        keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy"
    )
    common = {
        "layers": ["conv1", "conv2"],
        "budget": None,
        "options": CaptureOptions(on_error="raise"),
        "verbose": 0,
    }
    patterns = FilterPatterns(
        folder, images=images[:3], filters=3, steps=3, **common
    )
    heatmaps = GradCAM(
        folder,
        images[:3],
        labels=labels[:3],
        regions=halves[:3],
        class_names=["left", "right"],
        **common,
    )
    model.fit(
        images,
        labels,
        batch_size=4,
        epochs=1,
        verbose=0,
        callbacks=[patterns, heatmaps],
    )
    for file in (folder / "kerasviz").iterdir():
        _drop_sheets(file)


def _drop_sheets(file: Path) -> None:
    dataset = tf.data.TFRecordDataset(str(file))
    records = list(dataset.as_numpy_iterator())
    with tf.io.TFRecordWriter(str(file)) as writer:
        for record in records:
            event = Event.FromString(record)
            kept = [
                value
                for value in event.summary.value
                if value.metadata.plugin_data.plugin_name != "images"
            ]
            if event.HasField("summary"):
                del event.summary.value[:]
                event.summary.value.extend(kept)
            writer.write(event.SerializeToString())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
