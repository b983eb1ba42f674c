"""Where it is worked out what new rows add to the sums: pure counting, so that order and batches cannot matter.

What stands of the opinions about an answer counts once, in the minute that `standing.merge` gives it.
"""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter

from contracts.api.feedback import FeedbackVerdict
from feedback.ingest import spreading
from feedback.ingest.reading import Tasks
from feedback.metrics import confidence, judging, latency
from feedback.store.conversations import Begun
from feedback.store.inferences import NewRow
from feedback.store.opinions import Opinion
from feedback.store.sums import Count, Counted, Minute, OfLabel, Outcomes, Said, Sums, Totals

_MICRO = 1_000_000
_NANO = 1_000_000_000

_counted_of = attrgetter(
    "tenant", "task", "version_id", "operation", "source", "verdict", "score", "label", "used", "helpful", "metric",
    "value", "predicted", "attached", "success",
)  # fmt: skip
"""All that is counted of an opinion, beside its minute and whether it is about an answer."""


def of(
    stored: Iterable[NewRow],
    changes: Iterable[tuple[Opinion, int]],
    begun: Iterable[Begun] = (),
    unlabelled: Tasks = frozenset(),
) -> Sums:
    """Count what is new; an opinion that stands no longer comes with -1, a conversation moves to an earlier minute.

    Answers of tasks that are ``unlabelled`` are judged, but not counted by what they say: each says something new.
    """
    counted = Counted(unlabelled)
    for row in stored:
        _count_inference(counted, row)
    for opinion, sign in _together(changes):
        _count_opinion(counted, opinion, sign)
        _count_outcome(counted, opinion, sign)
    for conversation in begun:
        _count_conversation(counted, conversation)
    return spreading.spread(counted)


def _together(changes: Iterable[tuple[Opinion, int]]) -> Iterable[tuple[Opinion, int]]:
    """Give opinions that say the same in the same minute once, with how often: most of a batch are alike."""
    alike: dict[tuple[object, ...], tuple[Opinion, list[int]]] = {}
    for opinion, sign in changes:
        key = (_whole(opinion.occurred_at), opinion.inference_id is None, *_counted_of(opinion))
        known = alike.get(key)
        if known is None:
            alike[key] = opinion, [sign]
        else:
            known[1][0] += sign
    return ((opinion, times) for opinion, (times,) in alike.values() if times)


def _count_inference(counted: Counted, row: NewRow) -> None:
    minute = _minute(row)
    totals = _totals(counted, minute)
    totals.inferences += 1
    totals.tokens_in += row.tokens_in or 0
    totals.tokens_out += row.tokens_out or 0
    if row.error is not None:
        totals.errors += 1
    if row.confidence is not None:
        totals.confidences += 1
        totals.confidence_micro += round(row.confidence * _MICRO)
        _count_in_histogram(counted, minute, "confidence", confidence.tenth(row.confidence))
    if row.cost_usd is not None:
        totals.costs += 1
        totals.cost_nano_usd += round(row.cost_usd * _NANO)
    if row.latency_ms is not None:
        _count_in_histogram(counted, minute, "latency", latency.bucket(row.latency_ms))
    if row.label is not None:
        _count_prediction(_of_label(counted, minute, row.label), row)


def _count_prediction(label: OfLabel, row: NewRow) -> None:
    label.inferences += 1
    label.errors += row.error is not None
    if row.confidence is not None:
        label.confidences += 1
        label.confidence_micro += round(row.confidence * _MICRO)


def _count_opinion(counted: Counted, opinion: Opinion, sign: int) -> None:
    minute = _minute(opinion)
    totals = _totals(counted, minute)
    totals.feedback += sign
    totals.parked += sign * (opinion.inference_id is not None and not opinion.attached)
    if opinion.verdict is not None:
        positive = opinion.verdict == FeedbackVerdict.POSITIVE
        totals.positive += sign * positive
        totals.negative += sign * (not positive)
    _count_said(counted, minute, opinion, sign)
    _count_judgement(counted, minute, opinion, sign)
    if opinion.label is not None:
        _of_label(counted, minute, opinion.label).corrected += sign


def _count_outcome(counted: Counted, opinion: Opinion, sign: int) -> None:
    minute = _minute(opinion)
    if opinion.success is not None:
        totals = _totals(counted, minute)
        totals.successes += sign
        totals.success_nano += sign * round(opinion.success * _NANO)
    if opinion.metric is not None and opinion.value is not None:
        key = (minute, opinion.metric)
        outcomes = counted.outcomes.get(key) or counted.outcomes.setdefault(key, Outcomes())
        outcomes.count += sign
        outcomes.total_nano += sign * round(opinion.value * _NANO)


def _count_said(counted: Counted, minute: Minute, opinion: Opinion, sign: int) -> None:
    key = (minute, opinion.operation, opinion.source, opinion.verdict or "")
    said = counted.opinions.get(key) or counted.opinions.setdefault(key, Said())
    said.count += sign
    if opinion.used is not None:
        said.used_told += sign
        said.used += sign * opinion.used
    if opinion.helpful is not None:
        said.helpful_told += sign
        said.helpful += sign * opinion.helpful
    if opinion.score is not None:
        said.scores += sign
        said.score_nano += sign * round(opinion.score * _NANO)


def _count_judgement(counted: Counted, minute: Minute, opinion: Opinion, sign: int) -> None:
    predicted, judgement = opinion.predicted, judging.judge(opinion.predicted, opinion.label, opinion.verdict)
    if judgement is not None:
        totals = _totals(counted, minute)
        totals.judged += sign
        totals.judged_right += sign * judgement.right
        if predicted is not None and judgement.actual is not None and minute[:2] not in counted.unlabelled:
            pair = (minute, predicted, judgement.actual)
            count = counted.confusion.get(pair) or counted.confusion.setdefault(pair, Count())
            count.count += sign
    if predicted is not None:
        label = _of_label(counted, minute, predicted)
        label.judged += sign * (judgement is not None)
        label.judged_right += sign * (judgement is not None and judgement.right)
        label.positive += sign * (opinion.verdict == FeedbackVerdict.POSITIVE)
        label.negative += sign * (opinion.verdict == FeedbackVerdict.NEGATIVE)


def _count_conversation(counted: Counted, begun: Begun) -> None:
    for at, sign in ((begun.at, 1), (begun.thought_at, -1)):
        if at is not None:
            _totals(counted, Minute(begun.tenant, begun.task, begun.version_id, _whole(at))).conversations += sign


def _count_in_histogram(counted: Counted, minute: Minute, measure: str, bucket: int) -> None:
    key = (minute, measure, bucket)
    count = counted.histograms.get(key) or counted.histograms.setdefault(key, Count())
    count.count += 1


def _totals(counted: Counted, minute: Minute) -> Totals:
    return counted.totals.get((minute,)) or counted.totals.setdefault((minute,), Totals())


def _of_label(counted: Counted, minute: Minute, label: str) -> OfLabel:
    if minute[:2] in counted.unlabelled:
        return OfLabel()
    return counted.labels.get((minute, label)) or counted.labels.setdefault((minute, label), OfLabel())


def _minute(row: NewRow | Opinion) -> Minute:
    return Minute(row.tenant, row.task, row.version_id or "", _whole(row.occurred_at))


def _whole(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
