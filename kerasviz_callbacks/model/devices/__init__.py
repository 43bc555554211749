"""Where a model computes: replicas, trainers, memory and precision.

In goes a model or a computation; out comes what the devices ask of it: chunks
that fit into memory, loss scaling for float16, the replica to draw on, whether
this process is the one that writes.
"""
