"""Writes steps as Orbax lays them out, without Orbax."""

import json
from pathlib import Path

import numpy as np

TRAINABLE = "trainable_variables"


def write_names(step: Path, names) -> None:
    """Write which arrays a step says it has."""
    tree = {
        str(key): {"key_metadata": [{"key": k, "key_type": 2} for k in key]}
        for key in names
    }
    (step / "pytree").mkdir(parents=True, exist_ok=True)
    text = json.dumps({"tree_metadata": tree, "use_zarr3": True})
    (step / "pytree/_METADATA").write_text(text)


def commit(step: Path, *, is_committed: bool = True) -> None:
    """Write what Orbax writes last."""
    noted = {"commit_timestamp_nsecs": 1 if is_committed else None}
    (step / "_CHECKPOINT_METADATA").write_text(json.dumps(noted))


def write_empty(step: Path, *, is_committed: bool = True) -> Path:
    """Write a step that has names of weights and no arrays."""
    write_names(step, [(TRAINABLE, "dense", "kernel")])
    commit(step, is_committed=is_committed)
    return step


def write_model(step: Path, model, count: int | None = None) -> Path:
    """Write the weights of a model, and the optimizer's count."""
    arrays = {
        (TRAINABLE, *w.path.split("/")): np.asarray(w) for w in model.weights
    }
    seed = ("non_trainable_variables", "dropout", "seed_generator_state")
    arrays[seed] = np.zeros(2, np.uint32)
    if count is not None:
        key = ("optimizer_variables", "sgd", "iteration")
        arrays[key] = np.asarray(count, np.int64)
    write_names(step, arrays)
    for key, values in arrays.items():
        write_array(step, key, values)
    commit(step)
    return step


def write_array(step: Path, key, values, shape=None, parts=None) -> None:
    """Write an array, or what says that it is one of another shape."""
    import tensorstore

    shape = values.shape if shape is None else shape
    parts = shape if parts is None else parts
    base = {"driver": "file", "path": f"{step}/pytree/"}
    stored = {"driver": "ocdbt", "base": base, "path": ".".join(key) + "/"}
    grid = {"name": "regular", "configuration": {"chunk_shape": [*parts]}}
    array = tensorstore.open(
        {
            "driver": "zarr3",
            "kvstore": stored,
            "metadata": {
                "shape": [*shape],
                "chunk_grid": grid,
                "data_type": str(values.dtype),
            },
        },
        create=True,
        delete_existing=True,
    ).result()
    if shape == values.shape:
        array.write(values).result()
