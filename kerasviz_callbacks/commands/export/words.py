"""Writes numbers and names of a log as people read them, as the tab does.

The tab's are in `tb_plugin/static` (`words.js`, `axis.js`).
"""

import math
import unicodedata
from collections.abc import Sequence

from tb_plugin.contract import EVENT_WORDS, LABELS, Capture

MAX_NAME = 160
_MINUS = "\u2212"
_MAX_SHARE = 100.0
_UNSEEN = ("Cc", "Cf", "Cs")


def printable(text: str) -> str:
    """Return a text with a box for invisible characters and direction marks.

    With control and direction characters a name could pass for another.
    """
    return "".join(
        each
        if each == "\n" or unicodedata.category(each) not in _UNSEEN
        else "□"
        for each in text
    )


def name(text: str) -> str:
    """Return a name from a log as one line of bounded length."""
    shown = printable(text[: MAX_NAME + 1].replace("\n", "□"))
    return shown if len(text) <= MAX_NAME else shown[:MAX_NAME] + "…"


def spelled(text: str) -> str:
    """Return a name from code in words: `no_evidence` → `no evidence`."""
    return name(LABELS.get(text, text.replace("_", " ")))


def number(value: float | None) -> str:
    """Return three significant digits, without needless zeros."""
    if value is None or not math.isfinite(value):
        return "not finite"
    size = abs(value)
    is_plain = size == 0 or 1e-3 <= size < 1e5
    text = f"{float(f'{value:.3g}'):g}" if is_plain else f"{value:.2e}"
    return text.replace("-", _MINUS)


def percent(share: float | None, unit: str = "%") -> str:
    """Return a share in percent."""
    if share is None or not math.isfinite(share):
        return "not finite"
    if abs(share) > _MAX_SHARE:  # no probability
        return number(share)
    return f"{round(100 * share)}{unit}"


def class_name(names: Sequence[str], index: int | None) -> str:
    """Return the name of a class; empty if there is no class."""
    if index is None:
        return ""
    is_named = 0 <= index < len(names)
    return name(names[index]) if is_named else f"class {index}"


def moment(capture: Capture) -> str:
    """Return when a capture was made, in short: `baseline`, `epoch 4`."""
    if capture.reason == "baseline":
        return "baseline"
    after = f"+{capture.batch}" if capture.batch else ""
    return f"epoch {capture.epoch}{after}"


def event(capture: Capture, before: Capture | None = None) -> str:
    """Return what happened at a capture; empty for a scheduled one.

    Args:
        capture: The capture.
        before: The capture before it, which shows whether a new fit began.
    """
    reasons = dict.fromkeys(capture.reason.split(", "))
    if before is not None and capture.fit > before.fit:
        reasons.pop("baseline", None)
        reasons["new fit"] = None
    told = [
        EVENT_WORDS.get(each, each) for each in reasons if each != "schedule"
    ]
    return name(", ".join(told))[:80]
