"""Where it is worked out how many opinions stand aside: those that came too late, or were said again later."""

from collections import Counter
from collections.abc import Iterator, Mapping

from feedback.standing import Change
from feedback.store.asides import Aside, Why
from feedback.store.opinions import Opinion


def of(change: Change) -> Mapping[Aside, int]:
    """Count what begins to stand aside, and with a minus what does no longer."""
    counts = Counter[Aside]()
    for opinions, sign in ((change.before, -1), (change.after, 1)):
        for each in opinions:
            for why in _reasons(each):
                counts[_aside(each, why)] += sign
    return {aside: count for aside, count in counts.items() if count}


def _reasons(opinion: Opinion) -> Iterator[Why]:
    if opinion.late:
        yield Why.LATE
    if opinion.superseded:
        yield Why.SUPERSEDED


def _aside(opinion: Opinion, why: Why) -> Aside:
    hour = opinion.occurred_at.replace(minute=0, second=0, microsecond=0)
    return Aside(opinion.tenant, opinion.task, opinion.version_id or "", hour, why.value)
