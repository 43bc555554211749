"""Reads a log through TensorBoard's data provider, and trusts nothing in it.

Comes in: a run and its tags. Goes out: captures, held-out images and packs of
pictures, checked and bounded in size; what could not be read is a `Fault`.

What one may touch: `Reader` (the only class that calls the provider),
`stream_records` and `CaptureMemory` for captures, `held_out_images`,
`pack_entries` for pictures, and the functions of `captures`, which find a
layer in them.
"""
