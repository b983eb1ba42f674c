"""Where tests report to the feedback service's database while versions serve side by side, and read what it says."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import orjson

from chassis.database import EVERY_TENANT, Database
from contracts import routing
from contracts.event import Event
from contracts.events.phases import PhaseClosed, PhaseOpened, Segment, VersionPerformance
from feedback import phases
from feedback.ingest import reading, storing
from feedback.ingest.reading import Delivered, Where
from feedback.phases import reporting
from feedback.store import phases as stored
from feedback.store.phases import PhaseKey

TASK = "tickets"
BEGUN = datetime(2026, 1, 1, 12, tzinfo=UTC)
TENANTS = (f"tenant-{number}" for number in count())
HALVES = (("v1", 0.5), ("v2", 0.5))


def minute(number: float) -> datetime:
    return BEGUN + timedelta(minutes=number)


def opened(
    phase_id: str = "p1", *, since: float = 0, segments: Iterable[tuple[str, float]] = HALVES, versions: str = "v1 v2"
) -> PhaseOpened:
    return PhaseOpened(
        phase_id=phase_id,
        task=TASK,
        salt="salt",
        segments=tuple(Segment(version_id=version_id, weight=weight) for version_id, weight in segments),
        versions=tuple(versions.split()),
        since=minute(since),
    )


def closed(phase_id: str = "p1", *, until: float) -> PhaseClosed:
    return PhaseClosed(phase_id=phase_id, task=TASK, until=minute(until))


def assigned(unit: str, segments: Sequence[tuple[str, float]] = HALVES) -> str:
    return segments[routing.fall("salt", unit, [weight for _, weight in segments])][0]


def answer(id: str, unit: str | None, *, at: float = 1, **others: Any) -> tuple[str, dict[str, Any]]:
    version_id = "v1" if unit is None else assigned(unit)
    return "inference", {
        "id": id, "task": TASK, "unit": unit, "version_id": version_id, "occurred_at": minute(at).isoformat(),
    } | others  # fmt: skip


def opinion(key: str, about: str, **others: Any) -> tuple[str, dict[str, Any]]:
    when = minute(90).isoformat()
    return "feedback", {"key": key, "inference_id": about, "task": TASK, "occurred_at": when} | others


async def report(
    database: Database, tenant: str, *items: tuple[str, dict[str, Any]], threshold: float | None = None
) -> list[str]:
    """Report items, and give the subjects of what is published then."""
    messages = [
        Delivered(f"ingest.{tenant}.{noun}", orjson.dumps(body), lambda: Where("here", BEGUN)) for noun, body in items
    ]
    read = reading.read(messages)
    assert not read.letters, read.letters
    async with database.transaction(EVERY_TENANT) as tx:
        await storing.store(tx, read, {(tenant, TASK): threshold})
        subjects = [each.subject for each in tx.outgoing]
        tx.outgoing.clear()
    return subjects


async def hear(database: Database, tenant: str, *events: Event) -> None:
    for event in events:
        async with database.transaction(tenant) as tx:
            if isinstance(event, PhaseOpened):
                await phases.open_(tx, event)
            elif isinstance(event, PhaseClosed):
                await phases.close(tx, event)


async def performance(database: Database, tenant: str, phase_id: str = "p1") -> VersionPerformance:
    key = PhaseKey(tenant, phase_id)
    async with database.transaction(tenant) as tx:
        said = await stored.find_to_report(tx, key)
        assert said, "there is nothing new to report"
        return await reporting.sum_up(tx, key, said)
