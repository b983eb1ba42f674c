"""Where a verdict of the gate is held against what a task asks of its versions besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.api.version import Gate, SliceResult, Verdict
from registry.decisions.gate import slices
from registry.decisions.gate.slices import Regression


@dataclass(frozen=True, slots=True)
class Demands:
    """What a task asks for."""

    minimum_gain: float = 0.0
    block_on_slice_regression: bool = False
    approvals: int = 0


NONE = Demands()


def hold(gate: Gate, demands: Demands, parts: Sequence[SliceResult], alpha: float) -> Gate:
    """Add what the task asks for and the parts of the holdout that got worse; what does not suffice does not ship."""
    found = slices.regressions(parts, alpha)
    evidence = gate.evidence | _evidence(demands, found)
    objections = _objections(gate, demands, found) if gate.verdict is Verdict.SHIP else []
    verdict = Verdict.INCONCLUSIVE if objections else gate.verdict
    reasons = (*gate.reasons, *(each.sentence() for each in found), *objections)
    if verdict is Verdict.SHIP and demands.approvals:
        reasons += ("It waits for the approval of a second person, which the task asks for.",)
    return Gate(verdict=verdict, reasons=reasons, evidence=evidence)


def _objections(gate: Gate, demands: Demands, found: Sequence[Regression]) -> list[str]:
    objections: list[str] = []
    gain = gate.evidence.get("gain") if gate.evidence.get("champion_version_id") else None
    if demands.minimum_gain and gain is not None and gain < demands.minimum_gain:
        objections.append(
            f"Its gain over the champion is {gain:.4g}; the task asks for {demands.minimum_gain:.4g} at least."
        )
    if demands.block_on_slice_regression and found:
        objections.append("The task does not let a version ship that is worse on a part of the holdout.")
    return objections


def _evidence(demands: Demands, found: Sequence[Regression]) -> dict[str, Any]:
    told = {"minimum_gain": demands.minimum_gain} if demands.minimum_gain else {}
    parts = [each.slice.model_dump() | {"p_worse": each.p} for each in found]
    return told | ({"worse_slices": parts} if parts else {})
