"""Fine-tuning on a tiny folder of photographs, from no weights."""

import functools
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from examples.demo.pictures import draw_pictures
from examples.fine_tune_folder import main
from tests.kerasviz_callbacks.logs.written import captures

pytestmark = pytest.mark.usefixtures("few_steps")


def write_folder(folder: Path) -> Path:
    labels = np.arange(20) % 2
    images = draw_pictures(labels, np.zeros(20, bool), seed=0).images
    for index, (label, image) in enumerate(zip(labels, images, strict=True)):
        path = folder / ("stripes", "checks")[label] / f"{index}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[::2, ::2]).save(path)
    return folder


def thin(builder):
    """Return a builder of the same network with an eighth of the filters."""

    @functools.wraps(builder)
    def build(**options) -> keras.Model:
        config = builder(**options).get_config()
        for layer in config["layers"]:
            layer.pop("build_config", None)  # shapes of the full width
            if "filters" in layer["config"]:
                layer["config"]["filters"] //= 8
        return keras.Model.from_config(config)

    return build


def test_two_fits_are_watched_with_one_pair_of_callbacks(
    tmp_path, monkeypatch
) -> None:
    vgg16 = keras.applications.VGG16
    monkeypatch.setattr(keras.applications, "VGG16", thin(vgg16))
    folder, log_dir = write_folder(tmp_path / "photos"), tmp_path / "log"
    arguments = f"{folder} --log-dir {log_dir} --backbone VGG16"
    arguments += " --weights none --size 32 --batch-size 8 --filters 1"
    arguments += " --frozen-epochs 1 --unfrozen-epochs 1 --watch 3"
    main(arguments.split())
    seen = captures(log_dir)
    moments = [(0, 0), (0, 1), (1, 2)]  # fit, epochs finished
    assert [(c.fit, c.epoch) for c in seen] == moments * 2
    assert [len(c.patterns) for c in seen] == [4, 4, 4, 0, 0, 0]
    newest = seen[-1].outcome
    assert newest is not None and len(newest.images) == 3


def test_folder_without_classes_says_what_it_should_hold(tmp_path) -> None:
    with pytest.raises(SystemExit, match="one folder of photographs per class"):
        main([str(tmp_path)])


def test_unknown_backbone_names_some_that_exist(tmp_path) -> None:
    folder = write_folder(tmp_path)
    with pytest.raises(SystemExit, match="MobileNetV2, ResNet50"):
        main([str(folder), "--backbone", "resnet"])


def test_weights_that_cannot_be_had_name_the_ways_out(tmp_path) -> None:
    folder = write_folder(tmp_path)
    arguments = [str(folder), "--weights", str(tmp_path / "absent.h5")]
    with pytest.raises(SystemExit, match="--weights none"):
        main([*arguments, "--size", "32"])
