"""Where other terms are tried on the evidence of a rollout, as it came in."""

from datetime import datetime

from chassis.database import Transaction
from contracts.api.performance import ArmPerformance
from contracts.api.rollout import Replay, ReplayStep, Terms
from contracts.api.version import Verdict
from registry import phases
from registry.decisions.trials import evidence, verdicts
from registry.decisions.trials.plans import Judgement
from registry.rollouts import held, looks
from registry.store import phases as stored
from registry.store import rollout_changes
from registry.store.phases import Phase, Recorded
from registry.store.rollouts import Row


async def replay(tx: Transaction, rollout_id: str, terms: Terms) -> Replay:
    """Judge what is recorded of the last phase by other terms; raises `UnknownRollout`."""
    row = await held.get(tx, rollout_id)
    phase = await stored.latest(tx, rollout_id)
    if phase is None or not all(phases.weights(phase).values()):
        return Replay(steps=(), ends_with=Verdict.CONTINUE)
    recorded = await stored.list_recorded(tx, phase.id)
    now = Recorded(phase.until or await rollout_changes.now(tx), _units(phase.arms), phase.arms)
    found = [_step(row, terms, phase, each) for each in (*recorded, *([now] if phase.number else []))]
    return Replay(steps=_changes(found), ends_with=found[-1].verdict if found else Verdict.CONTINUE)


def _step(row: Row, terms: Terms, phase: Phase, seen: Recorded) -> ReplayStep:
    control, candidate = evidence.arms(phases.weights(phase), seen.arms)
    judged = verdicts.judge(looks.plan_of(terms, row.steps), control, candidate)
    return _told(seen.at, seen.units, judged)


def _told(at: datetime, units: int, judged: Judgement) -> ReplayStep:
    return ReplayStep(at=at, units=units, verdict=judged.verdict, reasons=judged.reasons)


def _changes(found: list[ReplayStep]) -> tuple[ReplayStep, ...]:
    before = [None, *(each.verdict for each in found)]
    return tuple(each for each, last in zip(found, before, strict=False) if each.verdict is not last)


def _units(arms: tuple[ArmPerformance, ...]) -> int:
    return sum(each.units for each in arms)
