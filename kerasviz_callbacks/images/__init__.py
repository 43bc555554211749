"""The held-out images: a fixed probe set that patterns and heatmaps use.

The values of `images=`, `labels=`, `boxes=` and `masks=` come in, as a user
passes them. `HeldOutImages` go out: displayable images, the same as input of
the model, and notes on anything that looks wrong about their range.
"""
