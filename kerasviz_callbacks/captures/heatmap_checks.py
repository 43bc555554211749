"""Checks the heatmaps of one fit at its end: sanity and faithfulness.

Both cost more than a drawing. What is asked for is done after the last capture,
and stands in one of its own. What nobody asked for, faithfulness, is checked in
the last capture, if it is known to be that and the budget leaves time.
"""

import time
from dataclasses import dataclass, field

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.heatmaps import (
    NUM_MASKS,
    Faithfulness,
    HeatmapBatch,
    PreparedHeatmaps,
    SanityCheck,
    check_faithfulness,
    check_sanity,
    sanity_cost,
)

_TRACE_S = 1.0  # a guess
_DRAWINGS = (NUM_MASKS + 1) / 3  # a drawing takes about three forward passes


@dataclass
class HeatmapChecks:
    """Which checks are done at the end, and what they found.

    Attributes:
        sanity: Whether to test if heatmaps depend on the weights.
        faithfulness: Whether to test if the model needs what they mark; None
            for where there is time.
    """

    sanity: bool = False
    faithfulness: bool | None = False
    _found: list[SanityCheck | Faithfulness] = field(default_factory=list)

    @property
    def are_wanted(self) -> bool:
        """Whether any check was asked for."""
        return self.sanity or bool(self.faithfulness)

    def end(
        self,
        prepared: PreparedHeatmaps,
        now: HeatmapBatch,
        drawn_s: float,
        spare_s: float,
    ) -> float:
        """Check faithfulness if nobody decided on it and there is time.

        Args:
            prepared: What draws the heatmaps.
            now: The heatmaps of the last capture.
            drawn_s: Seconds that they took.
            spare_s: Seconds that it may take.

        Returns:
            Seconds that it took.
        """
        expected_s = _TRACE_S + _DRAWINGS * drawn_s
        if self.faithfulness is not None or expected_s > spare_s:
            return 0.0
        begin = time.perf_counter()
        self._found[:] = [check_faithfulness(prepared, now)]
        return time.perf_counter() - begin

    def run(self, prepared: PreparedHeatmaps) -> None:
        """Do the checks that were asked for, with the weights as they are."""
        now = prepared.draw()
        if self.sanity:
            self._found.append(check_sanity(prepared, now))
        if self.faithfulness:
            self._found.append(check_faithfulness(prepared, now))

    def forget(self) -> None:
        """Forget what was found: another fit gets checks of its own."""
        self._found.clear()

    def words(self, prepared: PreparedHeatmaps) -> tuple[str, ...]:
        """Return what will be done at the end and its cost, before training."""
        words = []
        if self.sanity:
            words.append(f"a sanity check at the end ({sanity_cost(prepared)})")
        if self.faithfulness:
            words.append(
                "a faithfulness check at the end (a trace, "
                f"{NUM_MASKS + 1} forward passes of all images)"
            )
        return tuple(words)

    def sentences(self) -> tuple[str, ...]:
        """Return what was found, in words."""
        return tuple(line for one in self._found for line in one.sentences())

    def measures(self, path: str) -> dict[str, FloatArray]:
        """Return what was found of a layer, one number per row."""
        return {
            name: values
            for one in self._found
            for name, values in one.measures(path).items()
        }
