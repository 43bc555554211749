"""Tries the defaults on models that people fine-tune; see `__main__`."""
