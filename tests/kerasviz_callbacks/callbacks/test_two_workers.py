"""Two real processes train together; one draws, and none waits for it.

Keras 3.15.1's own `fit` fails under MultiWorkerMirroredStrategy, without any
callback: the loop is TensorFlow's own, as in its guide.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kerasviz_callbacks.logs.written import captures

ROOT = Path(__file__).parents[3]
NUM_WORKERS = 2
NUM_STEPS = 4


@pytest.fixture(scope="module")
def log_dir(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("workers")


@pytest.fixture(scope="module")
def reports(log_dir) -> list[dict]:
    """Return what each worker said."""
    return train_together(log_dir)


def test_weights_are_those_without_drawing_on_every_worker(reports):
    digests = {said[way] for said in reports for way in ("without", "drawing")}
    assert len(digests) == 1


def test_chief_alone_writes(reports, log_dir):
    assert [said["is_chief"] for said in reports] == [True, False]
    [folder] = log_dir.iterdir()
    assert folder.name == "kerasviz"
    owners = {path.name.rsplit(".")[-1] for path in folder.iterdir()}
    assert owners == {str(reports[0]["pid"])}


def test_capture_that_fails_on_the_chief_holds_nobody_up(reports, log_dir):
    records = captures(log_dir)
    assert [c.step for c in records] == [0, 1, 3, 4]  # the one at 2 fails
    assert records[2].notes[0].startswith("The capture at step 2 failed")


def train_together(log_dir: Path) -> list[dict]:
    hosts = [f"localhost:{port}" for port in free_ports(NUM_WORKERS)]
    workers = [
        subprocess.Popen(
            [sys.executable, __file__, str(log_dir)],
            env=environment(hosts, index),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for index in range(NUM_WORKERS)
    ]
    try:
        said = [worker.communicate(timeout=240) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
    for worker, (_, errors) in zip(workers, said, strict=True):
        assert worker.returncode == 0, errors[-3000:]
    return [json.loads(out.splitlines()[-1]) for out, _ in said]


def environment(hosts: list[str], index: int) -> dict[str, str]:
    task = {"type": "worker", "index": index}
    config = {"cluster": {"worker": hosts}, "task": task}
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TF_CONFIG": json.dumps(config),
    }


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("localhost", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def work(log_dir: Path) -> None:
    """Be one of the workers: train without drawing, and again with it."""
    import tensorflow as tf

    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    from tests.kerasviz_callbacks.networks.training import drawing

    draw = drawing(log_dir, on_error="log")

    def draw_at(step: int) -> None:
        with full_disk(log_dir, is_full=step == 2):
            draw.draw(step)

    said = {"without": train(strategy, draw, lambda step: None)}
    said["drawing"] = train(strategy, draw, draw_at)
    draw.on_train_end()
    said |= {"pid": os.getpid(), "is_chief": draw.recorder.is_chief}
    print(json.dumps(said))


def train(strategy, draw, at_step) -> str:
    """Train a model for some steps and return a digest of its weights."""
    import keras
    import tensorflow as tf

    from kerasviz_callbacks.model.structure import fingerprint
    from tests.kerasviz_callbacks.networks.training import X, Y, plain_network

    keras.utils.set_random_seed(0)
    with strategy.scope():
        model = plain_network()
    draw.set_model(model)
    labels = Y.astype("float32")

    @tf.function
    def gradients_of(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        weights = [weight.value for weight in model.trainable_weights]
        found = tape.gradient(loss, weights)
        return tf.distribute.get_replica_context().all_reduce("mean", found)

    for number in range(NUM_STEPS):
        at_step(number)
        rows = slice(4 * number, 4 * number + 4)
        found = strategy.run(gradients_of, (X[rows], labels[rows]))
        for weight, gradient in zip(
            model.trainable_weights, found, strict=True
        ):
            [local] = strategy.experimental_local_results(gradient)
            weight.assign(weight.numpy() - 0.05 * local.numpy())
    at_step(NUM_STEPS)
    return fingerprint(model).hex()


@contextlib.contextmanager
def full_disk(log_dir: Path, is_full: bool):
    """Leave no room in the log's file for a while."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    files = list(log_dir.glob("kerasviz/*")) if is_full else []
    size = max((file.stat().st_size for file in files), default=soft)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


if __name__ == "__main__":
    work(Path(sys.argv[1]))
