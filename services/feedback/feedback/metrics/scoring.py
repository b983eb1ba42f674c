"""Where the health score of a task is worked out from its numbers alone: a hundred, less the points of what is wrong.

Each factor takes no points up to one value and all of its points from another on, and in between in proportion. One
that rests on too few answers or opinions takes none.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.api.metrics import VersionMetrics
from contracts.api.system_health import Factor, SystemHealth, SystemStatus

HEALTHY, DEGRADED = 80, 50
_FEW_ANSWERS, _FEW_OPINIONS = 50, 20


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a score rests on: the numbers now and before, and how long an example has waited."""

    total: VersionMetrics
    before: VersionMetrics | None = None
    oldest_pending_days: float | None = None


@dataclass(frozen=True, slots=True)
class _Scale:
    fine: float
    bad: float
    points: float

    def of(self, value: float) -> float:
        return self.points * min(1.0, max(0.0, (value - self.fine) / (self.bad - self.fine)))


ERRORS = _Scale(0.01, 0.10, 35)
LATENCY = _Scale(1.25, 3.0, 15)
ACCURACY = _Scale(0.02, 0.20, 25)
ACCEPTANCE = _Scale(0.05, 0.30, 15)
UNKNOWN_COSTS = _Scale(0.05, 0.50, 5)
PARKED = _Scale(0.05, 0.50, 10)
PENDING_DAYS = _Scale(7, 30, 5)
UNHEARD = _Scale(0.99, 1.0, 5)


def score(vitals: Vitals) -> SystemHealth:
    """Work out the score, with its reasons, the worst first."""
    if not vitals.total.inferences and not vitals.total.feedback:
        return SystemHealth(score=None, status=SystemStatus.NO_DATA)
    found = [*_of_answers(vitals), *_of_opinions(vitals), *_of_work(vitals)]
    reasons = sorted((each for each in found if each.points >= 0.05), key=lambda each: (-each.points, each.name))  # noqa: PLR2004 (would be shown as 0)
    points = max(0, round(100 - sum(each.points for each in reasons)))
    return SystemHealth(score=points, status=_status(points), reasons=tuple(reasons))


def _status(points: int) -> SystemStatus:
    if points >= HEALTHY:
        return SystemStatus.HEALTHY
    return SystemStatus.DEGRADED if points >= DEGRADED else SystemStatus.UNHEALTHY


def _of_answers(vitals: Vitals) -> Iterator[Factor]:
    total, before = vitals.total, vitals.before
    if total.error_rate is not None and total.inferences >= _FEW_OPINIONS:
        sentence = f"{total.error_rate:.1%} of the answers were errors."
        yield _factor("error_rate", ERRORS, total.error_rate, sentence)
    now, then = total.latency.p95_ms, before.latency.p95_ms if before else None
    if now and then and min(total.inferences, before.inferences if before else 0) >= _FEW_ANSWERS:
        sentence = f"95 % of the answers took up to {now:,.0f} ms, {now / then:.1f} times the {then:,.0f} ms of before."
        yield _factor("latency", LATENCY, now / then, sentence)
    cost = total.cost
    if cost.unknown_share and (cost.known or cost.tokens_in or cost.tokens_out):
        sentence = f"It is not known what {cost.unknown:,} of {total.inferences:,} answers cost."
        yield _factor("unknown_costs", UNKNOWN_COSTS, cost.unknown_share, sentence)


def _of_opinions(vitals: Vitals) -> Iterator[Factor]:
    total, before = vitals.total.classification, vitals.before.classification if vitals.before else None
    if before and min(total.judged, before.judged) >= _FEW_OPINIONS:
        yield from _fall("accuracy", ACCURACY, before.accuracy, total.accuracy)
    if before and min(total.verdicts, before.verdicts) >= _FEW_OPINIONS:
        yield from _fall("acceptance", ACCEPTANCE, before.acceptance, total.acceptance)
    if vitals.total.feedback >= _FEW_OPINIONS and vitals.total.parked > 0:
        parked = vitals.total.parked / vitals.total.feedback
        sentence = f"{vitals.total.parked:,} opinions wait for an answer that was never reported."
        yield _factor("parked", PARKED, parked, sentence)


def _of_work(vitals: Vitals) -> Iterator[Factor]:
    days = vitals.oldest_pending_days
    if days is not None:
        yield _factor("pending", PENDING_DAYS, days, f"An example has waited {days:,.0f} days for review.")
    total = vitals.total
    if total.inferences >= _FEW_ANSWERS:
        judged = min(1.0, total.classification.judged / total.inferences)
        yield _factor("coverage", UNHEARD, 1 - judged, f"Only {judged:.1%} of the answers were judged.")


def _fall(name: str, scale: _Scale, before: float | None, now: float | None) -> Iterator[Factor]:
    if before is not None and now is not None:
        sentence = f"{name.capitalize()} fell from {before:.1%} before to {now:.1%}."
        yield _factor(name, scale, before - now, sentence)


def _factor(name: str, scale: _Scale, value: float, sentence: str) -> Factor:
    return Factor(name=name, points=round(scale.of(value), 1), sentence=sentence, value=value)
