"""Makes up queries, records, pictures and logs, and checks every answer.

    python -m benchmarks.fuzz --cases 100000 --seed 1
    python -m benchmarks.fuzz --cases 100000 --kinds logs

Prints how many of each kind held; `--kinds` checks some kinds alone, as many
of each as without it. A case that does not is shown in its
shortest form, by Hypothesis, and ends the run.
"""

import argparse
import logging
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, seed, settings

from benchmarks.memory import resident_mb
from tests.known_content import Plan
from tests.tb_plugin.hostile import fuzzing
from tests.tb_plugin.hostile.hostile_log import write_hostile_log
from tests.tb_plugin.loaders import python_provider
from tests.tb_plugin.serving.tensorboard_app import plugin_client
from tests.written_log import write_log

# Hypothesis remembers all cases of a run so as not to repeat one.
BATCH = 500
SHARES = {"queries": 0.45, "records": 0.4, "pictures": 0.1, "logs": 0.05}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--kinds", nargs="+", choices=list(SHARES), default=list(SHARES)
    )
    options = parser.parse_args()
    # A log without a run is a warning of TensorBoard's own, in every case.
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        write_log(Path(folder) / "demo", Plan())
        write_hostile_log(Path(folder) / "hostile")
        with python_provider(Path(folder)) as provider:
            client = plugin_client(provider)

            def ask(route: str, query: str) -> None:
                fuzzing.check_answer(client, route, query)

            queries = {
                "route": fuzzing.PATHS,
                "query": fuzzing.QUERIES | fuzzing.RAW,
            }
            pictures = {"data": fuzzing.PICTURES}
            total = sum(
                run(name, check, strategies, options)
                for name, check, strategies in (
                    ("queries", ask, queries),
                    ("records", fuzzing.check_record, {"text": fuzzing.TEXTS}),
                    ("pictures", fuzzing.check_picture, pictures),
                    ("logs", fuzzing.check_log, {"steps": fuzzing.logs()}),
                )
                if name in options.kinds
            )
    print(f"{total} cases held")


def run(
    name: str,
    check: Callable[..., None],
    strategies: dict[str, Any],
    options: argparse.Namespace,
) -> int:
    """Check as many cases as are this kind's share; return how many."""
    count = 0

    def counted(**case: Any) -> None:
        nonlocal count
        count += 1
        check(**case)

    begin = time.perf_counter()
    wanted, memory = round(options.cases * SHARES[name]), []
    for batch, first in enumerate(range(0, wanted, BATCH)):
        fuzz = settings(
            max_examples=min(BATCH, wanted - first),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )(given(**strategies)(counted))
        seed(1_000_003 * options.seed + batch)(fuzz)()
        memory.append(resident_mb())
    seconds = time.perf_counter() - begin
    print(
        f"{name}: {count} cases in {seconds:.0f} s; memory {memory[0]:.0f} MB "
        f"after the first {BATCH}, {memory[-1]:.0f} at the end",
        flush=True,
    )
    return count


if __name__ == "__main__":
    main()
