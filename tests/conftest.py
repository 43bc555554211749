"""What all tests have: an option, a browser, two CPUs, a calm collector."""

import contextlib
import gc
import importlib.util
import inspect
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of `tests/browser/looks/test_goldens.py`."""
    parser.addoption("--refresh-goldens", action="store_true")


def pytest_configure(config: pytest.Config) -> None:
    """Split the CPU in two before TensorFlow wakes up (MirroredStrategy)."""
    if importlib.util.find_spec("tensorflow") is None:
        return  # the plugin's tests run without it
    hands_out = bool(config.getoption("numprocesses", None))
    if hands_out and not hasattr(config, "workerinput"):
        return  # runs no test itself: its workers would wait for the import
    import tensorflow as tf

    cpu = tf.config.list_physical_devices("CPU")[0]
    two = [tf.config.LogicalDeviceConfiguration() for _ in range(2)]
    tf.config.set_logical_device_configuration(cpu, two)


@pytest.hookimpl(optionalhook=True)  # without pytest-xdist there is none
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give all tests of the browser to one worker, else file by file.

    They share a browser and two TensorBoards, which take ten seconds to start.
    """
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class FileOrBrowser(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            is_seen = nodeid.startswith("tests/browser/")
            return "browser" if is_seen else super()._split_scope(nodeid)

    return FileOrBrowser(config, log)


def pytest_collection_finish() -> None:
    """Let Python look for garbage less often, and never at TensorFlow itself.

    Tracing makes millions of objects. Going through them, and through all that
    imports have made, takes a fifth of the time of a test that trains.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Start every test with the same random numbers, fixtures included.

    Networks of tests have random weights. One in forty of them may do what a
    test does not expect, and that run could not be had again.
    """
    if keras := sys.modules.get("keras"):
        keras.utils.set_random_seed(1)


@contextlib.contextmanager
def quick_training() -> Iterator[None]:
    """Let patterns climb four steps where nobody says how many.

    For examples and pages, which tell what is drawn when: what a pattern shows
    after the steps of its preset is another test's. And let Keras trace a
    training step once: an optimizer whose variables are made in the first step
    has it traced twice, which takes longer than such trainings.
    """
    import keras

    from kerasviz_callbacks import FilterPatterns

    trace = keras.Model.make_train_function

    def trace_once(model: keras.Model, force: bool = False) -> object:
        if model.built and not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)
        return trace(model, force)

    with pytest.MonkeyPatch.context() as patch:
        call = inspect.unwrap(FilterPatterns.__init__)
        patch.setitem(call.__kwdefaults__, "steps", 4)
        patch.setattr(keras.Model, "make_train_function", trace_once)
        yield


@pytest.fixture(scope="module")
def few_steps() -> Iterator[None]:
    """Take few steps, for a file of examples; see `quick_training`."""
    with quick_training():
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """The one Chromium of a process: a second one could not be started."""
    from playwright.sync_api import expect

    from tests.browser.chromium import open_browser

    expect.set_options(timeout=15_000)
    with open_browser() as browser:
        yield browser
