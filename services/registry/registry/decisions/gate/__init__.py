"""Where it is decided whether a candidate may serve: it must be better, by evidence, than what serves now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.api.version import Comparison, Gate, PairedResult, Verdict
from registry.decisions.gate import demands, losses, prompts, reported
from registry.decisions.gate.demands import Demands
from registry.decisions.gate.reported import Champion
from registry.decisions.statistics import binomial_tail, mcnemar, p_value, rows_to_settle

ALPHA = 0.05
"""A candidate ships when a gain like its own would come by chance in at most this share of cases."""


@dataclass(frozen=True, slots=True)
class _Test:
    """A one-sided test either way: what was counted, how likely by chance, and the rows that would settle it."""

    counts: str
    rows: int
    p_better: float
    p_worse: float
    rows_to_settle: int | None


def judge(
    metrics: Mapping[str, float],
    paired: PairedResult | None,
    champion_id: str | None,
    comparison: Comparison | None = None,
    asked: Demands = demands.NONE,
) -> Gate:
    """Judge a candidate by its own metrics, or by its comparison with the champion where one serves.

    What its task asks for besides is held against it too.
    """
    compared = comparison or paired
    judged = _judged(metrics, paired, champion_id, comparison)
    is_present = compared is not None and compared.champion_version_id == champion_id
    return demands.hold(judged, asked, compared.slices if compared and is_present else (), ALPHA)


def judge_reported(metrics: Mapping[str, float], champion: Champion | None, asked: Demands, *, first: bool) -> Gate:
    """Judge a version from elsewhere by the metrics that came with it."""
    return demands.hold(reported.judge(metrics, champion, first=first, alpha=ALPHA), asked, (), ALPHA)


def _judged(
    metrics: Mapping[str, float],
    paired: PairedResult | None,
    champion_id: str | None,
    comparison: Comparison | None,
) -> Gate:
    if comparison:
        return _by_losses(comparison, champion_id)
    if champion_id is None:
        return _against_commonest_label(metrics)
    if paired is None:
        return _undecided("It was not compared with the champion on the same holdout rows; train again.", champion_id)
    if paired.champion_version_id != champion_id:
        return _undecided("The champion changed while training; train again.", champion_id)
    return _against_champion(paired)


def objection(gate: Gate, champion_id: str | None) -> str | None:
    """Say why a version may not take the champion's place, or give None if it may."""
    if prompts.is_judged_by_conversations(gate):
        return None
    if gate.verdict is not Verdict.SHIP:
        return " ".join(gate.reasons)
    if gate.evidence.get("champion_version_id") != champion_id:
        return "It was compared with another champion than the one that serves now; train again."
    return None


def _by_losses(comparison: Comparison, champion_id: str | None) -> Gate:
    if comparison.champion_version_id != champion_id:
        return _undecided("The champion changed while training; train again.", champion_id)
    return losses.judge(comparison, ALPHA)


def _against_champion(paired: PairedResult) -> Gate:
    better, worse = paired.only_candidate_right, paired.only_champion_right
    candidate, champion = paired.both_right + better, paired.both_right + worse
    rows = candidate + worse + paired.both_wrong
    if not rows:
        return _undecided("There were no holdout rows to compare on.", paired.champion_version_id)
    counts = (
        f"of {rows:,} holdout rows it has {candidate:,} right and the champion {champion:,}, "
        f"{better:,} only itself and {worse:,} only the champion"
    )
    settling = rows_to_settle(rows, excess=better - worse, variance=better + worse, step=2, alpha=ALPHA)
    evidence = paired.model_dump(exclude={"slices"}) | {
        "rows": rows,
        "candidate_accuracy": candidate / rows,
        "champion_accuracy": champion / rows,
        "gain": (better - worse) / rows,
    }
    return _verdict(_Test(counts, rows, mcnemar(better, worse), mcnemar(worse, better), settling), evidence)


def _against_commonest_label(metrics: Mapping[str, float]) -> Gate:
    if not {"accuracy", "majority_accuracy", "samples"} <= metrics.keys() or metrics["samples"] < 1:
        return _undecided("The training reported no accuracy on holdout rows.", None)
    rows, chance = round(metrics["samples"]), metrics["majority_accuracy"]
    right = round(metrics["accuracy"] * rows)
    excess, variance = right - rows * chance, rows * chance * (1 - chance)
    counts = (
        f"of {rows:,} holdout rows it has {right:,} right; "
        f"always answering the commonest label would have {round(rows * chance):,}"
    )
    settling = rows_to_settle(rows, excess=excess, variance=variance, step=1, alpha=ALPHA)
    p_better, p_worse = binomial_tail(right, rows, chance), binomial_tail(rows - right, rows, 1 - chance)
    evidence = {
        "champion_version_id": None,
        "rows": rows,
        "candidate_accuracy": right / rows,
        "majority_accuracy": chance,
        "gain": excess / rows,
    }
    return _verdict(_Test(counts, rows, p_better, p_worse, settling), evidence)


def _verdict(test: _Test, evidence: Mapping[str, Any]) -> Gate:
    numbers = {**evidence, "p_better": test.p_better, "p_worse": test.p_worse, "alpha": ALPHA}
    if test.p_better <= ALPHA:
        reason = f"Better: {test.counts} ({p_value(test.p_better)})."
        return Gate(verdict=Verdict.SHIP, reasons=(reason,), evidence=numbers)
    if test.p_worse <= ALPHA:
        reason = f"Worse: {test.counts} ({p_value(test.p_worse)})."
        return Gate(verdict=Verdict.ROLLBACK, reasons=(reason,), evidence=numbers)
    more = max(1, test.rows_to_settle - test.rows) if test.rows_to_settle else None
    reason = f"Not proven better: {test.counts} ({p_value(test.p_better)}; at most {ALPHA} is needed)."
    return Gate(verdict=Verdict.INCONCLUSIVE, reasons=(reason, _missing(more)), evidence=numbers | {"more_rows": more})


def _missing(more: int | None) -> str:
    if more is None:
        return "There is no gain that more holdout rows could prove; more or better examples are needed."
    return f"About {more:,} more holdout rows would settle it if the gain stays the same."


def _undecided(reason: str, champion_id: str | None) -> Gate:
    evidence = {"champion_version_id": champion_id}
    return Gate(verdict=Verdict.INCONCLUSIVE, reasons=(reason,), evidence=evidence)
