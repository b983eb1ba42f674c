"""Where sums become the numbers that people read."""

from typing import Any

from contracts.api.feedback import FeedbackVerdict, Operation
from contracts.api.metrics import (
    ClassificationMetrics,
    CostMetrics,
    LabelMetrics,
    LatencyMetrics,
    MetricPoint,
    MetricRow,
    OperationMetrics,
    OutcomeMetrics,
    SuccessMetrics,
    VersionMetrics,
)
from feedback.metrics import confusion, latency
from feedback.metrics.counted import Counted
from feedback.store.measures import Point, VersionTotals
from feedback.store.spreads import LabelTotals

_MICRO = 1_000_000
_NANO = 1_000_000_000


def of(version_id: str | None, counted: Counted) -> VersionMetrics:
    """Give the numbers; what nobody reported or judged is null, never 0."""
    totals = counted.totals
    operations = {each.value: _operation(counted, each.value) for each in Operation}
    return VersionMetrics(
        version_id=version_id,
        inferences=totals.inferences,
        errors=totals.errors,
        error_rate=share(totals.errors, totals.inferences),
        mean_confidence=mean(totals.confidence_micro, totals.confidences, _MICRO),
        feedback=totals.feedback,
        classification=_classification(counted),
        latency=_latency(counted),
        cost=_cost(totals),
        conversations=totals.conversations,
        success=SuccessMetrics(count=totals.successes, rate=mean(totals.success_nano, totals.successes, _NANO)),
        parked=totals.parked,
        suggestions=operations[Operation.SUGGESTION],
        sentiment=operations[Operation.SENTIMENT],
        operations={name: each for name, each in operations.items() if each.feedback},
        outcomes=outcomes(counted),
    )


def share(part: int, whole: int) -> float | None:
    """Divide; None where there is nothing to divide by."""
    return part / whole if whole else None


def mean(total: int, count: int, unit: int) -> float | None:
    """Give the mean of values that were added up in parts of a unit; None without any."""
    return total / count / unit if count else None


def outcomes(counted: Counted) -> dict[str, OutcomeMetrics]:
    """Give the outcomes of one's own by name."""
    return {
        name: OutcomeMetrics(count=count, mean=counted.outcomes_nano[name] / count / _NANO)
        for name, count in sorted(counted.outcomes.items())
        if count > 0
    }


def of_label(totals: LabelTotals) -> LabelMetrics:
    """Give the numbers of a label."""
    verdicts = totals.positive + totals.negative
    return LabelMetrics(
        label=totals.label,
        inferences=totals.inferences,
        errors=totals.errors,
        mean_confidence=mean(totals.confidence_micro, totals.confidences, _MICRO),
        judged=totals.judged,
        accuracy=share(totals.judged_right, totals.judged),
        verdicts=verdicts,
        acceptance=share(totals.positive, verdicts),
        corrected=totals.corrected,
    )


def point(sums: Point) -> MetricPoint:
    """Give the numbers of a stretch of time."""
    return MetricPoint(**_point(sums))


def row(sums: Point) -> MetricRow:
    """Give the numbers of a version in a stretch of time, with the counts behind them."""
    counts = {name: getattr(sums, name) for name in ("positive", "negative", "tokens_in", "tokens_out")}
    return MetricRow(**_point(sums), **counts, version_id=sums.version_id or None)


def _point(sums: Point) -> dict[str, Any]:
    return {
        "at": sums.at,
        "inferences": sums.inferences,
        "judged": sums.judged,
        "accuracy": share(sums.judged_right, sums.judged),
        "errors": sums.errors,
        "error_rate": share(sums.errors, sums.inferences),
        "feedback": sums.feedback,
        "acceptance": share(sums.positive, sums.positive + sums.negative),
        "cost_usd": sums.cost_nano_usd / _NANO if sums.costs else None,
        "unknown_costs": sums.inferences - sums.costs,
        "success": mean(sums.success_nano, sums.successes, _NANO),
    }


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
    p50, p95, p99 = latency.percentiles(counted.latencies, (0.5, 0.95, 0.99))
    return LatencyMetrics(p50_ms=p50, p95_ms=p95, p99_ms=p99)


def _cost(totals: VersionTotals) -> CostMetrics:
    unknown = totals.inferences - totals.costs
    return CostMetrics(
        usd=totals.cost_nano_usd / _NANO if totals.costs else None,
        unknown=unknown,
        tokens_in=totals.tokens_in,
        tokens_out=totals.tokens_out,
        known=totals.costs,
        unknown_share=share(unknown, totals.inferences),
    )


def _operation(counted: Counted, name: str) -> OperationMetrics:
    counts = {key: count for (operation, key), count in counted.opinions.items() if operation == name}
    positive, negative = (counts.get(verdict.value, 0) for verdict in FeedbackVerdict)
    used_told, helpful_told, scores = (counts.get(key, 0) for key in ("used_told", "helpful_told", "scores"))
    return OperationMetrics(
        feedback=counts.get("opinions", 0),
        verdicts=positive + negative,
        acceptance=share(positive, positive + negative),
        used_told=used_told,
        usage=share(counts.get("used", 0), used_told),
        helpful_told=helpful_told,
        helpfulness=share(counts.get("helpful", 0), helpful_told),
        scores=scores,
        mean_score=mean(counts.get("score_nano", 0), scores, _NANO),
    )
