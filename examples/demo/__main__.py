"""Command line of the demo; see the package for what it shows."""

import argparse
import sys
import time
from pathlib import Path


def main(arguments: list[str] | None = None) -> None:
    """Train, print the story's numbers, and serve the log where asked to."""
    options = _parser().parse_args(arguments)
    log_dir: Path = options.log_dir
    if log_dir.exists() and any(log_dir.iterdir()):
        sys.exit(
            f"--log-dir must be a new or an empty folder, {str(log_dir)!r} "
            "holds something already: name another one or remove it"
        )
    _train(log_dir)
    if options.serve:
        _serve(log_dir, options.port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m examples.demo",
        description=(
            "Train a small network for about a minute, first on pictures "
            "where a stamp gives one label away, then on pictures where it "
            "does not, and watch its filters and heatmaps in TensorBoard."
        ),
    )
    parser.add_argument("--log-dir", type=Path, default=Path("logs/demo"))
    parser.add_argument(
        "--serve", action="store_true", help="open TensorBoard afterwards"
    )
    parser.add_argument(
        "--port", type=int, help="of TensorBoard; default: the first free one"
    )
    return parser


def _train(log_dir: Path) -> None:
    # Loaded here, so that --help and a wrong argument answer at once.
    from examples.demo.progress import table
    from examples.demo.story import Plan, tell

    start_s = time.monotonic()
    moments = tell(Plan(), log_dir)
    print(f"\n{table(moments)}\n")
    print(f"{time.monotonic() - start_s:.0f} s; the log is in {log_dir}")


def _serve(log_dir: Path, port: int | None) -> None:
    """Serve the log until Ctrl+C, printing the address of the views."""
    from tensorboard import program

    server = program.TensorBoard()
    arguments = ["tensorboard", "--logdir", str(log_dir)]
    server.configure(argv=arguments + (["--port", str(port)] if port else []))
    try:
        address = server.launch()
    except program.TensorBoardServerException as error:
        sys.exit(f"{error} - name another port, as PORT=6007 or --port 6007")
    print(f"TensorBoard: {address}#kerasviz (Ctrl+C stops it)", flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
