"""Builds TensorBoard's application with only our plugin."""

from collections.abc import Callable
from pathlib import Path

from tensorboard.backend.application import TensorBoardWSGI
from tensorboard.data.provider import DataProvider
from tensorboard.plugins.base_plugin import TBContext
from werkzeug.test import Client

from tb_plugin.loader import KerasVizLoader

OpenClient = Callable[[Path], Client]  # of a log directory

PREFIX = "/data/plugin/kerasviz/"


def plugin_client(provider: DataProvider) -> Client:
    """Return a client of TensorBoard's own application around our routes."""
    plugin = KerasVizLoader().load(TBContext(data_provider=provider))
    return Client(TensorBoardWSGI([plugin], data_provider=provider))
