"""The entry point that TensorBoard loads at startup; nothing in it can raise.

TensorBoard imports this module and calls the loader whatever the user came to
see. An exception here would keep all of TensorBoard from starting.
"""

import logging
from typing import Any

from tensorboard.plugins import base_plugin

# The loaders keep a random sample of each series' steps: 10 by default for
# pictures. Large and finite, as 0 ("all") is read as "none" in places.
KEPT_STEPS = 100_000

_LOGGER = logging.getLogger("tensorboard.kerasviz")


class KerasVizLoader(base_plugin.TBLoader):
    """Makes TensorBoard keep every step of kerasviz, and loads the plugin."""

    def fix_flags(self, flags: Any) -> None:
        """Keep all steps of kerasviz's data, unless the user set a limit.

        No other plugin's limit is touched: that would multiply the memory of
        every log that is opened.
        """
        samples = getattr(flags, "samples_per_plugin", None)
        if isinstance(samples, dict):
            samples.setdefault("kerasviz", KEPT_STEPS)

    def load(self, context: Any) -> base_plugin.TBPlugin | None:
        """Return the plugin; if it cannot run, log why and return None."""
        try:
            from tb_plugin.plugin import KerasVizPlugin

            return KerasVizPlugin(context)
        except Exception:  # of any kind: TensorBoard must go on without us
            _LOGGER.exception("The KerasViz plugin could not be loaded")
            return None
