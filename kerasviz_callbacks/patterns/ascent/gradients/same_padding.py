"""The zeros that padding "SAME" puts before and after an axis."""


def same_edges(size: int, window: int, stride: int) -> tuple[int, int]:
    """Return how many TensorFlow adds before and after.

    Args:
        size: of the axis.
        window: what one answer sees of it; of a dilated kernel, all it spans.
        stride: from one answer to the next.
    """
    num_answers = -(-size // stride)
    missing = max((num_answers - 1) * stride + window - size, 0)
    return missing // 2, missing - missing // 2
