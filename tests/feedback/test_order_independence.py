"""Where it is tried that order, duplicates and batches of what is reported change no number."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from chassis import store
from chassis.database import EVERY_TENANT, Database
from contracts.api.metrics import Metrics, Period
from contracts.commands.metrics import GetMetrics
from contracts.service import Service
from feedback import metrics
from feedback.ingest import reading, storing
from feedback.ingest.reading import Delivered, Where

SENT_AT = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = ["2026-01-01T10:59:59Z", "2026-01-01T11:00:00Z", "2026-01-02T00:30:00+01:00"]
LABELS = ["billing", "shipping", "returns"]
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
        "verdict": some.sampled_from(["positive", "negative"]),
        "inference_id": some.sampled_from([None, *(f"i{number}" for number in range(5))]),
    },
    optional={
        "correction": some.sampled_from(LABELS),
        "source": some.sampled_from(["user", "expert"]),
        "input": some.just("where is my parcel"),
        "operation": some.sampled_from(["classification", "outcome"]),
        "score": some.floats(0, 1),
    },
)


@some.composite
def reports(draw: some.DrawFn) -> tuple[list[Item], list[list[Item]]]:
    """Draw what happened, and one way in which it may be reported: shuffled, with duplicates, in batches."""
    served, said = (
        draw(some.lists(inferences, min_size=1, max_size=4)),
        draw(some.lists(opinions, min_size=1, max_size=4)),
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
    orderly, messy = next(TENANTS), next(TENANTS)

    await report(database, orderly, happened)
    for batch in batches:
        await report(database, messy, batch)

    assert await numbers(database, messy) == await numbers(database, orderly)
    assert await count_examples(database, messy) == await count_examples(database, orderly)


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


async def count_examples(database: Database, tenant: str) -> int:
    async with database.transaction(tenant) as tx:
        return await tx.fetchval("SELECT count(*) FROM examples WHERE tenant = $1", tenant)
