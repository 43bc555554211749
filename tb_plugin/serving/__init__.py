"""The HTTP routes of the plugin, described in `http_api.md`.

In go requests; out come answers in JSON, packs of pictures and the page's own
files. Only `routes` knows status codes.
"""
