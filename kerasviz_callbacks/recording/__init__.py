"""One capture after another, from a model and a moment into the log.

In goes a `Series` and where training stands; out goes a capture in the log, or
a note of what failed. A `Recorder` knows no hook of Keras: the callbacks have
one each, and so has `kerasviz backfill`.
"""
