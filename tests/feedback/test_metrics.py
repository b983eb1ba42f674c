"""Where it is tried what the numbers of a task say."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from contracts.api.metrics import Metrics, Period
from contracts.commands.metrics import GetMetrics
from feedback.metrics import periods
from tests.feedback.running import Running, inference, opinion


async def measure(feedback: Running, period: Period = Period.DAY, version_id: str | None = None) -> Metrics:
    await feedback.settle()
    return await feedback.ask(GetMetrics(task="tickets", period=period, version_id=version_id))


def ago(**time: float) -> str:
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


async def test_a_task_without_reports_has_no_numbers_rather_than_zeros(feedback: Running) -> None:
    total = (await measure(feedback)).metrics

    assert (total.inferences, total.error_rate, total.mean_confidence) == (0, None, None)
    assert (total.classification.accuracy, total.latency.p95_ms, total.cost.usd) == (None, None, None)


async def test_unknown_cost_is_counted_and_never_taken_for_nothing(feedback: Running) -> None:
    await feedback.send("inference", [inference(cost_usd=0.25), inference(cost_usd=0.5), inference()])

    cost = (await measure(feedback)).metrics.cost

    assert (cost.usd, cost.unknown) == (0.75, 1)


async def test_confidence_errors_tokens_and_latency_are_summed_up(feedback: Running) -> None:
    slow = [inference(latency_ms=each, confidence=0.5, tokens_in=2, tokens_out=1) for each in range(1, 101)]
    await feedback.send("inference", [*slow, inference(error="it broke", confidence=1.0)])

    total = (await measure(feedback)).metrics

    assert (total.inferences, total.errors) == (101, 1)
    assert total.mean_confidence == pytest.approx(51 / 101)
    assert (total.cost.tokens_in, total.cost.tokens_out) == (200, 100)
    assert total.latency.p50_ms == pytest.approx(50, rel=0.01)
    assert total.latency.p99_ms == pytest.approx(99, rel=0.01)


async def test_versions_are_judged_apart(feedback: Running) -> None:
    old, new = [inference(version_id="v1") for _ in range(4)], [inference(version_id="v2") for _ in range(2)]
    await feedback.send("inference", old + new)
    wrong = [opinion(inference_id=each["id"], correction="shipping", verdict=None) for each in old[:3]]
    right = [opinion(inference_id=each["id"]) for each in (old[3], *new)]
    await feedback.send("feedback", wrong + right)

    both = await measure(feedback)
    only = await measure(feedback, version_id="v2")

    assert {each.version_id: each.classification.accuracy for each in both.versions} == {"v1": 0.25, "v2": 1.0}
    assert both.metrics.classification.accuracy == 0.5
    assert only.metrics == only.versions[0] == both.versions[1]
    assert both.distributions["predicted"] == {"billing": 6}
    assert both.distributions["corrected"] == {"shipping": 3}
    assert both.distributions["verdict"] == {"positive": 3}


async def test_a_negative_verdict_counts_against_accuracy_and_acceptance(feedback: Running) -> None:
    answers = [inference() for _ in range(2)]
    await feedback.send("inference", answers)
    await feedback.send("feedback", opinion(inference_id=answers[0]["id"], verdict="negative"))
    await feedback.send("feedback", opinion(inference_id=answers[1]["id"]))

    classification = (await measure(feedback)).metrics.classification

    assert (classification.judged, classification.accuracy, classification.acceptance) == (2, 0.5, 0.5)
    assert (classification.precision, classification.recall, classification.f1) == (1.0, 1.0, 1.0)


async def test_a_period_leaves_out_what_was_before(feedback: Running) -> None:
    times = [ago(minutes=1), ago(hours=5), ago(days=3), ago(days=20), ago(days=400)]
    await feedback.send("inference", [inference(occurred_at=each) for each in times])

    counts = [(await measure(feedback, period)).metrics.inferences for period in Period]

    assert counts == [1, 2, 3, 4, 5]


async def test_a_series_has_hours_for_a_day_and_days_for_a_week(feedback: Running) -> None:
    at = {hours: ago(hours=hours) for hours in (0, 3, 6)}
    await feedback.send("inference", [inference(occurred_at=at[hours]) for hours in (0, 3, 3, 6)])

    hours = (await measure(feedback, Period.DAY)).series
    days = (await measure(feedback, Period.WEEK)).series

    assert [point.inferences for point in hours] == [1, 2, 1]
    assert sum(point.inferences for point in days) == 4
    assert len(days) in {1, 2}


async def test_texts_too_long_for_labels_are_stored_and_not_counted_as_labels(feedback: Running) -> None:
    await feedback.send("inference", inference(output="word " * 30_000))

    measured = await measure(feedback)

    assert (measured.metrics.inferences, measured.distributions["predicted"]) == (1, {})


async def test_answers_of_conversations_are_judged_but_not_counted_as_labels(feedback: Running) -> None:
    feedback.registry.kind = "chat"
    said = [inference(output=f"Hello {number}, how can I help?") for number in range(3)]
    await feedback.send("inference", said)
    better = opinion(inference_id=said[0]["id"], verdict=None, correction="Good morning!")
    await feedback.send("feedback", [better, opinion(inference_id=said[1]["id"])])

    await feedback.settle()
    found: Metrics = await feedback.ask(GetMetrics(task="tickets", details=True))

    assert (found.metrics.classification.judged, found.metrics.classification.accuracy) == (2, 0.5)
    assert (found.labels, found.distributions["predicted"], found.distributions["corrected"]) == ((), {}, {})
    assert found.metrics.classification.f1 is None


def test_a_period_begins_with_a_whole_hour() -> None:
    now = datetime(2026, 1, 2, 10, 59, 59, tzinfo=UTC)

    assert periods.since(Period.HOUR, now) == datetime(2026, 1, 2, 9, tzinfo=UTC)
    assert periods.since(Period.ALL, now) is None


async def test_numbers_are_asked_for_while_reports_stream_in(feedback: Running) -> None:
    for number in range(30):
        version = [inference(version_id=f"v{number}", latency_ms=5)]
        sending = asyncio.create_task(feedback.send("inference", version))
        asked = await feedback.ask(GetMetrics(task="tickets", period=Period.ALL))
        assert asked.metrics.inferences == sum(each.inferences for each in asked.versions)
        await sending
