"""Where it is said how long is waited before something is tried again."""

import random

_MOST_DOUBLINGS = 10


def doubling(failures: int, first_s: float, longest_s: float) -> float:
    """Give seconds that double with each failure, with jitter, so that clients do not march in step."""
    pause = min(longest_s, first_s * 2 ** min(failures - 1, _MOST_DOUBLINGS))
    return pause * random.uniform(0.5, 1.0)  # noqa: S311 (no secret)
