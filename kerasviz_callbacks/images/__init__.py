"""The held-out images: where they come from, what range they are in.

In goes what a user passes as `images=`, `labels=`, `boxes=` and `masks=`; out
come `HeldOutImages` in [0, 1] and as the model is fed, with notes on whatever
looks wrong about their range.
"""
