"""Where a series is drawn as one line of bars."""

from collections.abc import Iterable, Sequence

_BARS = "▁▂▃▄▅▆▇█"
_GAP = "·"
_WIDEST = 60


def line(values: Iterable[float | None]) -> str:
    """Draw the last values as bars between their lowest and highest; an unknown one is a dot."""
    shown = list(values)[-_WIDEST:]
    known = [value for value in shown if value is not None]
    if not known:
        return ""
    lowest, highest = min(known), max(known)
    return "".join(_GAP if value is None else _bar(value, lowest, highest) for value in shown)


def _bar(value: float, lowest: float, highest: float) -> str:
    place = (value - lowest) / (highest - lowest) if highest > lowest else 0.5
    return _BARS[min(len(_BARS) - 1, int(place * len(_BARS)))]


def spread(values: Sequence[float]) -> str:
    """Draw counts as bars from nothing to the highest."""
    highest = max(values, default=0)
    return "".join(_bar(value, 0, highest) for value in values) if highest else ""
