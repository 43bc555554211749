"""The HTTP routes of the plugin, described in `http_api.md`.

Comes in: requests. Goes out: JSON, packs of pictures, and the page's own files.

What one may touch: `Routes`, the only class that knows HTTP; `Responses` for
those who ask in Python, as `kerasviz export` does; the questions of `params`.
"""

from tb_plugin.serving.params import LayerQuestion, PicturesQuestion
from tb_plugin.serving.responses import LEFT_OUT, Responses
from tb_plugin.serving.routes import Routes

__all__ = [
    "LEFT_OUT",
    "LayerQuestion",
    "PicturesQuestion",
    "Responses",
    "Routes",
]
