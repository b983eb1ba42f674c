"""Where Ratchet is fed rubbish, over HTTP and over NATS, and says what is wrong with it."""

import asyncio
from typing import Any

import nats
import pytest

from tests.journeys.steps import Journey, eventually

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]
GOOD = {"key": "good", "verdict": "positive"}


@pytest.mark.parametrize(
    ("body", "status", "field", "reason"),
    [
        ({"task": "nobody-made-this", "verdict": "positive"}, 422, "task", "no task"),
        ({"verdict": "positive", "verdic": 1}, 422, "verdic", "not a known field"),
        ({"verdict": "maybe"}, 422, "verdict", "positive"),
        ({"verdict": "positive", "score": "high"}, 422, "score", "number"),
        ({"verdict": "negative", "correction": "  "}, 422, "correction", "empty"),
        ({"verdict": "negative", "correction": "x" * 10_000_000}, 413, None, "8,388,608 bytes"),
        ({}, 422, "body", "says nothing"),
    ],
)
def test_a_broken_opinion_is_refused_with_field_and_reason(
    journey: Journey, body: dict[str, Any], status: int, field: str | None, reason: str
) -> None:
    journey.create_task()

    refused = journey.refused("POST", "/feedback", json={"task": journey.task} | body)

    assert refused["status"] == status
    if field:
        assert any(field in each["field"] and reason in each["reason"] for each in refused["errors"]), refused
    else:
        assert reason in refused["detail"]


def test_a_list_that_is_too_long_is_refused_with_the_limit(journey: Journey) -> None:
    journey.create_task()

    refused = journey.refused("POST", "/feedback", json=[{"task": journey.task, "verdict": "positive"}] * 1001)

    assert refused["status"] == 422
    assert "1000" in refused["errors"][0]["reason"].replace(",", "")


@pytest.mark.parametrize("body", [b'{"task": ', b"", b"\xff\xfe", b"[" * 10_000])
def test_broken_json_is_refused(journey: Journey, body: bytes) -> None:
    refused = journey.refused("POST", "/feedback", content=body, headers={"Content-Type": "application/json"})

    assert refused["status"] in {400, 422}


def test_a_broken_message_over_nats_is_a_dead_letter_and_the_stream_goes_on(journey: Journey) -> None:
    journey.create_task()
    broken = [b"{", b'[{"verdict": 3}]', b'{"task": "nobody-made-this", "verdict": "positive"}', b"\xff"]

    asyncio.run(_publish(journey, *broken, _opinion(journey, "after")))
    eventually(lambda: journey.get("/feedback", task=journey.task)["items"] or None)
    reasons = [each["reason"] for each in journey.get("/dead-letters", service="feedback", limit=100)["items"]]

    assert any("nobody-made-this" in reason for reason in reasons)
    assert any("verdict" in reason or "task" in reason for reason in reasons)
    assert len(reasons) >= 4


def test_over_nats_the_tenant_is_that_of_the_subject_and_doubles_count_once(journey: Journey) -> None:
    journey.create_task()
    message = _opinion(journey, "twice")

    asyncio.run(_publish(journey, message, message, b"[" + message + b"," + message + b"]"))
    asyncio.run(_publish(journey, _opinion(journey, "last")))
    stats = eventually(lambda: _total(journey, 2))

    assert stats["total"] == 2


def _total(journey: Journey, count: int) -> Any:
    stats = journey.get("/feedback/stats", task=journey.task)
    return stats if stats["total"] >= count else None


def _opinion(journey: Journey, key: str) -> bytes:
    return f'{{"key": "{journey.task}-{key}", "task": "{journey.task}", "verdict": "positive"}}'.encode()


async def _publish(journey: Journey, *messages: bytes) -> None:
    local = journey.system.local
    connection = await nats.connect(local.nats_url)
    for message in messages:
        await connection.jetstream().publish(f"ingest.{local.tenant}.feedback", message)
    await connection.close()
