"""Where a candidate is judged by what it lost on the same holdout as the champion, or as having learnt nothing."""

from statistics import NormalDist

from contracts.api.version import Comparison, Gate, SliceResult, Verdict
from registry.decisions.statistics import mcnemar

FEW = 30
"""Below so many units the mean is no witness yet; the sign test then counts on which of them it is better."""

_NEGLIGIBLE = 1e-3


def judge(compared: Comparison, alpha: float) -> Gate:
    """Ask what the kind requires: proof that it is better, no proof that it is worse, or a mean loss that is no higher.

    A first version of a kind that need not be better only must not be proven worse than having learnt nothing.

    One-sided: the paired test of the mean difference of losses, by the normal distribution, from 30 units on; the exact
    sign test below (Dixon and Mood, JASA 41, 1946).
    """
    if not compared.units:
        return _unmeasured(compared)
    p_better, p_worse = chances(compared)
    evidence = compared.model_dump(exclude={"slices"}) | {"p_better": p_better, "p_worse": p_worse, "alpha": alpha}
    verdict = _verdict(compared, p_better <= alpha, p_worse <= alpha)
    reasons = (f"{_word(verdict, compared)}: {_counted(compared)} (p = {min(p_better, p_worse):.4f}).",)
    if verdict is Verdict.INCONCLUSIVE:
        reasons += (_missing(compared, alpha),)
    return Gate(verdict=verdict, reasons=reasons, evidence=evidence)


def _verdict(compared: Comparison, is_better: bool, is_worse: bool) -> Verdict:  # noqa: FBT001
    if is_worse:
        return Verdict.ROLLBACK
    first = compared.champion_version_id is None and compared.required != "better"
    if is_better or first or compared.required == "not worse":
        return Verdict.SHIP
    if compared.required == "not lower" and compared.gain >= 0:
        return Verdict.SHIP
    return Verdict.INCONCLUSIVE


def chances(compared: Comparison | SliceResult) -> tuple[float, float]:
    """Give the p-values of being better and of being worse."""
    if compared.units < FEW or not compared.standard_error:
        return mcnemar(compared.better, compared.worse), mcnemar(compared.worse, compared.better)
    statistic = compared.gain / compared.standard_error
    return NormalDist().cdf(-statistic), NormalDist().cdf(statistic)


def _word(verdict: Verdict, compared: Comparison) -> str:
    match verdict:
        case Verdict.ROLLBACK:
            return "Worse"
        case Verdict.SHIP:
            return "Better" if compared.gain > 0 else "Not worse"
        case _:
            return "Not proven better" if compared.required == "better" else "Lower"


def _counted(compared: Comparison) -> str:
    left_out = f"; {compared.left_out:,} could not be compared" if compared.left_out else ""
    return (
        f"on {compared.units:,} {compared.unit} its {compared.measure} is {compared.candidate_loss:.4g} and that of "
        f"{compared.against} {compared.other_loss:.4g}, less on {compared.better:,} and more on {compared.worse:,}"
        f"{left_out}"
    )


def _missing(compared: Comparison, alpha: float) -> str:
    if compared.gain <= _NEGLIGIBLE * compared.standard_error:
        return "It has no gain to prove; more or better rows are needed."
    if compared.units < FEW:
        return f"From {FEW} {compared.unit} on, the size of the gain counts too."
    needed = compared.units * (NormalDist().inv_cdf(1 - alpha) * compared.standard_error / compared.gain) ** 2
    more = max(1, round(needed) - compared.units)
    return f"About {more:,} more {compared.unit} would settle it if the gain stays the same."


def _unmeasured(compared: Comparison) -> Gate:
    if compared.required == "better":
        reason = f"Nothing could be compared: no {compared.unit} of the holdout could be measured on both."
        return Gate(verdict=Verdict.INCONCLUSIVE, reasons=(reason,), evidence=compared.model_dump(exclude={"slices"}))
    reason = f"There is nothing to measure it on ({compared.unit}), so it replaces the one before it unproven."
    return Gate(verdict=Verdict.SHIP, reasons=(reason,), evidence=compared.model_dump(exclude={"slices"}))
