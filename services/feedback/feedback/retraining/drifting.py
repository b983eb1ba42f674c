"""Where drift is measured for a check: which days are read, how often, and what of it is kept as evidence."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from chassis.database import Transaction
from contracts.api.drift import DriftPolicy, DriftSide, FeatureDrift, MeasuredDrift
from feedback.drift import measuring, spans
from feedback.drift.measuring import INPUT, Moved, Shapes
from feedback.drift.spans import Spans
from feedback.store import drift_measures, shapes
from feedback.store.shapes import DayShape

_MOST_FEATURES = 20
_OF_OUTPUTS = frozenset({"label", "confidence", "error"})


@dataclass(frozen=True, slots=True)
class Looked:
    """At what drift is measured: a task, since when it is trained, and which version serves since when."""

    tenant: str
    task: str
    trained_at: datetime | None
    champion: str | None
    champion_since: datetime | None
    min_sample: int
    policy: DriftPolicy

    def terms(self) -> dict[str, Any]:
        """Give what a measure depends on."""
        fields = self.policy.fields
        return {
            "trained": str(self.trained_at),
            "champion": [self.champion, str(self.champion_since)],
            "min_sample": self.min_sample,
            "window_days": self.policy.window_days,
            "fields": None if fields is None else list(fields),
        }


async def measure(tx: Transaction, looked: Looked, at: datetime, *, every: timedelta) -> MeasuredDrift:
    """Give what was measured lately, or measure."""
    terms = looked.terms()
    known = await drift_measures.find(tx, looked.tenant, looked.task, terms, since=at - every)
    if known is not None:
        return known
    found = MeasuredDrift(
        measured_at=at, inputs=await _of_inputs(tx, looked, at.date()), outputs=await _of_outputs(tx, looked, at.date())
    )
    await drift_measures.keep(tx, looked.tenant, looked.task, terms, found)
    return found


async def _of_inputs(tx: Transaction, looked: Looked, today: date) -> DriftSide | None:
    since, window = looked.champion_since, looked.policy.window_days
    if looked.trained_at:
        possible = spans.around(looked.trained_at.date(), today, window)
    else:
        possible = spans.after(since.date(), today, window) if since else iter(())
    for each in possible:
        before = _inputs(await _read(tx, looked, "", each.before), looked.policy)
        if sum(sum(counts.values()) for counts in before.get(INPUT, {}).values()) >= looked.min_sample:
            return await _compare(before, _inputs(await _read(tx, looked, "", each.now), looked.policy), each)
    return None


async def _of_outputs(tx: Transaction, looked: Looked, today: date) -> DriftSide | None:
    if looked.champion is None or looked.champion_since is None:
        return None
    for each in spans.after(looked.champion_since.date(), today, looked.policy.window_days):
        before, now = [_arranged(await _read(tx, looked, looked.champion, days)) for days in each]
        return await _compare(before, now, each) if before else None
    return None


async def _read(tx: Transaction, looked: Looked, version_id: str, days: tuple[date, date]) -> list[DayShape]:
    return await shapes.between(tx, tenant=looked.tenant, task=looked.task, version_id=version_id, days=days)


async def _compare(before: Shapes, now: Shapes, days: Spans) -> DriftSide:
    """Compare in a thread: with many fields it takes a while, and what comes in does not wait for it."""
    found = await asyncio.to_thread(measuring.compare, before, now)
    worst = sorted(found, key=lambda each: (bool(each.certain), each.psi), reverse=True)
    return DriftSide(
        reference_from=days.before[0],
        reference_to=days.before[1],
        current_from=days.now[0],
        current_to=days.now[1],
        features=tuple(map(_feature, worst[:_MOST_FEATURES])),
    )


def _feature(moved: Moved) -> FeatureDrift:
    return FeatureDrift.model_validate(asdict(moved))


def _inputs(found: Iterable[DayShape], policy: DriftPolicy) -> Shapes:
    """Leave out what went out without a version, and fields that are not watched."""
    watched = None if policy.fields is None else {"", *policy.fields}
    return _arranged(
        each for each in found if each.feature not in _OF_OUTPUTS and (watched is None or each.field in watched)
    )


def _arranged(found: Iterable[DayShape]) -> Shapes:
    arranged: defaultdict[measuring.Feature, dict[date, dict[int, int]]] = defaultdict(dict)
    for each in found:
        arranged[each.feature, each.field][each.day] = dict(each.counts)
    return arranged
