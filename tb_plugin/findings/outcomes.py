"""Finds how predictions on the held-out images got better or worse."""

import itertools
from collections.abc import Sequence

from tb_plugin.contract import Capture, Outcome
from tb_plugin.findings.attention import row_keys
from tb_plugin.findings.finding import Finding, counted, moment, outcome_of
from tb_plugin.reading import DrawnLayer, DrawnLayers


def outcome_findings(
    stream: Sequence[Capture], layers: DrawnLayers
) -> list[Finding]:
    """Return the findings about the predictions on held-out images."""
    if not layers:
        return []
    drawn = layers[-1]
    return [
        *_share_right(stream, drawn),
        *_fall(stream, drawn),
        *_lost(stream, drawn),
    ]


def _share_right(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer]
) -> list[Finding]:
    first, last = outcome_of(stream[0]), outcome_of(stream[-1])
    before, after = _right(first), _right(last)
    if before is None or after is None or before == after:
        return []
    known = [
        (capture, share)
        for capture in stream
        if (share := _right(outcome_of(capture))) is not None
    ]
    way = 1 if after > before else -1
    # The step that led there, not one the other way.
    (start, low), (at, high) = max(
        itertools.pairwise(known),
        key=lambda pair: way * (pair[1][1] - pair[0][1]),
    )
    return [
        Finding(
            weight=0.55 + 0.4 * abs(after - before),
            tone="good" if after > before else "bad",
            title=f"Held-out images right: {before:.0%} → {after:.0%} from "
            f"{moment(stream[0], stream)} to {moment(stream[-1], stream)}",
            text=f"Of {counted(_num_labelled(last), 'image')} with a label. "
            f"The largest step, {low:.0%} to {high:.0%}, was at "
            f"{moment(at, stream)}.",
            kind=at.kind,
            stream=at.stream,
            path=drawn[-1].layer.path,
            item=None,
            step=at.step,
            versus=start.step,
        )
    ]


def _fall(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer]
) -> list[Finding]:
    """Return the largest fall of the share that is right, if it is large.

    From first to last the share may rise although it fell in between.
    """
    known = [
        (capture, share)
        for capture in stream
        if (share := _right(outcome_of(capture))) is not None
    ]
    if not known or known[0][1] > max(share for _, share in known[1:] or known):
        return []  # from the first capture on: `_share_right` says that
    pairs = itertools.combinations(known, 2)
    (high, before), (low, after) = max(
        pairs, key=lambda pair: pair[0][1] - pair[1][1], default=(known[0],) * 2
    )
    num_images = _num_labelled(outcome_of(low))
    if before - after < FALL or (before - after) * num_images < MIN_FALLEN:
        return []
    last = known[-1][1]
    is_back = last - after >= (before - after) / 2
    return [
        Finding(
            weight=0.6 + 0.4 * (before - after),
            tone="care" if is_back else "bad",
            title=f"Held-out images right fell: {before:.0%} → {after:.0%} "
            f"from {moment(high, stream)} to {moment(low, stream)}",
            text=f"Of {counted(num_images, 'image')} with a label; "
            f"{last:.0%} are right in the newest capture.",
            kind=low.kind,
            stream=low.stream,
            path=drawn[-1].layer.path,
            item=None,
            step=low.step,
            versus=high.step,
        )
    ]


FALL = 0.1  # of the labelled images
MIN_LOST = 2  # images that were right: one is no warning
MIN_FALLEN = 1.5  # images: a single one is told by itself


def _right(outcome: Outcome) -> float | None:
    known = [each for each in outcome.correct if each is not None]
    return sum(known) / len(known) if known else None


def _lost(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer]
) -> list[Finding]:
    """Return images that are wrong now and were right before."""
    last = outcome_of(stream[-1])
    wrong = [
        image
        for image, is_right in zip(last.images, last.correct, strict=True)
        if is_right is False
    ]
    ever = {
        image
        for capture in stream[:-1]
        for image, is_right in zip(
            outcome_of(capture).images, outcome_of(capture).correct, strict=True
        )
        if is_right
    }
    if not wrong:
        return []
    lost = [image for image in wrong if image in ever]
    at, path = stream[-1], drawn[-1].layer.path
    keys = row_keys([each.capture for each in drawn])
    row = next((i for i in keys if i[0] == (lost or wrong)[0]), None)
    many = "is" if len(wrong) == 1 else "are"
    least = FALL * len(last.images)
    return [
        Finding(
            weight=0.4 + 0.3 * len(wrong) / max(1, len(last.images)),
            tone="bad" if len(lost) >= max(MIN_LOST, least) else "care",
            title=f"{counted(len(wrong), 'image')} of {len(last.images)} "
            f"{many} wrong at {moment(at, stream)}",
            text=f"{len(lost)} of them had been right in an earlier capture."
            if lost
            else "None of them was right in any capture.",
            kind=at.kind,
            stream=at.stream,
            path=path,
            item=keys[row] if row else None,
            step=at.step,
            versus=None,
        )
    ]


def _num_labelled(outcome: Outcome) -> int:
    return sum(label is not None for label in outcome.label)
