"""Where it is found out, from all successions, which champions a rollback can put back."""

from collections.abc import Iterable

from registry.successions import Change, Succession


def predecessors(successions: Iterable[Succession]) -> list[str]:
    """Give the champions before the present one, the nearest first.

    A promotion is laid on top of those before it and a rollback takes it off again, so that rolling back twice goes two
    champions back, and never forward to the one that was just taken off.
    """
    standing: list[str] = []
    for succession in successions:
        if succession.change is Change.ROLLED_BACK:
            standing = _up_to(standing, succession.champion)
        standing.append(succession.champion)
    return list(dict.fromkeys(each for each in reversed(standing[:-1]) if each != standing[-1]))


def _up_to(standing: list[str], champion: str) -> list[str]:
    """Give the champions below the last place of this one; all of them where it has none."""
    places = [place for place, each in enumerate(standing) if each == champion]
    return standing[: places[-1]] if places else standing
