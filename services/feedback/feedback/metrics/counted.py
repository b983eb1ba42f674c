"""Where it is held what was counted of a version, which adds up to what was counted of all."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from feedback.store.measures import VersionTotals

NOTHING = VersionTotals("", *[0] * (len(VersionTotals._fields) - 1))


@dataclass(slots=True)
class Counted:
    """All that was counted of a version; sums of it are such a thing too.

    Opinions are by operation and by what is counted, outcomes by name, as their count and as their total.
    """

    totals: VersionTotals = NOTHING
    latencies: Counter[int] = field(default_factory=Counter[int])
    confidences: Counter[int] = field(default_factory=Counter[int])
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    opinions: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    sources: Counter[str] = field(default_factory=Counter[str])
    outcomes: Counter[str] = field(default_factory=Counter[str])
    outcomes_nano: Counter[str] = field(default_factory=Counter[str])


def add(parts: Iterable[Counted]) -> Counted:
    """Add versions up."""
    total = Counted()
    for part in parts:
        sums = (one + other for one, other in zip(total.totals[1:], part.totals[1:], strict=True))
        total.totals = VersionTotals("", *sums)
        for each in fields(Counted)[1:]:
            getattr(total, each.name).update(getattr(part, each.name))
    return total
