"""One capture after another: what is drawn, what changed, what is recorded.

In go prepared patterns or heatmaps at a step of training; out comes a
`Drawing`: pictures, records, scalars and notes, ready for the log. The memory
of earlier captures lives here, and nothing that knows Keras' hooks.
"""
