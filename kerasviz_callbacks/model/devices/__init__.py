"""How a model's computations fit the devices: memory, precision, replicas.

A model or a computation comes in. Out goes what the devices require of it:
batches that fit into memory (`chunks`), loss scaling for float16 (`precision`),
a share of the work for each replica (`replicas`), and whether this process is
the one that writes (`trainer`).
"""
