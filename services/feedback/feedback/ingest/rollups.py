"""Where it is worked out what new rows add to the sums by hour: pure counting, so that order and batches cannot matter.

An opinion counts in the hour in which it was given, one by one: two opinions about the same inference are two.
"""

from collections.abc import Iterable
from typing import NamedTuple

from contracts.api.feedback import FeedbackVerdict
from feedback.metrics import latency
from feedback.store.inferences import NewRow
from feedback.store.opinions import Opinion
from feedback.store.rollups import Hour, Sums, Totals

_MICRO = 1_000_000
_NANO = 1_000_000_000


class Judgement(NamedTuple):
    """Whether an answer was right, and the right label where it is known."""

    right: bool
    actual: str | None


def judge(predicted: str | None, corrected: str | None, verdict: str | None) -> Judgement | None:
    """Judge an answer by an opinion; None where the opinion does not tell.

    A correction is compared with what was predicted; without one the verdict decides, and a positive one confirms the
    prediction. A negative one says that the answer was wrong, but not what would have been right.
    """
    if predicted is not None and corrected is not None:
        return Judgement(predicted == corrected, corrected)
    if verdict is None:
        return None
    right = verdict == FeedbackVerdict.POSITIVE
    return Judgement(right, predicted if right else None)


def of(stored: Iterable[NewRow], opinions: Iterable[Opinion], attached: Iterable[Opinion]) -> Sums:
    """Count new inferences and opinions; an opinion that was attached later moves to its version."""
    sums = Sums()
    for row in stored:
        _count_inference(sums, row)
    for opinion in opinions:
        _count_opinion(sums, opinion, 1)
    for opinion in attached:
        _count_opinion(sums, opinion.detached, -1)
        _count_opinion(sums, opinion, 1)
    return sums


def _count_inference(sums: Sums, row: NewRow) -> None:
    hour = _hour(row)
    totals = sums.totals.get(hour) or sums.totals.setdefault(hour, Totals())
    totals.inferences += 1
    totals.tokens_in += row.tokens_in or 0
    totals.tokens_out += row.tokens_out or 0
    if row.error is not None:
        totals.errors += 1
    if row.confidence is not None:
        totals.confidences += 1
        totals.confidence_micro += round(row.confidence * _MICRO)
    if row.cost_usd is not None:
        totals.costs += 1
        totals.cost_nano_usd += round(row.cost_usd * _NANO)
    _count_shape(sums, hour, row)


def _count_shape(sums: Sums, hour: Hour, row: NewRow) -> None:
    if row.latency_ms is not None:
        slow = (hour, latency.bucket(row.latency_ms))
        sums.latencies[slow] = sums.latencies.get(slow, 0) + 1
    if row.label is not None:
        label = (hour, "predicted", row.label)
        sums.labels[label] = sums.labels.get(label, 0) + 1


def _count_opinion(sums: Sums, opinion: Opinion, sign: int) -> None:
    hour = _hour(opinion)
    totals = sums.totals.get(hour) or sums.totals.setdefault(hour, Totals())
    totals.feedback += sign
    if opinion.verdict is not None:
        positive = opinion.verdict == FeedbackVerdict.POSITIVE
        totals.positive += sign * positive
        totals.negative += sign * (not positive)
    if opinion.label is not None:
        label = (hour, "corrected", opinion.label)
        sums.labels[label] = sums.labels.get(label, 0) + sign
    group = (hour, opinion.operation, opinion.source, opinion.verdict or "")
    sums.opinions[group] = sums.opinions.get(group, 0) + sign
    _count_judgement(sums, hour, opinion, sign)


def _count_judgement(sums: Sums, hour: Hour, opinion: Opinion, sign: int) -> None:
    judgement = judge(opinion.predicted, opinion.label, opinion.verdict)
    if judgement is None:
        return
    sums.totals[hour].judged += sign
    sums.totals[hour].judged_right += sign * judgement.right
    if opinion.predicted is not None and judgement.actual is not None:
        pair = (hour, opinion.predicted, judgement.actual)
        sums.confusion[pair] = sums.confusion.get(pair, 0) + sign


def _hour(row: NewRow | Opinion) -> Hour:
    return Hour(row.tenant, row.task, row.version_id or "", row.occurred_at.replace(minute=0, second=0, microsecond=0))
