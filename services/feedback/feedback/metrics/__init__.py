"""Where the numbers of a task are answered, from sums alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from chassis.database import Transaction
from contracts.api.feedback import FeedbackStats, FeedbackVerdict
from contracts.api.metrics import Metrics
from contracts.commands.metrics import CountFeedback, GetMetrics
from contracts.errors import InvalidInput
from feedback.metrics import advising, confidence, counted, gathering, numbers, of_phases, periods
from feedback.metrics.counted import Counted
from feedback.metrics.grains import Kept
from feedback.metrics.periods import Asked, Window
from feedback.store import measures, spreads
from feedback.store.measures import Span
from feedback.store.spreads import LabelTotals
from feedback.store.sums import Grain

KEPT = Kept()
_GROUPS = ("verdict", "operation", "source", "version_id")
_MOST_LABELS = 200
_MOST_POINTS = 500


@dataclass(frozen=True, slots=True)
class _Question:
    asked: GetMetrics
    window: Window
    step: Grain

    def span(self, longest: Grain = Grain.MONTH) -> Span:
        return Span(self.asked.task, self.asked.version_id, self.window.pieces(longest))


async def of(tx: Transaction, asked: GetMetrics, kept: Kept = KEPT) -> Metrics:
    """Answer for a task or all, in total, by version and over time, all as of one moment."""
    await measures.hold_still(tx)
    if asked.phase is not None:
        return await of_phases.of(tx, asked, asked.phase)
    question = await _question(tx, asked, kept)
    by_version = await gathering.counted(tx, question.span())
    total = counted.add(by_version.values())
    labels = await spreads.labels(tx, question.span(), most=_MOST_LABELS) if by_version else []
    answer = Metrics(
        task=asked.task,
        period=asked.period,
        since=question.window.since,
        until=question.window.until,
        step=str(question.step),
        metrics=numbers.of(asked.version_id, total),
        versions=tuple(numbers.of(version or None, each) for version, each in sorted(by_version.items())),
        series=tuple(map(numbers.point, await _series(tx, question))) if by_version else (),
        distributions=_distributions(total, labels),
        labels=tuple(map(numbers.of_label, labels)) if asked.details else (),
    )
    return await _advised(tx, question, answer, total)


async def count_feedback(tx: Transaction, asked: CountFeedback) -> FeedbackStats:
    """Count opinions by one of their properties; raises `InvalidInput` for another."""
    if asked.group_by not in _GROUPS:
        raise InvalidInput.at("group_by", f"must be one of {', '.join(_GROUPS)}")
    await measures.hold_still(tx)
    window = Window(periods.since(asked.period, datetime.now(UTC)), None)
    span = Span(asked.task, asked.version_id, window.pieces())
    by: dict[str, int] = {}
    for each in await spreads.opinions(tx, span):
        value = getattr(each, asked.group_by) or "none"
        by[value] = by.get(value, 0) + each.opinions
    parked = sum(each.parked for each in await measures.by_version(tx, span))
    return FeedbackStats(total=sum(by.values()), by=dict(sorted(by.items())), parked=parked)


async def _question(tx: Transaction, asked: GetMetrics, kept: Kept) -> _Question:
    now = datetime.now(UTC)
    window = periods.window(Asked(asked.period, asked.since, asked.until), now, kept)
    first = await measures.first_month(tx, asked.task) if window.since is None else None
    return _Question(asked, window, periods.step(window, first, now, kept))


async def _series(tx: Transaction, question: _Question) -> Iterable[measures.Point]:
    return await measures.over_time(tx, question.span(question.step), step=str(question.step), most=_MOST_POINTS)


async def _advised(tx: Transaction, question: _Question, answer: Metrics, total: Counted) -> Metrics:
    asked, earlier = question.asked, periods.before(question.window)
    before = [Span(asked.task, asked.version_id, each.pieces()) for each in earlier]
    advice = await advising.advise(tx, answer, total.confusion, before)
    return answer.model_copy(update=advice)


def _distributions(total: Counted, labels: Iterable[LabelTotals]) -> dict[str, dict[str, int]]:
    known, totals = list(labels), total.totals
    verdicts = {FeedbackVerdict.POSITIVE.value: totals.positive, FeedbackVerdict.NEGATIVE.value: totals.negative}
    operations = {operation: count for (operation, name), count in sorted(total.opinions.items()) if name == "opinions"}
    return {
        "predicted": _ranked({each.label: each.inferences for each in known}),
        "corrected": _ranked({each.label: each.corrected for each in known}),
        "verdict": _some(verdicts),
        "operation": _some(operations),
        "source": _some(dict(sorted(total.sources.items()))),
        "confidence": confidence.named(total.confidences),
    }


def _ranked(counts: Mapping[str, int]) -> dict[str, int]:
    return _some(dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))))


def _some(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count > 0}
