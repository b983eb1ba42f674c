"""Where it is worked out who should review which example: evenly, by counting, without any chance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Open:
    """An example that needs ``missing`` more people; those in ``not_for`` have it, reviewed it or submitted it."""

    id: str
    missing: int
    not_for: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shares:
    """Who gets which example; ``short`` are those for which there were not enough people."""

    given: Sequence[tuple[str, str]]
    short: int

    def by_person(self) -> dict[str, int]:
        """Count the examples of each person, by name."""
        counts: dict[str, int] = {}
        for _, person in self.given:
            counts[person] = counts.get(person, 0) + 1
        return dict(sorted(counts.items()))


def share(waiting: Iterable[Open], people: Sequence[str], loads: Mapping[str, int]) -> Shares:
    """Give each example to those who have least so far; among equals to those who are named first."""
    has = {person: loads.get(person, 0) for person in people}
    given: list[tuple[str, str]] = []
    short = 0
    for each in waiting:
        able = sorted((person for person in has if person not in each.not_for), key=has.__getitem__)
        chosen = able[: each.missing]
        short += len(chosen) < each.missing
        for person in chosen:
            has[person] += 1
            given.append((each.id, person))
    return Shares(given, short)
