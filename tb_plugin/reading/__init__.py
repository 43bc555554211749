"""Reads a log through TensorBoard's data provider, and trusts nothing in it.

In go runs and tags; out come captures, held-out images and pictures, checked
and bounded in size.
"""
