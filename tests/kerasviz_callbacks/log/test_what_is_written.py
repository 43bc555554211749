"""What a fit leaves in the log, read back by TensorBoard's two loaders."""

import keras
import numpy as np

from kerasviz_callbacks import EverySteps, filter_patterns
from tests.kerasviz_callbacks.logs.written import (
    assert_written,
    captures,
    last_picture,
    tags_of,
)
from tests.kerasviz_callbacks.networks.training import (
    drawing,
    fit,
    plain_network,
)
from tests.kerasviz_callbacks.networks.zoo import backbone, images, one_hot
from tests.tb_plugin.loaders import PROVIDERS


def test_every_tag_has_every_step_and_there_is_nothing_else(tmp_path):
    fit(plain_network(), drawing(tmp_path, ["conv1", "conv2"]), epochs=3)
    assert_written(
        tmp_path, {tag: [0, 4, 8, 12] for tag in tags_of("conv1", "conv2")}
    )
    assert [path.name for path in tmp_path.iterdir()] == ["kerasviz"]


def test_records_tell_when_and_why(tmp_path):
    fit(plain_network(), drawing(tmp_path, every=2), epochs=3)
    told = [
        (c.index, c.step, c.iterations, c.fit, c.epoch, c.batch, c.reason)
        for c in captures(tmp_path)
    ]
    assert told == [
        (0, 0, 0, 0, 0, 0, "baseline"),
        (1, 8, 8, 0, 2, 0, "schedule"),
        (2, 12, 12, 0, 3, 0, "last"),
    ]


def test_record_has_the_numbers_of_the_very_weights(tmp_path):
    model = plain_network()
    fit(model, drawing(tmp_path, filters=[5, 1]))
    drawn = filter_patterns(model, "conv2", [5, 1], steps=2, preset="recipe")
    last = captures(tmp_path)[-1].patterns[0]
    assert (last.path, last.layer_kind, last.num_filters) == (
        "conv2",
        "Conv2D",
        6,
    )
    assert last.filters == (5, 1)
    np.testing.assert_allclose(last.objective, drawn.objective, rtol=1e-5)
    assert last.status == drawn.status
    assert last.origin == ("fresh", "fresh")


def test_sheet_holds_the_very_pictures(tmp_path):
    model = plain_network()
    fit(model, drawing(tmp_path), epochs=1)
    drawn = filter_patterns(model, "conv2", 2, steps=2, preset="recipe")
    sheet = captures(tmp_path)[-1].patterns[0].sheet
    for loader in PROVIDERS:
        picture = last_picture(tmp_path, loader, "conv2")
        for index, image in enumerate(drawn.images):
            x = index * sheet.tile_width
            tile = picture[: sheet.picture_height, x : x + sheet.picture_width]
            np.testing.assert_array_equal(tile, image)


def test_size_in_the_record_is_that_of_the_pictures(tmp_path):
    fit(plain_network(), drawing(tmp_path), epochs=1)
    [file] = (tmp_path / "kerasviz").iterdir()
    sizes = [capture.size_bytes for capture in captures(tmp_path)]
    assert all(size > 500 for size in sizes)
    assert sum(sizes) < file.stat().st_size < 2 * sum(sizes) + 4000


def test_two_fits_of_one_instance_go_on(tmp_path):
    model, draw = plain_network(), drawing(tmp_path)
    fit(model, draw)
    fit(model, draw)
    assert_written(
        tmp_path, {tag: [0, 4, 8, 12, 16] for tag in tags_of("conv2")}
    )
    told = [(c.index, c.fit, c.epoch, c.reason) for c in captures(tmp_path)]
    assert told == [
        (0, 0, 0, "baseline"),
        (1, 0, 1, "schedule"),
        (2, 0, 2, "schedule"),
        (3, 1, 1, "schedule"),
        (4, 1, 2, "schedule"),
    ]


def test_weights_that_changed_between_fits_are_drawn_anew(tmp_path):
    model, draw = plain_network(), drawing(tmp_path)
    fit(model, draw, epochs=1)
    model.set_weights([weight + 0.01 for weight in model.get_weights()])
    fit(model, draw, epochs=1)
    told = [(c.step, c.fit, c.reason) for c in captures(tmp_path)]
    assert told[2] == (5, 1, "new fit")
    assert [step for step, _, _ in told] == [0, 4, 5, 8]


def test_second_instance_never_writes_a_step_twice(tmp_path):
    model = plain_network()
    fit(model, drawing(tmp_path, every=EverySteps(1)), epochs=1)
    fit(model, drawing(tmp_path, every=EverySteps(1)), epochs=1)
    assert_written(tmp_path, {tag: list(range(10)) for tag in tags_of("conv2")})
    iterations = [c.iterations for c in captures(tmp_path)]
    assert iterations == [0, 1, 2, 3, 4, 4, 5, 6, 7, 8]


def test_new_optimizer_counts_anew_and_the_steps_go_on(tmp_path):
    model, draw = plain_network(), drawing(tmp_path)
    fit(model, draw)
    model.compile("sgd", "mse")
    fit(model, draw)
    told = [(c.step, c.iterations) for c in captures(tmp_path)]
    assert told == [(0, 0), (4, 4), (8, 8), (12, 4), (16, 8)]


def test_epochs_are_counted_from_initial_epoch(tmp_path):
    draw = drawing(tmp_path, every=2)
    fit(plain_network(), draw, initial_epoch=3, epochs=6)
    told = [(c.step, c.epoch, c.reason) for c in captures(tmp_path)]
    assert told == [
        (0, 3, "baseline"),
        (4, 4, "schedule"),
        (12, 6, "schedule"),
    ]


def test_another_model_with_the_same_instance_is_drawn(tmp_path):
    draw = drawing(tmp_path)
    fit(plain_network(), draw, epochs=1)
    model = plain_network()
    fit(model, draw, epochs=1)
    drawn = filter_patterns(model, "conv2", 2, steps=2, preset="recipe")
    last = captures(tmp_path)[-1].patterns[0]
    np.testing.assert_allclose(last.objective, drawn.objective, rtol=1e-5)


def test_two_callbacks_share_a_log(tmp_path):
    every = drawing(tmp_path, "conv1")
    second = drawing(tmp_path, "conv2", every=2)
    fit(plain_network(), every, second)
    first = {tag: [0, 4, 8] for tag in tags_of("conv1")}
    stream = "filter_patterns.2"
    other = {tag: [0, 8] for tag in tags_of("conv2", stream=stream)}
    assert_written(tmp_path, first | other)
    assert len(list((tmp_path / "kerasviz").iterdir())) == 1


def test_every_second_step_is_drawn_between_its_batches(tmp_path):
    fit(plain_network(), drawing(tmp_path, every=EverySteps(2)))
    told = [
        (c.step, c.iterations, c.epoch, c.batch) for c in captures(tmp_path)
    ]
    assert told == [
        (0, 0, 0, 0),
        (2, 2, 0, 2),
        (4, 4, 1, 0),
        (6, 6, 1, 2),
        (8, 8, 2, 0),
    ]


def test_steps_that_an_execution_jumps_over_are_drawn_after_it(tmp_path):
    model = plain_network(steps_per_execution=2)
    fit(model, drawing(tmp_path, every=EverySteps(3)))
    steps = [(c.step, c.iterations) for c in captures(tmp_path)]
    assert steps == [(0, 0), (4, 4), (6, 6), (8, 8)]


def test_layers_chosen_automatically_are_written(tmp_path):
    fit(plain_network(), drawing(tmp_path, "auto"), epochs=1)
    assert [layer.path for layer in captures(tmp_path)[0].patterns] == [
        "conv1",
        "conv2",
    ]


def test_nested_layer_is_written_under_its_path(tmp_path):
    model = backbone().model
    model.compile("sgd", "categorical_crossentropy")
    draw = drawing(tmp_path, "backbone/conv2")
    model.fit(images(4), one_hot(4), verbose=0, callbacks=[draw])
    assert_written(tmp_path, {tag: [0, 1] for tag in tags_of("backbone/conv2")})


def test_layer_named_twice_is_drawn_once(tmp_path):
    model = plain_network()
    layers = ["conv2", model.get_layer("conv2"), "conv2"]
    fit(model, drawing(tmp_path, layers), epochs=1)
    assert len(captures(tmp_path)[0].patterns) == 1


def test_directory_with_brackets_and_spaces_is_written(tmp_path):
    log_dir = tmp_path / "run [1] *?"
    model, draw = plain_network(), drawing(log_dir)
    fit(model, draw, epochs=1)
    fit(model, draw, epochs=1)
    assert [c.step for c in captures(log_dir)] == [0, 4, 8]


def test_nothing_is_written_where_nothing_is_trained(tmp_path):
    fit(plain_network(), drawing(tmp_path), epochs=0)
    assert list(tmp_path.iterdir()) == []


def test_log_removed_between_fits_begins_anew(tmp_path):
    model, draw = plain_network(), drawing(tmp_path)
    fit(model, draw, epochs=1)
    for file in (tmp_path / "kerasviz").iterdir():
        file.unlink()
    model.compile("sgd", "mse")
    fit(model, draw, epochs=1)
    told = [(c.index, c.step, c.reason) for c in captures(tmp_path)]
    assert told == [(0, 0, "baseline"), (1, 4, "schedule")]


def test_structure_that_changes_while_training_is_traced_anew(tmp_path):
    def adapt(epoch, logs):
        if epoch == 1:
            model.get_layer("conv1").enable_lora(1)
            model.compile("sgd", "mse")
            model.make_train_function()

    model = plain_network()
    changing = keras.callbacks.LambdaCallback(on_epoch_begin=adapt)
    fit(model, changing, drawing(tmp_path, "conv1"), epochs=2)
    notes = [c.notes for c in captures(tmp_path)]
    assert notes[:2] == [(), ()]
    assert "structure changed" in notes[2][0]


def test_three_lines_say_what_is_to_come_and_one_what_it_took(tmp_path, capsys):
    fit(plain_network(), drawing(tmp_path, every=EverySteps(500), verbose=1))
    # A long path takes a line of its own.
    what, when, *limits, cost, last = capsys.readouterr().out.splitlines()
    assert last.startswith("FilterPatterns  2 captures drawn; drawing took")
    words = "FilterPatterns  2 filters of 1 layer, conv2, recipe"
    assert what == words
    margin = " " * 16
    words = "before training, every 500 steps, at the end"
    assert when == margin + words
    told = " ".join(line.strip() for line in limits)
    assert told == f"budget none → {tmp_path / 'kerasviz'}"
    assert cost.startswith("FilterPatterns  ~")
    assert " MB a capture; at most 2 by the clock, 0." in cost
