"""Where it is found out, from all successions, which champion a rollback puts back."""

from collections.abc import Iterable

from registry.successions import Change, Succession


def predecessor(successions: Iterable[Succession]) -> str | None:
    """Give the champion before the present one, or None.

    A promotion is laid on top of those before it and a rollback takes it off again, so that rolling back twice goes two
    champions back, and never forward to the one that was just taken off.
    """
    standing: list[str] = []
    for succession in successions:
        if succession.change is Change.ROLLED_BACK:
            standing = _up_to(standing, succession.champion)
        standing.append(succession.champion)
    return standing[-2] if len(standing) > 1 else None


def _up_to(standing: list[str], champion: str) -> list[str]:
    """Give the champions below the last place of this one; all of them where it has none."""
    places = [place for place, each in enumerate(standing) if each == champion]
    return standing[: places[-1]] if places else standing
