"""Computes how many seconds a callback may have drawn for, and of how much.

In the words of a user: drawing takes about a minute of a short training, and
the budget's share of a long one. The first and the last capture come on top.

    allowed = sqrt(max(0, share · trained - aside)² + (grace · released)²)

`aside` is what preparing, baselines and last captures take: a long training
pays for them as well. The grace is released as the captures that are due go by,
half of it on a logarithmic axis, for the early ones, in which much happens, and
half evenly, so that something is left for the late ones.
"""

import math
from dataclasses import dataclass

# Of the share: what watching costs outside of the callbacks, in Keras' calls
# of them and in caches that a drawing has emptied, is not seen from inside.
_AIM = 0.9
_UNKNOWN_NUM_DUE = 100  # captures of a training whose length is not known
# Of an epoch: who costs less is never left out.
_CHEAP = 0.01


@dataclass(frozen=True)
class Price:
    """What a capture costs.

    Attributes:
        fixed_s: Seconds whatever the number of pictures.
        picture_s: Seconds for each picture that is computed anew.
        num_pictures: Pictures of a whole capture.
        num_bytes: Bytes of a whole capture in the log.
    """

    fixed_s: float
    picture_s: float = 0.0
    num_pictures: int = 1
    num_bytes: int = 0

    @property
    def whole_s(self) -> float:
        """Seconds of a capture in which all is new."""
        return self.of(self.num_pictures)

    def of(self, new: int) -> float:
        """Return the seconds of a capture with so many new pictures."""
        return self.fixed_s + new * self.picture_s if new else 0.0

    def num_for(self, seconds: float) -> int:
        """Return how many pictures can be drawn in some seconds.

        None if more of the time would go into what a capture takes besides:
        then it is worth waiting for more.
        """
        if seconds >= self.whole_s and not self.picture_s:
            return self.num_pictures
        left_s = seconds - self.fixed_s
        if not self.picture_s or left_s < max(self.fixed_s, self.picture_s):
            return 0
        return int(left_s / self.picture_s)

    def is_cheap(self, epoch_s: float) -> bool:
        """Return whether it takes next to nothing of the epoch before it."""
        return self.whole_s <= _CHEAP * epoch_s


def allowed_s(
    share: float, trained_s: float, aside_s: float, grace_s: float
) -> float:
    """Return the seconds that all callbacks of a fit may have drawn for.

    Args:
        share: Of training's time.
        trained_s: Seconds of training so far.
        aside_s: Seconds that first and last captures take.
        grace_s: Seconds that are released beside the share.
    """
    own_s = max(0.0, share_aim(share) * trained_s - aside_s)
    return math.hypot(own_s, grace_s)


def released(num_due: int, num_expected: int | None) -> float:
    """Return the part of the grace that may be spent, 0 to 1.

    Args:
        num_due: Captures that were due so far.
        num_expected: Captures that will be due in all; None if unknown.
    """
    whole = max(num_expected or _UNKNOWN_NUM_DUE, 1)
    early = math.log1p(num_due) / math.log1p(whole)
    return min(1.0, (early + num_due / whole) / 2)


def share_aim(share: float) -> float:
    """Return the share to keep to, so that the share holds from outside."""
    return share * _AIM
