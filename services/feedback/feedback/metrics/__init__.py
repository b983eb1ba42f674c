"""Where the numbers of a task are answered, from sums by hour alone."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from chassis.database import Transaction
from contracts.api.feedback import FeedbackStats, FeedbackVerdict
from contracts.api.metrics import MetricPoint, Metrics, Period
from contracts.commands.metrics import CountFeedback, GetMetrics
from contracts.errors import InvalidInput
from feedback.metrics import numbers
from feedback.metrics.numbers import Counted
from feedback.store import measures
from feedback.store.measures import Point, Span, VersionTotals

_LENGTHS = {
    Period.HOUR: timedelta(hours=1),
    Period.DAY: timedelta(days=1),
    Period.WEEK: timedelta(weeks=1),
    Period.MONTH: timedelta(days=30),
}
_GROUPS = ("verdict", "operation", "source", "version_id")
_MOST_LABELS = 200


async def of(tx: Transaction, asked: GetMetrics) -> Metrics:
    """Answer for a task, in total, by version and over time, all as of one moment."""
    await measures.hold_still(tx)
    span = Span(asked.task, asked.version_id, since(asked.period, datetime.now(UTC)))
    counted = await _counted(tx, span)
    total = numbers.add(counted.values())
    return Metrics(
        task=asked.task,
        period=asked.period,
        since=span.since,
        metrics=numbers.of(asked.version_id, total),
        versions=tuple(numbers.of(version or None, each) for version, each in sorted(counted.items())),
        series=tuple(_point(point) for point in await measures.over_time(tx, span, step=_step(asked.period))),
        distributions=await _distributions(tx, span, total.totals),
    )


def since(period: Period, now: datetime) -> datetime | None:
    """Give the hour that a period begins with: the whole of the hour that lies as far back; None for all time."""
    if period is Period.ALL:
        return None
    return (now - _LENGTHS[period]).replace(minute=0, second=0, microsecond=0)


async def count_feedback(tx: Transaction, asked: CountFeedback) -> FeedbackStats:
    """Count opinions by one of their properties; raises `InvalidInput` for another."""
    if asked.group_by not in _GROUPS:
        raise InvalidInput.at("group_by", f"must be one of {', '.join(_GROUPS)}")
    by = await measures.opinions(
        tx,
        task=asked.task,
        version_id=asked.version_id,
        since=since(asked.period, datetime.now(UTC)),
        group_by=asked.group_by,
    )
    return FeedbackStats(total=sum(by.values()), by={value or "none": count for value, count in by.items()})


async def _counted(tx: Transaction, span: Span) -> Mapping[str, Counted]:
    counted = {totals.version_id: Counted(totals, {}, {}) for totals in await measures.by_version(tx, span)}
    for version, bucket, count in await measures.latencies(tx, span):
        counted[version].latencies[bucket] = count
    for version, predicted, actual, count in await measures.confusion(tx, span):
        if version in counted:
            counted[version].confusion[predicted, actual] = count
    return counted


def _step(period: Period) -> str:
    return "hour" if period in {Period.HOUR, Period.DAY} else "day"


def _point(point: Point) -> MetricPoint:
    return MetricPoint(
        at=point.at,
        inferences=point.inferences,
        judged=point.judged,
        accuracy=numbers.share(point.judged_right, point.judged),
    )


async def _distributions(tx: Transaction, span: Span, totals: VersionTotals) -> dict[str, dict[str, int]]:
    labels = await measures.labels(tx, span, most=_MOST_LABELS)
    verdicts = {FeedbackVerdict.POSITIVE.value: totals.positive, FeedbackVerdict.NEGATIVE.value: totals.negative}
    return {
        "predicted": _named(labels, "predicted"),
        "corrected": _named(labels, "corrected"),
        "verdict": {verdict: count for verdict, count in verdicts.items() if count},
    }


def _named(labels: Iterable[tuple[str, str, int]], kind: str) -> dict[str, int]:
    return {label: count for each, label, count in labels if each == kind}
