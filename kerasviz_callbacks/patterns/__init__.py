"""Patterns: the image that maximally activates a filter.

In go a model and a `PatternRequest`; out come `Patterns`, one image per filter
with its activation and status. `draw` holds the function `filter_patterns`;
`preparation` traces once and draws again and again, for the callbacks.
"""
