"""Where it is worked out what new rows add to the sums by hour: pure counting, so that order and batches cannot matter.

An opinion counts in the hour in which it was given, one by one: two opinions about the same inference are two.
"""

from collections.abc import Iterable
from datetime import datetime

from contracts.api.feedback import FeedbackVerdict
from feedback.metrics import judging, latency
from feedback.store.conversations import Begun
from feedback.store.inferences import NewRow
from feedback.store.opinions import Opinion
from feedback.store.rollups import Hour, Sums, Totals

_MICRO = 1_000_000
_NANO = 1_000_000_000


def of(
    stored: Iterable[NewRow], opinions: Iterable[Opinion], attached: Iterable[Opinion], begun: Iterable[Begun] = ()
) -> Sums:
    """Count what is new; an opinion that was attached later moves to its version, a conversation to an earlier hour."""
    sums = Sums()
    for row in stored:
        _count_inference(sums, row)
    for opinion in opinions:
        _count_opinion(sums, opinion, 1)
    for opinion in attached:
        _count_opinion(sums, opinion.detached, -1)
        _count_opinion(sums, opinion, 1)
    for conversation in begun:
        _count_conversation(sums, conversation)
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
    success = judging.succeeded(opinion.operation, opinion.score, opinion.verdict)
    if success is not None:
        totals.successes += sign
        totals.success_nano += sign * round(success * _NANO)
    _count_groups(sums, hour, opinion, sign)


def _count_groups(sums: Sums, hour: Hour, opinion: Opinion, sign: int) -> None:
    if opinion.label is not None:
        label = (hour, "corrected", opinion.label)
        sums.labels[label] = sums.labels.get(label, 0) + sign
    group = (hour, opinion.operation, opinion.source, opinion.verdict or "")
    sums.opinions[group] = sums.opinions.get(group, 0) + sign
    _count_judgement(sums, hour, opinion, sign)


def _count_judgement(sums: Sums, hour: Hour, opinion: Opinion, sign: int) -> None:
    judgement = judging.judge(opinion.predicted, opinion.label, opinion.verdict)
    if judgement is None:
        return
    sums.totals[hour].judged += sign
    sums.totals[hour].judged_right += sign * judgement.right
    if opinion.predicted is not None and judgement.actual is not None:
        pair = (hour, opinion.predicted, judgement.actual)
        sums.confusion[pair] = sums.confusion.get(pair, 0) + sign


def _count_conversation(sums: Sums, begun: Begun) -> None:
    for at, sign in ((begun.at, 1), (begun.thought_at, -1)):
        if at is not None:
            hour = Hour(begun.tenant, begun.task, begun.version_id, _whole(at))
            totals = sums.totals.get(hour) or sums.totals.setdefault(hour, Totals())
            totals.conversations += sign


def _hour(row: NewRow | Opinion) -> Hour:
    return Hour(row.tenant, row.task, row.version_id or "", _whole(row.occurred_at))


def _whole(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
