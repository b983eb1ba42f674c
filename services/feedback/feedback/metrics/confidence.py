"""Where confidences are kept by tenths, whose counts add up."""

from collections.abc import Mapping

_TENTHS = 10


def tenth(confidence: float) -> int:
    """Give the tenth, 0 to 9, that a confidence lies in; 1 lies in the last."""
    return min(_TENTHS - 1, int(confidence * _TENTHS))


def named(counts: Mapping[int, int]) -> dict[str, int]:
    """Give the counts of all ten by their names, from the lowest; nothing where nothing was counted."""
    if not any(counts.values()):
        return {}
    return {f"{index / _TENTHS:.1f}-{(index + 1) / _TENTHS:.1f}": counts.get(index, 0) for index in range(_TENTHS)}
