"""TensorBoard plugin of kerasviz: reads captures, serves the browser tab.

Nothing in this package imports TensorFlow.
"""
