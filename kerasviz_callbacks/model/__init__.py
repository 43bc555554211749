"""What a Keras model is: its layers, its input, its output, its structure.

In goes a Keras model; out come facts about it (`Located` layers, `Probe`,
`ModelOutput`, a fingerprint of its weights) and `tap`, which takes activations
while a function is traced. Nothing here changes a model, and nothing here knows
patterns, heatmaps or logs.
"""
