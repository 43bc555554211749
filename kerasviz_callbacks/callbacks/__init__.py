"""The Keras callbacks: wiring from the hooks of `fit` to a capture in the log.

`FilterPatterns` and `GradCAM` say what is drawn; the schedule and the budget
say when; nothing here computes a picture.
"""
