"""Where a version from elsewhere is judged by the metrics that came with it, which nobody measured side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from contracts.api.version import Gate, Verdict
from registry.decisions.statistics import p_value
from registry.decisions.trials import comparisons
from registry.decisions.trials.samples import Sample, counted

_NOTHING = "there is nothing to compare it with"
_NOT_COMPARED = (
    "It was not compared with the champion on a holdout; roll it out in steps, or test it in an experiment. With the "
    "metrics accuracy and samples of both, the gate can compare them."
)

_MORE = "Roll it out in steps, or test it in an experiment."
_MOST_ROWS = 1e12


@dataclass(frozen=True, slots=True)
class Champion:
    """The version that serves, and how it measured."""

    id: str
    metrics: Mapping[str, float]


def judge(metrics: Mapping[str, float], champion: Champion | None, *, first: bool, alpha: float) -> Gate:
    """Compare accuracies on holdouts of their own, one-sided: the pooled z-test of two proportions.

    A version ships while nothing serves. Holdouts of unlike difficulty deceive this test; a paired one cannot be made.
    """
    if champion is None:
        reason = f"It is the first version and {_NOTHING}." if first else f"Nothing serves, so {_NOTHING}."
        return Gate(verdict=Verdict.SHIP, reasons=(reason,), evidence={"champion_version_id": None})
    ours, theirs = _right(metrics), _right(champion.metrics)
    if ours is None or theirs is None:
        evidence = {"champion_version_id": champion.id}
        return Gate(verdict=Verdict.INCONCLUSIVE, reasons=(_NOT_COMPARED,), evidence=evidence)
    return _compared(ours, theirs, champion.id, alpha)


def _right(metrics: Mapping[str, float]) -> Sample | None:
    accuracy, samples = metrics.get("accuracy", -1.0), metrics.get("samples", 0.0)
    return (
        counted(round(accuracy * samples), round(samples))
        if 0 <= accuracy <= 1 and 1 <= samples <= _MOST_ROWS
        else None
    )


def _compared(ours: Sample, theirs: Sample, champion_id: str, alpha: float) -> Gate:
    difference = comparisons.proportions(theirs, ours)
    p_better = NormalDist().cdf(-difference.statistic)
    counts = (
        f"it has {ours.total:,.0f} of {ours.units:,} right and the champion {theirs.total:,.0f} of {theirs.units:,}, "
        "as reported, each on rows of its own"
    )
    evidence: dict[str, Any] = {
        "champion_version_id": champion_id,
        "candidate_accuracy": ours.mean,
        "champion_accuracy": theirs.mean,
        "gain": difference.gain,
        "p_better": p_better,
        "p_worse": 1 - p_better,
        "alpha": alpha,
    }
    if p_better <= alpha:
        return Gate(verdict=Verdict.SHIP, reasons=(f"Better: {counts} ({p_value(p_better)}).",), evidence=evidence)
    if 1 - p_better <= alpha:
        return Gate(
            verdict=Verdict.ROLLBACK, reasons=(f"Worse: {counts} ({p_value(1 - p_better)}).",), evidence=evidence
        )
    reasons = (f"Not proven better: {counts} ({p_value(p_better)}; at most {alpha} is needed).", _MORE)
    return Gate(verdict=Verdict.INCONCLUSIVE, reasons=reasons, evidence=evidence)
