"""Patterns: the synthetic images that maximally activate a model's filters.

This is feature visualization by activation maximization. A model and a
`PatternRequest` come in. `Patterns` go out, one image per filter with its
activation and status. `draw` holds the function `filter_patterns`.
`preparation` traces once and draws again and again, for the callbacks.
"""
