"""The TensorBoard plugin: its name, its tab, its routes."""

from collections.abc import Callable, Mapping
from typing import Any

from tensorboard.plugins import base_plugin

from tb_plugin import contract
from tb_plugin.serving.routes import Routes


class KerasVizPlugin(base_plugin.TBPlugin):
    """Shows filter patterns and Grad-CAM heatmaps over training.

    Args:
        context: TensorBoard's `TBContext`.
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
        """Return False: TensorBoard asks only when it found no data of ours."""
        return False

    def data_plugin_names(self) -> tuple[str, ...]:
        """Return whose data makes the tab active."""
        return (contract.PLUGIN_NAME,)

    def frontend_metadata(self) -> base_plugin.FrontendMetadata:
        """Return the entry module of the front end and the tab's name."""
        return base_plugin.FrontendMetadata(
            es_module_path=self._routes.entry, tab_name="KerasViz"
        )
