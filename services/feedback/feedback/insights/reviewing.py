"""Where it is summed up how reviews go: how many, how fast, by whom, and whether reviewers agree."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from chassis.database import Transaction
from contracts.api.example import ExampleStatus, ReviewVerdict
from contracts.api.insights import ReviewerActivity, ReviewInsights
from feedback.insights import agreeing
from feedback.insights.agreeing import Reviewed
from feedback.store import insights as store
from feedback.store.insights import Given
from feedback.store.reviews import STATUS_AFTER

_MOST_REVIEWERS = 20
_A_DAY = timedelta(days=1)
_UNBOUNDED_DAYS = 30


async def of(tx: Transaction, task: str, since: datetime | None, now: datetime) -> ReviewInsights:
    """Sum up the newest reviews of a task."""
    given = await store.given(tx, task, since)
    days = (now - since) / _A_DAY if since else _UNBOUNDED_DAYS
    return summed(given, days=days, median_hours=await store.median_hours(tx, task, since))


def summed(given: Sequence[Given], *, days: float, median_hours: float | None) -> ReviewInsights:
    """Sum up reviews: examples count as shared where two or more people reviewed them, adjudicators aside."""
    by_example = _by_example([each for each in given if each.standing])
    reviewed = [_reviewed(members) for members in by_example.values()]
    return ReviewInsights(
        reviews=len(given),
        reviews_a_day=len(given) / days,
        median_hours=median_hours,
        shared=sum(each.approved + each.rejected > 1 for each in reviewed),
        agreement=agreeing.share(reviewed),
        kappa=agreeing.kappa(reviewed),
        disputed=sum(not each.same for each in reviewed),
        adjudicated=sum(any(each.adjudicates for each in members) for members in by_example.values()),
        reviewers=_reviewers(given),
    )


def _by_example(given: Iterable[Given]) -> Mapping[str, list[Given]]:
    found: dict[str, list[Given]] = {}
    for each in given:
        found.setdefault(each.example_id, []).append(each)
    return found


def _reviewed(members: Sequence[Given]) -> Reviewed:
    first = [each for each in members if not each.adjudicates]
    approved = [each.answer for each in first if each.verdict == ReviewVerdict.APPROVE]
    rejected = len(first) - len(approved)
    return Reviewed(len(approved), rejected, same=bool(first) and len(set(approved)) + bool(rejected) == 1)


def _reviewers(given: Sequence[Given]) -> tuple[ReviewerActivity, ...]:
    by_person: dict[str, list[Given]] = {}
    for each in given:
        by_person.setdefault(each.by, []).append(each)
    found = [_activity(name, members) for name, members in by_person.items()]
    return tuple(sorted(found, key=lambda each: (-each.reviews, each.name))[:_MOST_REVIEWERS])


def _activity(name: str, members: Sequence[Given]) -> ReviewerActivity:
    settled = [each for each in members if each.standing and each.status != ExampleStatus.PENDING]
    right = sum(STATUS_AFTER[ReviewVerdict(each.verdict)] == each.status for each in settled)
    return ReviewerActivity(
        name=name,
        reviews=len(members),
        approved=sum(each.verdict == ReviewVerdict.APPROVE for each in members),
        agreed=right / len(settled) if settled else None,
    )
