"""Tries the defaults on models that people fine-tune: a table of rows.

    python -m benchmarks.reach                        # all, an hour
    python -m benchmarks.reach --only VGG16 nested    # names with these in them
    python -m benchmarks.reach --rows rows.json       # goes on where it was

Weights are random and nothing is downloaded. Models of KerasHub are left out
where it is not installed (`pip install 'kerasviz-callbacks[hub]'`).
"""

import argparse
import importlib.util
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.reach import applications, heads
from benchmarks.reach.case import Case
from benchmarks.reach.row import Row, with_heatmaps, with_patterns

HEAD = "| model | layer | map | carries | differs | follows | patterns | |"


def main() -> None:
    """Measure what is not among the rows yet, and print all of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", nargs="+", default=[""], metavar="PART")
    parser.add_argument("--rows", type=Path, help="JSON file of the rows")
    options = parser.parse_args()
    rows = _read(options.rows)
    cases = [
        case
        for case in every_case()
        if any(part in case.name for part in options.only)
    ]
    for add, column in ((with_heatmaps, "layer"), (with_patterns, "patterns")):
        for case in cases:
            row = rows.get(case.name, Row(case.name))
            if not getattr(row, column) and row.verdict == "works":
                rows[case.name] = add(row, case)
                print(as_line(rows[case.name]), file=sys.stderr, flush=True)
                _write(options.rows, rows)
    _print_table([rows[case.name] for case in cases])


def _print_table(rows: Sequence[Row]) -> None:
    print(f"{HEAD}\n{'|---' * (HEAD.count('|') - 1)}|")
    for row in rows:
        print(as_line(row))
    works = sum(row.verdict == "works" for row in rows)
    print(f"\nWorks: {works} of {len(rows)}.")


def every_case() -> list[Case]:
    """Return all cases, in the order of the table."""
    every = [
        *applications.cases(is_nested=False),
        *applications.cases(is_nested=True),
        *heads.cases(),
    ]
    if importlib.util.find_spec("keras_hub"):
        for name in ("hub_classifiers", "hub_encoders"):
            module = importlib.import_module(f"benchmarks.reach.{name}")
            every.extend(module.cases())
    return every


def as_line(row: Row) -> str:
    """Return a row of a Markdown table."""
    layer = f"`{row.layer}`" if row.layer else ""
    return (
        f"| {row.name} | {layer} | {row.map} | {row.carries} | "
        f"{row.differs} | {row.follows} | {_short(row.patterns)} | "
        f"{row.verdict} |"
    )


def _short(patterns: str) -> str:
    """Return the layers of patterns by the last parts of their paths."""
    if not patterns or " " in patterns.replace(", ", ""):
        return patterns  # a sentence
    paths = patterns.split(", ")
    return ", ".join(f"`{path.rsplit('/', 1)[-1]}`" for path in paths)


def _read(path: Path | None) -> dict[str, Row]:
    if path is None or not path.exists():
        return {}
    rows = [Row(**one) for one in json.loads(path.read_text())]
    return {row.name: row for row in rows}


def _write(path: Path | None, rows: dict[str, Row]) -> None:
    if path is not None:
        texts = [asdict(row) for row in rows.values()]
        path.write_text(json.dumps(texts, indent=1))


if __name__ == "__main__":
    main()
