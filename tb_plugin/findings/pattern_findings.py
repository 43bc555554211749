"""The patterns of a layer in, findings about how it fares out.

A layer has settled where it is under its noise floor from capture to capture in
the last `SETTLED`, and was not before. Statuses are in `status_findings.py`;
`still_findings.py` and `change_findings.py` look at all layers together.
"""

from collections.abc import Sequence

from tb_plugin.contract import Capture
from tb_plugin.findings.change import change_measures, is_noise
from tb_plugin.findings.filters import status_findings
from tb_plugin.findings.finding import Finding, moment, patterns_of, short
from tb_plugin.serving.payload import DrawnLayer

SETTLED = 3  # captures


def layer_findings(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer]
) -> list[Finding]:
    """Return what is to be said of one layer, seen over its captures."""
    return [
        *status_findings(stream, drawn),
        *_settled(stream, drawn),
    ]


def _settled(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer]
) -> list[Finding]:
    """Return that a layer came to rest before the end of training."""
    noise = [
        is_noise(change_measures(patterns_of(each)), "previous")
        for each in drawn
    ]
    num_still = next(
        (i for i, each in enumerate(reversed(noise)) if each is not True),
        len(noise),
    )
    if num_still < SETTLED or False not in noise:
        return []
    last = drawn[-1]
    since = drawn[-num_still].capture
    return [
        Finding(
            weight=0.3,
            tone="news",
            title=f"{short(last.layer.path)} has settled since "
            f"{moment(since, stream)}",
            text="From one capture to the next its pictures change by no more "
            "than the noise floor.",
            kind=last.capture.kind,
            stream=last.capture.stream,
            path=last.layer.path,
            item=None,
            step=since.step,
            versus=None,
        )
    ]
