"""Where sums become the numbers that people read."""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.api.metrics import ClassificationMetrics, CostMetrics, LatencyMetrics, SuccessMetrics, VersionMetrics
from feedback.metrics import confusion, latency
from feedback.store.measures import VersionTotals

_MICRO = 1_000_000
_NANO = 1_000_000_000
_NOTHING = VersionTotals("", *[0] * (len(VersionTotals._fields) - 1))


@dataclass(frozen=True, slots=True)
class Counted:
    """All that was counted of a version; sums of it are such a thing too."""

    totals: VersionTotals
    latencies: dict[int, int]
    confusion: dict[tuple[str, str], int]


def add(parts: Iterable[Counted]) -> Counted:
    """Add versions up."""
    total = Counted(_NOTHING, {}, {})
    for part in parts:
        sums = (one + other for one, other in zip(total.totals[1:], part.totals[1:], strict=True))
        total = Counted(VersionTotals("", *sums), total.latencies, total.confusion)
        for bucket, count in part.latencies.items():
            total.latencies[bucket] = total.latencies.get(bucket, 0) + count
        for pair, count in part.confusion.items():
            total.confusion[pair] = total.confusion.get(pair, 0) + count
    return total


def of(version_id: str | None, counted: Counted) -> VersionMetrics:
    """Give the numbers; what nobody reported or judged is null, never 0."""
    totals = counted.totals
    confidence = share(totals.confidence_micro, totals.confidences)
    return VersionMetrics(
        version_id=version_id,
        inferences=totals.inferences,
        errors=totals.errors,
        error_rate=share(totals.errors, totals.inferences),
        mean_confidence=None if confidence is None else confidence / _MICRO,
        feedback=totals.feedback,
        classification=_classification(counted),
        latency=_latency(counted),
        cost=_cost(totals),
        conversations=totals.conversations,
        success=_success(totals),
    )


def share(part: int, whole: int) -> float | None:
    """Divide; None where there is nothing to divide by."""
    return part / whole if whole else None


def _classification(counted: Counted) -> ClassificationMetrics:
    totals, scores = counted.totals, confusion.scores(counted.confusion)
    return ClassificationMetrics(
        judged=totals.judged,
        accuracy=share(totals.judged_right, totals.judged),
        precision=scores.precision,
        recall=scores.recall,
        f1=scores.f1,
        acceptance=share(totals.positive, totals.positive + totals.negative),
        verdicts=totals.positive + totals.negative,
    )


def _latency(counted: Counted) -> LatencyMetrics:
    shares = (latency.percentile(counted.latencies, each) for each in (0.5, 0.95, 0.99))
    p50, p95, p99 = shares
    return LatencyMetrics(p50_ms=p50, p95_ms=p95, p99_ms=p99)


def _success(totals: VersionTotals) -> SuccessMetrics:
    rate = share(totals.success_nano, totals.successes)
    return SuccessMetrics(count=totals.successes, rate=None if rate is None else rate / _NANO)


def _cost(totals: VersionTotals) -> CostMetrics:
    return CostMetrics(
        usd=totals.cost_nano_usd / _NANO if totals.costs else None,
        unknown=totals.inferences - totals.costs,
        tokens_in=totals.tokens_in,
        tokens_out=totals.tokens_out,
    )
