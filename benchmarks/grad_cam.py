r"""Compares ways of drawing Grad-CAM heatmaps: time, memory, equal maps.

    python -m benchmarks.grad_cam --weights squeezenet_imagenet_notop.h5

Every way runs in a process of its own, one after the other, first on a few
images, which builds and traces, then on all of them, in turn with a forward
pass and with the classic recipe on 16 images; the fastest time of each counts.
A peer that is not installed, or fails, shows its own error. tf-explain and
tf-keras-vis come with `pip install '.[bench]'`. Xplique 2.0.2 asks for
TensorFlow up to 2.20 and runs on 2.21 all the same:

    pip install --no-deps xplique einops scikit-image scikit-learn lazy-loader \
        networkx tensorflow-probability tf-keras decorator dm-tree cloudpickle

Columns:

| column  | meaning                                                          |
|---------|------------------------------------------------------------------|
| s       | seconds for all images                                           |
| ms each | the same per image                                               |
| classic | the classic recipe's time per image / this, in this process      |
| forward | these / the seconds of a forward pass alone, in this process     |
| MB      | peak memory above that of the built model and the images         |
| differs | largest difference from the classic maps, of each map's peak     |
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.cam_ways import SETTINGS, WAYS, Draw, classic, forward
from benchmarks.memory import peak_mb

NUM_WARM_UP = 2
NUM_CLASSIC = 16


def main() -> None:
    """Print a table per model and number of images."""
    options = _parser().parse_args()
    if options.child:
        measure(options)
        return
    for name in options.models:
        for count in options.images:
            table(name, count, options)


def table(name: str, count: int, options: argparse.Namespace) -> None:
    """Run every way and print what it took."""
    print(f"\n{name}, {count} images")
    print(
        f"{'way':<22}{'s':>8}{'ms each':>9}{'classic':>9}{'forward':>9}"
        f"{'MB':>7}{'differs':>10}"
    )
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for way in options.ways:
            path = Path(folder) / "maps.npy"
            found[way] = _in_a_process(way, name, count, path, options)
            print(f"{way:<22}{_cells(way, found, count)}", flush=True)


def measure(options: argparse.Namespace) -> None:
    """Draw by one way, save the maps and print the numbers as JSON."""
    [name], [way], [count] = options.models, options.ways, options.images
    setting = SETTINGS[name](options.weights)
    size = setting.model.input.shape[1]
    images = _images(count, size)
    setting.model(images[:1])
    before = peak_mb()
    try:
        draw = WAYS[way](setting)
        draw(images[:NUM_WARM_UP])
        draw(images[: options.chunk])
    except Exception as error:  # of whatever kind a peer fails with
        said = " ".join(f"{type(error).__name__}: {error}".split())
        print(json.dumps({"fault": said}))
        return
    np.save(options.child, draw(images))
    used_mb = peak_mb() - before
    run, recipe, few = forward(setting), classic(setting), images[:NUM_CLASSIC]
    run(images[: options.chunk])
    recipe(images[:NUM_WARM_UP])
    turns = [
        (_seconds(draw, images), _seconds(run, images), _seconds(recipe, few))
        for _ in range(options.repeats)
    ]
    seconds, alone, one_by_one = map(min, zip(*turns, strict=True))
    answer = {
        "s": seconds,
        "forward": seconds / alone,
        "classic": one_by_one / len(few) * len(images) / seconds,
        "mb": used_mb,
    }
    print(json.dumps(answer))


def _seconds(draw: Draw, images: np.ndarray) -> float:
    begin = time.perf_counter()
    draw(images)
    return time.perf_counter() - begin


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--weights", type=Path, help="of SqueezeNet")
    parser.add_argument("--models", nargs="+", default=list(SETTINGS))
    parser.add_argument("--ways", nargs="+", default=list(WAYS))
    parser.add_argument("--images", nargs="+", type=int, default=[16, 256])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--chunk", type=int, default=32)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    return parser


def _in_a_process(
    way: str, name: str, count: int, path: Path, options: argparse.Namespace
) -> dict:
    command = [sys.executable, "-m", "benchmarks.grad_cam", "--child", path]
    command += ["--models", name, "--ways", way, "--images", count]
    command += ["--repeats", options.repeats, "--chunk", options.chunk]
    command += ["--weights", options.weights] if options.weights else []
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return {"fault": done.stderr.strip().splitlines()[-1]}
    answer = json.loads(done.stdout.splitlines()[-1])
    return answer if "fault" in answer else {**answer, "maps": np.load(path)}


def _cells(way: str, found: dict, count: int) -> str:
    answer = found[way]
    if "fault" in answer:
        return f"  {answer['fault'][:120]}"
    seconds = answer["s"]
    base = found.get("classic recipe", {})
    return (
        f"{seconds:>8.2f}{1e3 * seconds / count:>9.1f}"
        f"{answer['classic']:>9.1f}{answer['forward']:>9.2f}"
        f"{answer['mb']:>7.0f}{_difference(answer, base):>10}"
    )


def _difference(answer: dict, base: dict) -> str:
    maps, expected = answer["maps"], base.get("maps")
    if expected is None or maps.shape != expected.shape:
        return ""
    peak = np.maximum(expected.max(axis=(1, 2), keepdims=True), 1e-30)
    return f"{np.max(np.abs(maps - expected) / peak):.1e}"


def _images(count: int, size: int) -> np.ndarray:
    """Return random checks of 8 x 8 colours, from -100 to 100."""
    random = np.random.default_rng(0)
    coarse = random.uniform(-100, 100, (count, 8, 8, 3)).astype(np.float32)
    place = np.arange(size) * 8 // size
    # in one go: a copy on the way would hide the memory of what is measured
    return coarse[:, place[:, None], place]


if __name__ == "__main__":
    main()
