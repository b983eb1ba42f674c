"""Where it is told what can be learnt from the feedback of a task, from sums and the newest rows alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

from chassis.database import Transaction
from contracts.api.insights import ConfusedLabels, Insights, InsightTotals, Pattern, Shift, TrendPoint
from contracts.api.metrics import Period
from contracts.api.outcome import text_of
from contracts.commands.insights import GetInsights
from feedback.insights import confusing, faring, reviewing, shifting, wording
from feedback.metrics import periods
from feedback.metrics.grains import Kept
from feedback.metrics.numbers import share
from feedback.metrics.periods import Asked, Window
from feedback.store import inferences, measures, spreads
from feedback.store import insights as store
from feedback.store.insights import Corrected
from feedback.store.measures import Point, Span

_MOST_LABELS = 200
_MOST_POINTS = 1000
_MOST_OLDEST = 5
_AT_ONCE = 200
_LONGEST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _Question:
    task: str
    period: Period
    window: Window
    now: datetime
    kept: Kept

    @property
    def span(self) -> Span:
        return Span(self.task, None, self.window.pieces())

    @property
    def since(self) -> datetime | None:
        return self.window.since


async def of(tx: Transaction, asked: GetInsights, kept: Kept) -> Insights:
    """Answer for a task, all as of one moment."""
    await measures.hold_still(tx)
    question = _question(asked, datetime.now(UTC), kept)
    trend = await _trend(tx, question)
    fared = await store.fared(tx, asked.task, question.since)
    corrections = await store.corrected(tx, asked.task, question.since, longest=wording.LONGEST)
    patterns, notes = await _patterns(tx, question, corrections)
    return Insights(
        task=asked.task,
        period=asked.period,
        since=question.since,
        as_of=question.now,
        totals=faring.totals(_counted(trend), fared, len(corrections)),
        confusions=await _confusions(tx, question, corrections),
        shifts=await _shifts(tx, question),
        patterns=patterns,
        trend=tuple(map(_point, trend)),
        sources=faring.by_source(fared),
        submitters=faring.by_submitter(fared),
        reviews=await reviewing.of(tx, asked.task, question.since, question.now),
        oldest=tuple(await store.oldest(tx, asked.task, most=_MOST_OLDEST)),
        waiting_by_age=await store.ages(tx, asked.task),
        notes=(*notes, *faring.bounds(fared, len(corrections))),
    )


def _question(asked: GetInsights, now: datetime, kept: Kept) -> _Question:
    return _Question(asked.task, asked.period, periods.window(Asked(asked.period), now, kept), now, kept)


async def _trend(tx: Transaction, question: _Question) -> list[Point]:
    first = await measures.first_month(tx, question.task)
    step = periods.step(question.window, first, question.now, question.kept)
    span = Span(question.task, None, question.window.pieces(step))
    return await measures.over_time(tx, span, step=str(step), most=_MOST_POINTS)


def _counted(trend: Sequence[Point]) -> InsightTotals:
    judged, verdicts = (sum(each.judged for each in trend), sum(each.positive + each.negative for each in trend))
    return InsightTotals(
        inferences=sum(each.inferences for each in trend),
        feedback=sum(each.feedback for each in trend),
        judged=judged,
        accuracy=share(sum(each.judged_right for each in trend), judged),
        acceptance=share(sum(each.positive for each in trend), verdicts),
    )


def _point(point: Point) -> TrendPoint:
    return TrendPoint(
        at=point.at,
        inferences=point.inferences,
        feedback=point.feedback,
        accuracy=share(point.judged_right, point.judged),
        acceptance=share(point.positive, point.positive + point.negative),
    )


async def _confusions(
    tx: Transaction, question: _Question, corrections: Sequence[Corrected]
) -> tuple[ConfusedLabels, ...]:
    return confusing.top(await spreads.confusion(tx, question.span), corrections)


async def _shifts(tx: Transaction, question: _Question) -> tuple[Shift, ...]:
    """Hold the period, or the last week where all time is asked about, against the one before."""
    period = Period.WEEK if question.period is Period.ALL else question.period
    begun = periods.since(period, question.now)
    if begun is None:
        return ()
    now = Window(begun, None)
    before = periods.window(Asked(period, begun - (question.now - begun), begun), question.now, question.kept)
    spans = [Span(question.task, None, each.pieces()) for each in (now, before)]
    labels = [await spreads.labels(tx, span, most=_MOST_LABELS) for span in spans]
    versions = [await measures.by_version(tx, span) for span in spans]
    return tuple(shifting.shifts([*shifting.of_labels(*labels), *shifting.of_versions(*versions)]))


async def _patterns(
    tx: Transaction, question: _Question, corrections: Sequence[Corrected]
) -> tuple[tuple[Pattern, ...], Sequence[str]]:
    corrected = [each.text for each in corrections if each.text and each.predicted != each.actual]
    since = max(question.since or question.now - _LONGEST, question.now - _LONGEST)
    accepted = await _accepted(tx, await store.accepted(tx, question.task, since)) if corrected else []
    if not corrected or not accepted:
        return (), ("Words are compared where there are corrections and accepted answers with texts.",)
    return tuple(await asyncio.to_thread(wording.patterns, corrected, accepted)), ()


async def _accepted(tx: Transaction, ids: Sequence[tuple[str, str]]) -> list[str]:
    """Give the beginnings of the texts of answers, some at a time, as each may be long."""
    texts: list[str] = []
    for start in range(0, len(ids), _AT_ONCE):
        served = await inferences.find_served(tx, ids[start : start + _AT_ONCE])
        found = (text_of(orjson.loads(each.input)) for each in served.values() if each.input)
        texts += [text[: wording.LONGEST] for text in found if text]
    return texts
