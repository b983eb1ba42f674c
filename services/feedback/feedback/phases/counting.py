"""Where it is worked out what answers and opinions add to phases: pure counting, so that order cannot matter."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from contracts import routing
from contracts.api.feedback import FeedbackVerdict
from feedback.metrics import judging
from feedback.store.answers import Answer
from feedback.store.exposures import Tally, Told, UnitKey
from feedback.store.opinions import Opinion
from feedback.store.phases import Outside, Phase, PhaseKey

_MICRO = 1_000_000
_NANO = 1_000_000_000
_US_PER_MS = 1000

_SETTLING = timedelta(seconds=60)
"""As long as answers may still come that applications chose, or logged, by the route before."""

_ByTask = Mapping[tuple[str, str], Sequence[Phase]]


class Standing(StrEnum):
    """What an answer is to a phase of its time, if its version is one of those that are compared."""

    COUNTED = "counted"
    STRAYED = "strayed"
    UNITLESS = "unitless"


@dataclass(slots=True)
class Counted:
    """What is added to phases, or taken back with the sign -1."""

    sign: int = 1
    units: dict[UnitKey, Tally] = field(default_factory=dict[UnitKey, Tally])
    outcomes: dict[tuple[UnitKey, str], Told] = field(default_factory=dict[tuple[UnitKey, str], Told])
    strayed: dict[PhaseKey, int] = field(default_factory=dict[PhaseKey, int])
    unitless: dict[PhaseKey, int] = field(default_factory=dict[PhaseKey, int])

    def changed(self) -> dict[PhaseKey, Outside]:
        """Give the phases that something is added to, with what counts for no unit."""
        inside = {PhaseKey(key.tenant, key.phase_id) for key in (*self.units, *(key for key, _ in self.outcomes))}
        keys = inside | self.strayed.keys() | self.unitless.keys()
        return {key: Outside(self.strayed.get(key, 0), self.unitless.get(key, 0)) for key in keys}


def add(counted: Counted, phases: Iterable[Phase], answers: Iterable[Answer]) -> None:
    """Count answers for the phases of their time."""
    by_task = _by_task(phases)
    for answer in answers:
        for phase, standing in _standings(by_task, answer):
            if standing is Standing.COUNTED:
                _add_answer(counted, phase, answer)
            else:
                beside = counted.strayed if standing is Standing.STRAYED else counted.unitless
                beside[phase.key] = beside.get(phase.key, 0) + counted.sign
                if standing is Standing.STRAYED and answer.occurred_at < phase.since + _SETTLING:
                    _add_arrival(counted, phase, answer.unit or "")


def add_opinions(
    counted: Counted, phases: Iterable[Phase], changes: Iterable[tuple[Opinion, int]], about: Iterable[Answer]
) -> None:
    """Count opinions for the phases of the answers that they are about, or take them back, whenever they were given."""
    by_task = _by_task(phases)
    by_id = {(answer.tenant, answer.id): answer for answer in about}
    for opinion, sign in changes:
        answer = by_id.get((opinion.tenant, opinion.inference_id or ""))
        if answer is None:
            continue
        for phase, standing in _standings(by_task, answer):
            if standing is Standing.COUNTED:
                _add_opinion(counted, phase, answer, (opinion, sign))


def stand(phase: Phase, answer: Answer) -> Standing | None:
    """Say what an answer is to a phase; None if it is not of its time, or of none of its versions."""
    if answer.version_id not in phase.versions or not _is_during(phase, answer):
        return None
    if answer.unit is None:
        return Standing.UNITLESS
    return Standing.COUNTED if _assigned(phase, answer.unit) == answer.version_id else Standing.STRAYED


def said(opinion: Opinion) -> dict[str, float]:
    """Give what an opinion says, by metric."""
    judgement = judging.judge(opinion.predicted, opinion.label, opinion.verdict)
    accepted = None if opinion.verdict is None else opinion.verdict == FeedbackVerdict.POSITIVE
    values: dict[str, float | None] = {
        "accuracy": judgement.right if judgement else None,
        "acceptance": accepted,
        "success": judging.succeeded(opinion.operation, opinion.score, opinion.verdict),
        "score": opinion.score,
        "used": opinion.used,
        "helpful": opinion.helpful,
    }
    if opinion.metric is not None:
        values[opinion.metric] = opinion.value
    return {metric: float(value) for metric, value in values.items() if value is not None}


def _by_task(phases: Iterable[Phase]) -> _ByTask:
    by_task = defaultdict[tuple[str, str], list[Phase]](list)
    for phase in phases:
        by_task[phase.tenant, phase.task].append(phase)
    return by_task


def _standings(by_task: _ByTask, answer: Answer) -> Iterator[tuple[Phase, Standing]]:
    for phase in by_task.get((answer.tenant, answer.task), ()):
        standing = stand(phase, answer)
        if standing is not None:
            yield phase, standing


def _is_during(phase: Phase, answer: Answer) -> bool:
    return phase.since <= answer.occurred_at and (phase.until is None or answer.occurred_at < phase.until)


def _assigned(phase: Phase, unit: str) -> str:
    index = routing.fall(phase.salt, unit, [segment["weight"] for segment in phase.segments])
    return phase.segments[index]["version_id"]


def _add_arrival(counted: Counted, phase: Phase, unit: str) -> None:
    """Note that a unit came by, though a version of the route before answered it.

    A step gives units of one arm to another, so that an arm would seem to lose them until the route is heard of
    everywhere. Who strays later is missed in its arm: that is how a version that fails and is stood in for is found.
    """
    key = UnitKey(phase.tenant, phase.id, unit)
    tally = counted.units.get(key) or counted.units.setdefault(key, Tally(_assigned(phase, unit)))
    tally.strayed += counted.sign


def _add_answer(counted: Counted, phase: Phase, answer: Answer) -> None:
    key, sign = UnitKey(phase.tenant, phase.id, answer.unit or ""), counted.sign
    tally = counted.units.get(key) or counted.units.setdefault(key, Tally(answer.version_id or ""))
    tally.answers += sign
    tally.errors += sign * answer.failed
    if answer.latency_ms is not None:
        tally.latencies += sign
        tally.latency_us += sign * round(answer.latency_ms * _US_PER_MS)
    if answer.confidence is not None:
        tally.confidences += sign
        tally.confidence_micro += sign * round(answer.confidence * _MICRO)
    if answer.cost_usd is not None:
        tally.costs += sign
        tally.cost_nano_usd += sign * round(answer.cost_usd * _NANO)


def _add_opinion(counted: Counted, phase: Phase, answer: Answer, change: tuple[Opinion, int]) -> None:
    unit, (opinion, sign) = UnitKey(phase.tenant, phase.id, answer.unit or ""), change
    for metric, value in said(opinion).items():
        key = (unit, metric)
        told = counted.outcomes.get(key) or counted.outcomes.setdefault(key, Told(answer.version_id or ""))
        told.count += counted.sign * sign
        told.total_nano += counted.sign * sign * round(value * _NANO)
