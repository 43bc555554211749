"""Checks the heatmaps of one fit at its end: sanity and faithfulness.

Both cost more than a drawing, so each is done when it is asked for. What they
find stands in the capture after the last one, until another fit begins.
"""

from dataclasses import dataclass, field

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.heatmaps import (
    NUM_MASKS,
    Faithfulness,
    PreparedHeatmaps,
    SanityCheck,
    check_faithfulness,
    check_sanity,
    sanity_cost,
)


@dataclass
class HeatmapChecks:
    """Which checks are done at the end, and what they found.

    Attributes:
        sanity: Whether to test if heatmaps depend on the weights.
        faithfulness: Whether to test if the model needs what they mark.
    """

    sanity: bool = False
    faithfulness: bool = False
    _found: list[SanityCheck | Faithfulness] = field(default_factory=list)

    @property
    def are_wanted(self) -> bool:
        """Whether any check was asked for."""
        return self.sanity or self.faithfulness

    def run(self, prepared: PreparedHeatmaps) -> None:
        """Do the checks that were asked for, with the weights as they are."""
        self._found.clear()
        if self.sanity:
            self._found.append(check_sanity(prepared))
        if self.faithfulness:
            self._found.append(check_faithfulness(prepared))

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
