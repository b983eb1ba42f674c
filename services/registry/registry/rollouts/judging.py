"""Where rollouts are judged as evidence comes in, and what follows from it is done."""

from collections.abc import Mapping
from typing import Any

from chassis.database import Transaction
from contracts.api.performance import Restatement
from contracts.api.rollout import RolloutStatus
from contracts.api.version import Verdict
from registry import alerts
from registry.decisions.trials.plans import Judgement
from registry.decisions.trials.steps import Action
from registry.rollouts import held, looks, moves
from registry.rollouts.held import Held
from registry.rollouts.looks import Look
from registry.store import phase_lists, phases, rollout_changes
from registry.store.rollout_changes import Noted
from registry.store.rollouts import Row, list_due

due = list_due


async def judge(tx: Transaction, rollout_id: str) -> None:
    """Judge a rollout by what is known now; one that ended is not changed any more, but what comes late is told."""
    found = await held.hold(tx, rollout_id)
    # Read first: what is heard while it is judged has to lead to another look.
    news = await phase_lists.list_news(tx, rollout_id)
    if found.rollout.ended_at is None:
        await _judge_open(tx, found)
    else:
        await _restate(tx, found.rollout)
    for phase_id, number in news:
        await phases.settle_judged(tx, phase_id, number)


async def _judge_open(tx: Transaction, opened: Held) -> None:
    now = await rollout_changes.now(tx)
    look = await looks.look(tx, opened.rollout, now)
    found = look.move.found
    await rollout_changes.note(tx, opened.rollout.id, Noted(found.verdict, found.reasons, found.missing, now))
    await _act(tx, opened, look)


async def _act(tx: Transaction, opened: Held, look: Look) -> None:
    found, evidence = look.move.found, look.evidence
    match look.move.action:
        case Action.ROLL_BACK:
            await moves.take_back(tx, opened, RolloutStatus.ROLLED_BACK, found, evidence)
        case Action.PAUSE:
            await moves.pause(tx, opened, found, evidence)
        case Action.ADVANCE:
            await moves.advance(tx, opened, found, evidence)
        case Action.PROMOTE:
            await moves.complete(tx, opened, found, evidence)
        case Action.WAIT:
            pass


async def _restate(tx: Transaction, row: Row) -> None:
    """Note what the evidence says now, of all steps of the last attempt."""
    found = await phase_lists.list_since(tx, row.id, row.attempt_since)
    if any(phase.number > phase.judged for phase in found):
        says = _altogether([looks.settled(row, phase) for phase in found])
        # Nothing more is to come than what is late, so that going on is no longer a verdict.
        verdict = Verdict.INCONCLUSIVE if says.verdict is Verdict.CONTINUE else says.verdict
        restated = Restatement(verdict=verdict, reasons=says.reasons, changed=verdict is not row.verdict)
        await rollout_changes.restate(tx, row.id, _written(restated))
        if row.status is RolloutStatus.COMPLETED and verdict is Verdict.ROLLBACK:
            await alerts.of_late_harm(tx, row, says.reasons)


def _altogether(found: list[Judgement]) -> Judgement:
    """Give the verdict of the last step, unless an earlier one proves a harm."""
    return next((each for each in found if each.verdict is Verdict.ROLLBACK), found[-1])


def _written(restated: Restatement) -> dict[str, Any]:
    written: Mapping[str, Any] = restated.model_dump(mode="json")
    return dict(written)
