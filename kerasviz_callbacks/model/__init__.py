"""Facts about a Keras model: its layers, input, output and structure.

A Keras model comes in. Facts about it go out (`Located` layers, a `Probe`, a
`ModelInput`, a fingerprint of its weights), together with `tap`, which reads
activations while a function is traced. You may call anything here: nothing
changes the model, and nothing here knows patterns, heatmaps or logs.
"""
