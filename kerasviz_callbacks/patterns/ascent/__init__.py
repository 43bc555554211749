"""Gradient ascent on one chunk of images, inside a `tf.function`.

In go a layer, filters and a `Preset`; out come optimized images and the
activations they reach. `gradients/` is an annex: faster gradients of a few
operations, which may be ignored by whoever wants to know what is computed.
"""
