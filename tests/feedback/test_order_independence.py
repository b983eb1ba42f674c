"""Where it is tried that order, duplicates and batches of what is reported change no number."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from chassis import store
from chassis.database import EVERY_TENANT, Database
from contracts.api.feedback_policy import FeedbackPolicy
from contracts.api.metrics import Metrics, Period
from contracts.commands.metrics import GetMetrics
from contracts.service import Service
from feedback import metrics
from feedback.ingest import reading, storing
from feedback.ingest.reading import Delivered, Where
from feedback.store import asides, feedback_policies
from tests.feedback import recounting

SENT_AT = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = ["2026-01-01T10:59:59Z", "2026-01-01T11:00:00Z", "2026-01-02T00:30:00+01:00"]
LABELS = ["billing", "shipping", "returns"]
WINDOW = timedelta(hours=12)
TENANTS = (f"tenant-{number}" for number in count())
Item = tuple[str, dict[str, Any]]


inferences = some.fixed_dictionaries(
    {"task": some.just("tickets"), "occurred_at": some.sampled_from(HOURS)},
    optional={
        "version_id": some.sampled_from(["v1", "v2"]),
        "output": some.sampled_from(LABELS),
        "confidence": some.floats(0, 1),
        "latency_ms": some.floats(0, 10_000),
        "cost_usd": some.floats(0, 10),
        "tokens_in": some.integers(0, 1000),
        "error": some.just("it broke"),
        "session": some.sampled_from(["s1", "s2"]),
    },
)
opinions = some.fixed_dictionaries(
    {
        "task": some.just("tickets"),
        "occurred_at": some.sampled_from(HOURS),
        "inference_id": some.sampled_from([None, "i0", "i1", "i1", "i5"]),
    },
    optional={
        "helpful": some.booleans(),
        "verdict": some.sampled_from(["positive", "negative"]),
        "correction": some.sampled_from(LABELS),
        "source": some.sampled_from(["user", "expert"]),
        "input": some.just("where is my parcel"),
        "operation": some.sampled_from(["classification", "outcome"]),
        "score": some.floats(0, 1),
    },
).map(lambda each: each if each.keys() & {"verdict", "correction", "score"} else each | {"helpful": True})


@some.composite
def reports(draw: some.DrawFn) -> tuple[list[Item], list[list[Item]]]:
    """Draw what happened, and one way in which it may be reported: shuffled, with duplicates, in batches."""
    served, said = (
        draw(some.lists(inferences, min_size=1, max_size=4)),
        draw(some.lists(opinions, min_size=1, max_size=6)),
    )
    happened: list[Item] = [
        *(("inference", each | {"id": f"i{number}"}) for number, each in enumerate(served)),
        *(("feedback", each | {"key": f"k{number}"}) for number, each in enumerate(said)),
    ]
    again = draw(some.lists(some.sampled_from(happened), max_size=4))
    told = draw(some.permutations([*happened, *again]))
    cuts = sorted(draw(some.lists(some.integers(0, len(told)), min_size=1, max_size=4)))
    batches = [told[start:end] for start, end in zip([0, *cuts], [*cuts, len(told)], strict=True)]
    return happened, batches


@given(reports())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_order_and_any_batches_give_the_same_numbers(
    database: Database, told: tuple[list[Item], list[list[Item]]]
) -> None:
    happened, batches = told
    orderly, messy = await divided(database), await divided(database)

    await report(database, orderly, happened)
    for batch in batches:
        await report(database, messy, batch)

    assert await numbers(database, messy) == await numbers(database, orderly)
    assert await count_examples(database, messy) == await count_examples(database, orderly)
    assert await counted(database, messy) == plainly_counted(happened)


@pytest.mark.parametrize(("again_from", "counted"), [("here", 2), ("there", 4)])
async def test_items_without_ids_are_told_apart_by_their_place_in_the_stream(
    database: Database, again_from: str, counted: int
) -> None:
    tenant = next(TENANTS)
    body = [{"task": "tickets", "verdict": "positive"}] * 2

    for origin in ("here", again_from):
        await report(database, tenant, [("feedback", body)], origin)

    assert (await numbers(database, tenant)).metrics.feedback == counted


async def test_a_broken_item_delivered_twice_is_buried_once(database: Database) -> None:
    tenant = next(TENANTS)
    for _ in range(2):
        await report(database, tenant, [("feedback", [{"task": "tickets"}, {"task": 7}])])

    async with database.transaction(tenant) as tx:
        letters = await store.list_letters(tx, Service.FEEDBACK, before=None, limit=9)

    assert len(letters) == 2


async def test_replicas_that_store_at_the_same_time_attach_every_opinion(database: Database) -> None:
    tenant = next(TENANTS)
    ids = [f"i{number}" for number in range(40)]
    answers = [("inference", {"id": each, "task": "tickets", "version_id": "v1"}) for each in ids]
    said = [("feedback", {"inference_id": each, "task": "tickets", "verdict": "positive"}) for each in ids]

    pairs = zip(answers, said, strict=True)
    await asyncio.gather(*(report(database, tenant, [item], str(item)) for pair in pairs for item in pair))

    (version,) = (await numbers(database, tenant)).versions
    assert (version.version_id, version.feedback) == ("v1", 40)


async def report(database: Database, tenant: str, items: Sequence[tuple[str, Any]], origin: str = "nowhere") -> None:
    messages = [
        Delivered(f"ingest.{tenant}.{noun}", orjson.dumps(body), lambda: Where(origin, SENT_AT)) for noun, body in items
    ]
    async with database.transaction(EVERY_TENANT) as tx:
        await storing.store(tx, reading.read(messages), {})
        tx.outgoing.clear()


async def numbers(database: Database, tenant: str) -> Metrics:
    async with database.transaction(tenant) as tx:
        return await metrics.of(tx, GetMetrics(task="tickets", period=Period.ALL))


async def count_examples(database: Database, tenant: str) -> dict[str, int]:
    sql = "SELECT status, count(*) FROM examples WHERE tenant = $1 GROUP BY status"
    async with database.transaction(tenant) as tx:
        return {row[0]: row[1] for row in await tx.fetch(sql, tenant)}


async def divided(database: Database) -> str:
    """Give a new tenant whose opinions count for half a day after their answers."""
    tenant = next(TENANTS)
    async with database.transaction(tenant) as tx:
        await feedback_policies.set_(tx, "tickets", FeedbackPolicy(attribution_window_days=WINDOW / timedelta(days=1)))
    return tenant


async def counted(database: Database, tenant: str) -> dict[str, Any]:
    """Give what is shown of opinions: by version, and beside them."""
    shown = {
        each.version_id or "": (
            each.feedback,
            each.parked,
            each.classification.verdicts,
            round((each.classification.acceptance or 0) * each.classification.verdicts),
            each.classification.judged,
            round((each.classification.accuracy or 0) * each.classification.judged),
        )
        for each in (await numbers(database, tenant)).versions
    }
    async with database.transaction(tenant) as tx:
        aside = await asides.count(tx, task="tickets", version_id=None, since=None)
    return {version: counts for version, counts in shown.items() if any(counts)} | {"aside": dict(aside)}


def plainly_counted(happened: Sequence[Item]) -> dict[str, Any]:
    served = {each["id"]: each for noun, each in happened if noun == "inference"}
    said = [each for noun, each in happened if noun == "feedback"]
    counts = defaultdict[str, Any](lambda: [0] * 6)
    for each in recounting.stand(said, served, WINDOW):
        verdict, correction = each.get("verdict"), each.get("correction")
        about: dict[str, Any] = each["about"] or {}
        right: bool | None = None if verdict is None else verdict == "positive"
        if correction is not None and "output" in about:
            right = correction == about["output"]
        facts = (True, each["parked"], verdict is not None, verdict == "positive", right is not None, bool(right))
        known = counts[about.get("version_id", "")]
        counts[about.get("version_id", "")] = [sum_ + fact for sum_, fact in zip(known, facts, strict=True)]
    return {version: tuple(each) for version, each in counts.items()} | {
        "aside": recounting.count_aside(said, served, WINDOW)
    }
