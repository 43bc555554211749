"""What all tests have: an option; TensorFlow, quiet, with two CPU devices."""

import importlib.util
import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of `tests/browser/test_goldens.py`."""
    parser.addoption("--refresh-goldens", action="store_true")


def pytest_configure() -> None:
    """Split the CPU in two before TensorFlow wakes up (MirroredStrategy)."""
    if importlib.util.find_spec("tensorflow") is None:
        return  # the plugin's tests run without it
    import tensorflow as tf

    cpu = tf.config.list_physical_devices("CPU")[0]
    two = [tf.config.LogicalDeviceConfiguration() for _ in range(2)]
    tf.config.set_logical_device_configuration(cpu, two)
