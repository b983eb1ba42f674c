"""Where it is worked out which part of the units each version gets, so that as few units as possible change sides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracts.events.phases import Segment


@dataclass(frozen=True, slots=True)
class Shares:
    """How units are divided, and the versions that are compared by it, the control first."""

    segments: tuple[Segment, ...]
    versions: tuple[str, ...]


def side_by_side(shares: Mapping[str, float]) -> tuple[Segment, ...]:
    """Lay versions one behind another, in their order; their shares add up to 1."""
    return tuple(Segment(version_id=version_id, weight=share) for version_id, share in shares.items())


def ramp(segments: Iterable[Segment], version_id: str, share: float) -> tuple[Segment, ...]:
    """Give a version its share of the units, from the beginning of each segment.

    A larger share takes more of the same segments: who has the version keeps it, and the others keep what they have
    or get it.
    """
    taken: list[Segment] = []
    for segment in segments:
        taken.append(Segment(version_id=version_id, weight=segment.weight * share))
        taken.append(Segment(version_id=segment.version_id, weight=segment.weight * (1 - share)))
    return tuple(taken)


def of(segments: Iterable[Segment], versions: Iterable[str]) -> dict[str, float]:
    """Give the share of each of these versions, in their order, wherever its segments are."""
    found = dict.fromkeys(versions, 0.0)
    for segment in segments:
        if segment.version_id in found:
            found[segment.version_id] += segment.weight
    return found
