"""Heatmaps: where in an image the evidence for a score lies.

In go a model, held-out images and a question (which layer, which target, which
method); out come `Heatmaps`. `draw` holds the function `grad_cam`;
`preparation` traces once and draws again and again, for the callbacks.
"""
