"""Heatmaps: where in an image the evidence for a score lies.

Comes in: a model, held-out images and a question (which layer, which target,
which method). Goes out: `HeatmapBatch` for callbacks, `Heatmaps` for people.

What one may touch: `draw.grad_cam`, for one moment; `preparation`, which traces
once and draws again and again; `class_means`, `measures` and `sanity` for
numbers about heatmaps. The rest (`engine`, `graph`, `methods`, `question`,
`score`, `target`) is how it is done.
"""
