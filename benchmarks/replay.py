"""Plays trainings of known length through, and prints what would be drawn.

    python -m benchmarks.replay

The budget decides as in a training, on a clock that is set: 32 patterns at 8 s
a capture and heatmaps at 0.5 s, everything new at every epoch.
"""

from kerasviz_callbacks.schedule import Price, replay

PRICES = {
    "heatmaps": Price(0.5),
    "patterns": Price(fixed_s=0.6, picture_s=7.4 / 32, num_pictures=32),
}
TRAININGS = ((20, 60), (40, 10), (8, 30), (500, 300), (100, 1), (3, 400))
SHARE = 0.05


def main() -> None:
    """Print a row per training."""
    print(
        "| training | heatmaps | patterns | of them whole | filters a capture, "
        "epochs 0 to 8 | s of drawing | of these first and last |"
    )
    print("|---|---|---|---|---|---|---|")
    for num_epochs, epoch_s in TRAININGS:
        print(row(num_epochs, epoch_s))


def row(num_epochs: int, epoch_s: float) -> str:
    """Return the row of one training."""
    found = replay(PRICES, [epoch_s] * num_epochs, SHARE)
    heatmaps, patterns = found["heatmaps"], found["patterns"]
    first = " ".join(map(str, patterns.pictures[:9]))
    spent_s = sum(each.spent_s for each in found.values())
    ends_s = 2 * sum(price.whole_s for price in PRICES.values())
    in_all = num_epochs + 1
    return (
        f"| {num_epochs} epochs of {epoch_s:g} s | {heatmaps.num_drawn} of "
        f"{in_all} | {patterns.num_drawn} of {in_all} | {patterns.num_whole} | "
        f"{first} | {spent_s:.0f} | {ends_s:.0f} |"
    )


if __name__ == "__main__":
    main()
