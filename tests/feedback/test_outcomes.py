"""Where it is tried how outcomes of one's own are reported, and that what was stored before counts too."""

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
from pydantic import ValidationError

from chassis import migrations
from contracts.api.feedback import NewFeedback
from contracts.api.measure import MEASURES
from contracts.service import Service


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        *(({"metric": each, "value": 1}, f"'{each}' is a metric of Ratchet's own") for each in MEASURES),
        ({"metric": "basket"}, "metric and value belong together"),
        ({"value": 1.0}, "metric and value belong together"),
        ({"metric": "basket", "value": 1.1e12}, "less than or equal"),
        ({"metric": "basket", "value": -1.1e12}, "greater than or equal"),
        ({"metric": "basket", "value": float("nan")}, "finite number"),
        ({"metric": "basket", "value": "inf"}, "finite number"),
        ({"metric": "Basket Value", "value": 1}, "pattern"),
        ({"metric": "basket", "value": [1]}, "valid number"),
        ({}, "says nothing"),
    ],
)
def test_an_outcome_that_cannot_be_counted_is_refused_with_its_reason(said: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        NewFeedback.model_validate({"task": "tickets"} | said)


def test_an_outcome_of_ones_own_says_something() -> None:
    assert NewFeedback.model_validate({"task": "tickets", "metric": "basket", "value": 0}).value == 0


async def test_conversations_and_outcomes_stored_before_they_were_counted_count(
    empty_database_of: Callable[[Service], str],
) -> None:
    connection = await asyncpg.connect(empty_database_of(Service.FEEDBACK), server_settings={"search_path": "feedback"})
    *earlier, adding = [each for each in migrations.of(Service.FEEDBACK) if each.name < "feedback/0006"]
    for migration in earlier:
        await connection.execute(migration.sql)
    await connection.execute("SELECT set_config('ratchet.tenant', '*', false)")
    await connection.execute(BEFORE)

    async with connection.transaction():
        await connection.execute(adding.sql)

    row = await connection.fetchrow("SELECT conversations, successes, success_nano FROM metric_hours")
    await connection.close()
    assert adding.name == "feedback/0005_phases.sql"
    assert tuple(row or ()) == (2, 2, 1_250_000_000)


BEFORE = """
    INSERT INTO inferences (tenant, id, task, version_id, session, occurred_at)
    SELECT 'acme', number::text, 'tickets', 'v1', 's' || number % 2, '2026-01-01T12:30Z'
    FROM generate_series(1, 5) AS number;
    INSERT INTO feedback (
        tenant, key, task, operation, verdict, score, source, occurred_at, version_id, inference_id, attached
    )
    VALUES
        ('acme', 'a', 'tickets', 'outcome', 'positive', NULL, 'user', '2026-01-01T12:40Z', 'v1', '1', true),
        ('acme', 'b', 'tickets', 'outcome', 'positive', 0.25, 'user', '2026-01-01T12:40Z', 'v1', '1', true),
        ('acme', 'c', 'tickets', 'sentiment', 'positive', 1, 'user', '2026-01-01T12:40Z', 'v1', '1', true);
    INSERT INTO metric_hours VALUES
        ('acme', 'tickets', 'v1', '2026-01-01T12:00Z', 5, 0, 0, 0, 0, 0, 0, 0, 3, 3, 0, 3, 3);
"""
