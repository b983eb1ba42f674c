"""Where it is tried that sums of every grain agree, and questions are answered from the few that cover them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from chassis import migrations
from chassis.database import EVERY_TENANT, Database
from contracts.api.feedback_policy import FeedbackPolicy, SuccessDefinition
from contracts.api.metrics import Metrics, Period
from contracts.api.price import NewPrice
from contracts.commands.metrics import GetMetrics, ListMetricRows
from contracts.errors import NotFound
from contracts.service import Service
from feedback import metrics, prices
from feedback.metrics import exporting, pruning
from feedback.metrics.grains import Kept
from feedback.store import feedback_policies
from feedback.store import pruning as store
from tests.feedback.dividing import TASK, answer, closed, hear, opened, opinion, report

NOW = datetime.now(UTC).replace(microsecond=0)


def served(id: str, at: datetime = NOW, **others: Any) -> tuple[str, dict[str, Any]]:
    body = {"id": id, "task": TASK, "version_id": "v1", "output": "billing", "occurred_at": at.isoformat()}
    return "inference", body | others


def said(key: str, about: str | None = None, at: datetime = NOW, **others: Any) -> tuple[str, dict[str, Any]]:
    return "feedback", {"key": key, "inference_id": about, "task": TASK, "occurred_at": at.isoformat()} | others


async def ask(database: Database, **asked: Any) -> Metrics:
    async with database.transaction("acme") as tx:
        return await metrics.of(tx, GetMetrics.model_validate({"task": TASK, "period": Period.ALL} | asked))


async def columns(database: Database, table: str, numbers: str) -> dict[str, list[tuple[Any, ...]]]:
    """Sum a table up by grain and day."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    async with database.transaction("acme") as tx:
        rows = await tx.fetch(
            f"""
            SELECT grain, date_trunc('month', at, 'UTC') AS month, version_id, {numbers}
            FROM {table}
            GROUP BY grain, month, version_id
            ORDER BY grain, month, version_id
            """  # noqa: S608 (names of ours)
        )
    for row in rows:
        found.setdefault(row[0], []).append(tuple(row)[1:])
    return found


async def test_minutes_hours_days_and_months_agree_in_every_table(database: Database) -> None:
    times = [NOW - timedelta(minutes=each) for each in (0, 1, 59, 61, 1439, 2000)]
    facts = {"latency_ms": 7, "confidence": 0.5, "cost_usd": 0.25, "tokens_in": 3, "session": "s"}
    answers = [served(f"i{index}", at, **facts) for index, at in enumerate(times)]
    opinions = [said(f"k{index}", f"i{index}", at, correction="shipping") for index, at in enumerate(times)]
    values = [said(f"o{index}", None, at, metric="basket", value=2.5) for index, at in enumerate(times)]
    for item in (*opinions, *answers, *values):
        await report(database, "acme", item)

    tables = {
        "metric_sums": "sum(inferences), sum(judged), sum(cost_nano_usd), sum(conversations), sum(feedback)",
        "histogram_sums": "sum(count), sum(bucket * count)",
        "confusion_sums": "sum(count), min(actual)",
        "label_sums": "sum(inferences), sum(judged), sum(corrected), max(label)",
        "opinion_sums": "sum(count)",
        "outcome_sums": "sum(count), sum(total_nano)",
    }
    for table, numbers in tables.items():
        found = await columns(database, table, numbers)
        assert set(found) == {"minute", "hour", "day", "month"}, table
        assert found["minute"] == found["hour"] == found["day"] == found["month"], table


async def test_a_time_counts_from_its_first_minute_up_to_but_without_its_last(database: Database) -> None:
    begin = (NOW - timedelta(hours=30)).replace(minute=58, second=0)
    times = [begin + timedelta(minutes=each) for each in (-1, 0, 1, 2, 62, 1500, 1501)]
    await report(database, "acme", *(served(f"i{index}", at) for index, at in enumerate(times)))

    found = await ask(database, since=begin, until=begin + timedelta(minutes=1501))
    nothing = await ask(database, since=begin - timedelta(days=1), until=begin - timedelta(minutes=1))

    assert (found.metrics.inferences, found.since) == (5, begin)
    assert sum(point.inferences for point in found.series) == 5
    assert nothing.metrics.inferences == 0


async def test_what_arrives_late_restates_the_time_in_which_it_happened(database: Database) -> None:
    old = NOW - timedelta(days=100)
    week = {"since": old - timedelta(days=3), "until": old + timedelta(days=3)}
    await report(database, "acme", served("i1", old))
    before = await ask(database, **week)

    await report(database, "acme", served("i2", old, output="shipping"), said("k1", "i1", old, verdict="negative"))

    after = await ask(database, **week)
    assert (before.metrics.inferences, before.metrics.classification.accuracy) == (1, None)
    assert (after.metrics.inferences, after.metrics.classification.accuracy) == (2, 0.0)
    assert (await ask(database, period=Period.DAY)).metrics.inferences == 0


async def test_a_phase_has_the_numbers_of_what_counts_in_it(database: Database) -> None:
    await hear(database, "acme", opened(), closed(until=5))
    units = [answer(f"i{number}", f"u{number}", at=number, error="no", cost_usd=0.5) for number in range(8)]
    told = [opinion(f"k{number}", f"i{number}", verdict="negative", metric="basket", value=3) for number in range(8)]
    await report(database, "acme", *units, *told)

    found = await ask(database, task=None, phase="p1")

    total = found.metrics
    assert (found.task, total.inferences, total.error_rate, total.cost.usd) == (TASK, 5, 1.0, 2.5)
    assert (total.classification.judged, total.classification.accuracy, total.outcomes["basket"].count) == (5, 0.0, 5)
    assert total.inferences == sum(each.inferences for each in found.versions)
    with pytest.raises(NotFound, match="no phase 'p2'"):
        await ask(database, phase="p2")


async def test_a_price_counts_for_answers_reported_after_it_was_set(database: Database) -> None:
    tokens: dict[str, Any] = {"model": "openai/mini", "tokens_in": 1_000_000, "tokens_out": 100_000}
    await report(database, "acme", served("before", **tokens))
    async with database.transaction("acme") as tx:
        await prices.set_(tx, "openai/mini", NewPrice(input_usd_per_1m=2, output_usd_per_1m=10))
        later = NewPrice(input_usd_per_1m=1, output_usd_per_1m=10, since=NOW + timedelta(days=1))
        await prices.set_(tx, "openai/mini", later)
    told = [served("told", cost_usd=9.0, **tokens), served("cheaper", NOW + timedelta(days=1), **tokens)]
    await report(database, "acme", served("after", **tokens), served("other", model="x", tokens_in=5), *told)

    cost = (await ask(database)).metrics.cost

    assert (cost.usd, cost.known, cost.unknown, cost.unknown_share) == (3.0 + 9.0 + 2.0, 3, 2, 0.4)


async def test_success_counts_as_the_policy_says_and_opinions_are_told_apart(database: Database) -> None:
    definition = SuccessDefinition(metric="basket", type="share", threshold=10, window_hours=1)
    async with database.transaction("acme") as tx:
        await feedback_policies.set_(tx, TASK, FeedbackPolicy(success=definition))
    times = (NOW, NOW, NOW + timedelta(hours=2))
    outcomes = [said(f"o{i}", f"i{i}", at, metric="basket", value=10 * i) for i, at in enumerate(times)]
    others = [said("s", operation="suggestion", used=True, helpful=False), said("m", operation="sentiment", score=0.25)]
    await report(database, "acme", *outcomes, *others, *(served(f"i{number}") for number in range(3)))

    total = (await ask(database)).metrics

    assert (total.success.count, total.success.rate) == (2, 0.5)
    assert (total.outcomes["basket"].count, total.outcomes["basket"].mean) == (3, 10.0)
    assert (total.suggestions.usage, total.suggestions.helpfulness, total.sentiment.mean_score) == (1.0, 0.0, 0.25)


async def test_short_stretches_are_pruned_and_the_numbers_stay(database: Database) -> None:
    times = [NOW - timedelta(days=days) for days in (0, 1, 30, 300)]
    await report(database, "acme", *(served(f"i{index}", at, latency_ms=5) for index, at in enumerate(times)))
    before = await ask(database)

    dropped = await pruning.prune(database, Kept(hours=timedelta(days=10)), NOW + timedelta(days=3))

    grains = {grain: len(rows) for grain, rows in (await columns(database, "metric_sums", "sum(inferences)")).items()}
    assert dropped > 0
    assert "minute" not in grains
    assert grains["hour"] <= 2
    assert (await ask(database)).metrics == before.metrics


async def test_pruning_reads_no_table_as_a_whole(database: Database) -> None:
    await report(database, "acme", served("i", NOW, latency_ms=5))

    async with database.transaction(EVERY_TENANT) as tx:
        await store.walk_along_indexes(tx)
        await store.drop(tx, "minute", NOW - timedelta(days=2), most=10)
        scans = await tx.fetchval("SELECT sum(seq_scan) FROM pg_stat_xact_user_tables WHERE relname LIKE '%\\_sums'")

    assert scans == 0


async def test_rows_are_exported_page_by_page_and_labels_and_all_tasks_are_told(database: Database) -> None:
    wide = [served(f"i{i}", NOW - timedelta(hours=i), version_id=f"v{i % 2}", confidence=0.95) for i in range(6)]
    await report(database, "acme", *wide, ("inference", {"id": "x", "task": "other", "occurred_at": NOW.isoformat()}))
    asked, rows = ListMetricRows(task=TASK, limit=4), list[Any]()
    async with database.transaction("acme") as tx:
        first = await exporting.rows(tx, asked, Kept())
        rest = await exporting.rows(tx, asked.model_copy(update={"cursor": first.next_cursor}), Kept())
        rows = [*first.items, *rest.items]

    every, own = await ask(database, task=None), await ask(database, details=True)

    assert [(row.version_id, row.inferences) for row in rows] == [(f"v{i % 2}", 1) for i in reversed(range(6))]
    assert rest.next_cursor is None
    assert (every.metrics.inferences, every.task) == (7, None)
    assert [(each.label, each.inferences, each.mean_confidence) for each in own.labels] == [("billing", 6, 0.95)]
    assert own.distributions["confidence"]["0.9-1.0"] == 6


async def test_hours_stored_before_become_days_and_months(empty_database_of: Callable[[Service], str]) -> None:
    connection = await asyncpg.connect(empty_database_of(Service.FEEDBACK), server_settings={"search_path": "feedback"})
    *earlier, adding = [each for each in migrations.of(Service.FEEDBACK) if each.name < "feedback/0011"]
    for migration in earlier:
        await connection.execute(migration.sql)
    await connection.execute("SELECT set_config('ratchet.tenant', '*', false)")
    await connection.execute(BEFORE)

    async with connection.transaction():
        await connection.execute(adding.sql)

    sums = "SELECT grain, count(*), sum(inferences), sum(judged) FROM metric_sums GROUP BY grain ORDER BY grain"
    labels = "SELECT label, inferences, judged, judged_right, corrected FROM label_sums WHERE grain = 'day'"
    assert [tuple(row) for row in await connection.fetch(sums)] == [
        ("day", 2, 8, 6),
        ("hour", 3, 8, 6),
        ("month", 1, 8, 6),
    ]
    assert [tuple(row) for row in await connection.fetch(f"{labels} ORDER BY label")] == [("b", 0, 0, 0, 1)]
    await connection.close()


async def test_rows_stored_before_become_minutes_which_they_may_yet_leave(
    empty_database_of: Callable[[Service], str],
) -> None:
    connection = await asyncpg.connect(empty_database_of(Service.FEEDBACK), server_settings={"search_path": "feedback"})
    await connection.execute("SELECT set_config('ratchet.tenant', '*', false)")
    for migration in migrations.of(Service.FEEDBACK):
        async with connection.transaction():
            rows = ROWS if migration.name == "feedback/0007_feedback_policies.sql" else ""
            await connection.execute(rows + migration.sql)

    found = {name: [tuple(row) for row in await connection.fetch(sql)] for name, sql in MINUTES.items()}

    await connection.close()
    assert found == {
        "metric": [("", 0, 0, 1, 1, 0, 1, 250_000_000, 1), ("v1", 1, 500_000_000, 2, 2, 1, 1, 1_000_000_000, 0)],
        "histogram": [("confidence", 9, 1), ("latency", 116, 1)],
        "confusion": [("a", "b", 1)],
        "label": [("a", 1, 2, 1, 1, 0), ("b", 0, 0, 0, 0, 1)],
        "opinion": [("outcome", 1, 1), ("outcome", 1, 0), ("suggestion", 1, 0)],
        "outcome": [("basket", 1, 3_000_000_000)],
    }


ROWS = """
    INSERT INTO inferences (
        tenant, id, task, version_id, label, confidence, latency_ms, cost_usd, session, occurred_at
    )
    VALUES
        ('acme', 'old', 'tickets', 'v1', 'a', 1, 10, 0.5, 's', now() - interval '51 hours'),
        ('acme', 'new', 'tickets', 'v1', 'a', 1, 10, 0.5, 's', now() - interval '1 hour');
    INSERT INTO feedback (
        tenant, key, task, operation, verdict, score, label, metric, value, source, occurred_at, version_id, predicted,
        inference_id, attached
    )
    VALUES
        ('acme', 'a', 'tickets', 'outcome', 'positive', NULL, NULL, NULL, NULL, 'user', now(), 'v1', 'a', 'new', true),
        ('acme', 'b', 'tickets', 'suggestion', NULL, NULL, 'b', 'basket', 3, 'user', now(), 'v1', 'a', 'new', true),
        ('acme', 'c', 'tickets', 'outcome', 'negative', 0.25, NULL, NULL, NULL, 'user', now(), NULL, NULL, 'x', false);
"""
MINUTES = {
    "metric": """
        SELECT version_id, sum(inferences)::int, sum(cost_nano_usd)::int, sum(feedback)::int, sum(judged)::int,
            sum(judged_right)::int, sum(successes)::int, sum(success_nano)::int, sum(parked)::int
        FROM metric_sums WHERE grain = 'minute' GROUP BY version_id ORDER BY version_id
    """,
    "histogram": "SELECT measure, bucket, count FROM histogram_sums WHERE grain = 'minute' ORDER BY measure",
    "confusion": "SELECT predicted, actual, count FROM confusion_sums WHERE grain = 'minute' AND predicted <> actual",
    "label": """
        SELECT label, sum(inferences)::int, sum(judged)::int, sum(judged_right)::int, sum(positive)::int,
            sum(corrected)::int
        FROM label_sums WHERE grain = 'minute' GROUP BY label ORDER BY label
    """,
    "opinion": """
        SELECT operation, count, scores FROM opinion_sums WHERE grain = 'minute' ORDER BY operation, scores DESC
    """,
    "outcome": "SELECT metric, count, total_nano::bigint FROM outcome_sums WHERE grain = 'minute'",
}
BEFORE = """
    INSERT INTO metric_hours VALUES
        ('acme', 'tickets', 'v1', '2026-01-01T12:00Z', 5, 0, 0, 0, 0, 0, 0, 0, 3, 3, 0, 3, 3),
        ('acme', 'tickets', 'v1', '2026-01-01T13:00Z', 1, 0, 0, 0, 0, 0, 0, 0, 3, 3, 0, 3, 3),
        ('acme', 'tickets', 'v1', '2026-01-02T12:00Z', 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    INSERT INTO label_hours VALUES ('acme', 'tickets', 'v1', '2026-01-01T12:00Z', 'corrected', 'b', 1);
"""
