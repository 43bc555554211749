"""Says which class a filter is of, by the images that activate it most.

A filter is *of a class* if that class has at least `OF_CLASS` of these images,
at least `OFTEN` times its share of all images, there are `LEAST` of them, and
as many would be drawn by chance in less than `CHANCE` of all draws
(hypergeometric distribution). Where 12 of 20 images are dogs, 60% dogs is
nothing; where 8 of 24 are, 5 of the best 9 are not much more: one filter in ten
has as many of a class by chance.
"""

import math

from tb_plugin.contract import Exemplars

OF_CLASS = 0.5  # of the images that activate a filter most
OFTEN = 1.5  # times as many as among all images
LEAST = 9  # images
CHANCE = 0.001
_MOST_DRAWN = 10_000  # images; a log may claim any number


def class_of(found: Exemplars, place: int) -> str | None:
    """Return the class that a filter is of; None if it is of none.

    Args:
        found: The exemplars of a layer.
        place: The filter's row.
    """
    total, counts = found.mix_total[place], found.mix_count[place]
    if total < LEAST or not counts:
        return None
    most = max(range(len(counts)), key=lambda i: counts[i])
    index = found.mix_class[place][most]
    share = counts[most] / total
    of_all = found.class_count[index] / max(1, found.num_images)
    is_of = share >= OF_CLASS and share >= OFTEN * of_all
    if not is_of:
        return None
    chance = _chance(
        counts[most], total, found.class_count[index], found.num_images
    )
    return found.classes[index] if chance < CHANCE else None


def _chance(count: int, total: int, of_class: int, of_all: int) -> float:
    """Return how likely `count` images or more are of a class by chance.

    Args:
        count: Of the class among those that were drawn.
        total: That were drawn, each once.
        of_class: Of the class among all.
        of_all: All images.

    Returns:
        From 0 to 1; 1 where the numbers contradict each other.
    """
    others = of_all - of_class
    most = min(total, of_class)
    is_sound = total <= min(of_all, _MOST_DRAWN) and others >= 0
    if not is_sound or count > most:
        return 1.0
    least = max(count, total - others)
    log_all = _log_ways(of_all, total)
    return min(
        1.0,
        sum(
            math.exp(
                _log_ways(of_class, drawn)
                + _log_ways(others, total - drawn)
                - log_all
            )
            for drawn in range(least, most + 1)
        ),
    )


def _log_ways(of_all: int, drawn: int) -> float:
    """Return the logarithm of the number of ways to draw some of all."""
    return (
        math.lgamma(of_all + 1)
        - math.lgamma(drawn + 1)
        - math.lgamma(of_all - drawn + 1)
    )
