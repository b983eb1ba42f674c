"""Where the numbers of a phase are answered: of the answers and opinions that count in it, from its sums."""

from collections.abc import Mapping

from chassis.database import Transaction
from contracts.api.measure import MEASURES
from contracts.api.metrics import (
    ClassificationMetrics,
    Metrics,
    OperationMetrics,
    OutcomeMetrics,
    SuccessMetrics,
    VersionMetrics,
)
from contracts.commands.metrics import GetMetrics
from contracts.errors import NotFound
from feedback.metrics import counted, numbers
from feedback.metrics.counted import Counted
from feedback.store import phase_sums, phases
from feedback.store.measures import VersionTotals
from feedback.store.phase_sums import PhaseTotals


async def of(tx: Transaction, asked: GetMetrics, phase_id: str) -> Metrics:
    """Answer for a phase; raises `NotFound`. It has no latency percentiles and no series."""
    phase = await phases.find(tx, phase_id)
    if phase is None or asked.task not in {None, phase.task}:
        raise NotFound(f"There is no phase {phase_id!r}" + (f" of the task {asked.task!r}." if asked.task else "."))
    by_version = await _counted(tx, phase_id, asked.version_id)
    return Metrics(
        task=phase.task,
        period=asked.period,
        phase=phase_id,
        since=phase.since,
        until=phase.until,
        metrics=_numbers(asked.version_id, counted.add(by_version.values())),
        versions=tuple(_numbers(version, each) for version, each in sorted(by_version.items())),
        series=(),
        distributions={},
    )


async def _counted(tx: Transaction, phase_id: str, wanted: str | None) -> Mapping[str, Counted]:
    found = {each.version_id: Counted(_totals(each)) for each in await phase_sums.of(tx, phase_id)}
    for version, metric, count, nano in await phase_sums.outcomes_of(tx, phase_id):
        part = found.setdefault(version, Counted(counted.NOTHING._replace(version_id=version)))
        part.outcomes[metric] += count
        part.outcomes_nano[metric] += nano
    return {version: each for version, each in found.items() if wanted is None or version == wanted}


def _totals(of_phase: PhaseTotals) -> VersionTotals:
    shared = {name: getattr(of_phase, name) for name in PhaseTotals._fields if name in VersionTotals._fields}
    return counted.NOTHING._replace(**shared, inferences=of_phase.answers)


def _numbers(version_id: str | None, part: Counted) -> VersionMetrics:
    told = numbers.outcomes(part)
    judged, accuracy = _told(told, "accuracy")
    verdicts, acceptance = _told(told, "acceptance")
    return numbers.of(version_id, part).model_copy(
        update={
            "classification": ClassificationMetrics(
                judged=judged, accuracy=accuracy, precision=None, recall=None, f1=None, acceptance=acceptance,
                verdicts=verdicts,
            ),
            "success": SuccessMetrics(count=_told(told, "success")[0], rate=_told(told, "success")[1]),
            "suggestions": _suggestions(told),
            "outcomes": {name: each for name, each in sorted(told.items()) if name not in MEASURES},
        }
    )  # fmt: skip


def _suggestions(told: Mapping[str, OutcomeMetrics]) -> OperationMetrics:
    (used_told, usage), (helpful_told, helpfulness) = _told(told, "used"), _told(told, "helpful")
    scores, mean_score = _told(told, "score")
    return OperationMetrics(
        used_told=used_told, usage=usage, helpful_told=helpful_told, helpfulness=helpfulness, scores=scores,
        mean_score=mean_score,
    )  # fmt: skip


def _told(told: Mapping[str, OutcomeMetrics], metric: str) -> tuple[int, float | None]:
    found = told.get(metric)
    return (found.count, found.mean) if found else (0, None)
