"""The TensorBoard plugin: its name, its tab and its routes."""

from collections.abc import Callable, Mapping
from typing import Any

from tensorboard.plugins import base_plugin

from tb_plugin import contract
from tb_plugin.serving import Routes


class KerasVizPlugin(base_plugin.TBPlugin):
    """Shows filter patterns and Grad-CAM heatmaps over the course of training.

    Args:
        context: TensorBoard's `TBContext`. It must have a data provider.

    Raises:
        ValueError: The context has no data provider.
    """

    plugin_name = contract.PLUGIN_NAME

    def __init__(self, context: base_plugin.TBContext) -> None:
        if context.data_provider is None:
            raise ValueError("This TensorBoard has no data provider.")
        self._routes = Routes(context.data_provider)

    def get_plugin_apps(self) -> Mapping[str, Callable[..., Any]]:
        """Return the WSGI application of every route."""
        return self._routes.apps()

    def is_active(self) -> bool:
        """Return False: TensorBoard asks only if it found no kerasviz data."""
        return False

    def data_plugin_names(self) -> tuple[str, ...]:
        """Return the plugins whose data activates the tab."""
        return (contract.PLUGIN_NAME,)

    def frontend_metadata(self) -> base_plugin.FrontendMetadata:
        """Return the entry module of the front end and the tab's name."""
        return base_plugin.FrontendMetadata(
            es_module_path=self._routes.entry, tab_name="KerasViz"
        )
