"""The HTTP routes of the plugin, described in `http_api.md`.

Comes in: requests. Goes out: JSON, packs of pictures, and the page's own files.

What one may touch: `Routes`, the only class that knows HTTP; `Responses` for
those who ask in Python, as `kerasviz export` does; the questions of `params`.
"""
