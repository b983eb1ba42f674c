"""Where the recorded evidence of an experiment is judged by other terms."""

from chassis.database import Transaction
from contracts.api.rollout import Replay, ReplayStep, Terms
from contracts.api.version import Verdict
from registry.experiments import concluding, held, looks
from registry.store import phases as stored


async def replay(tx: Transaction, experiment_id: str, terms: Terms) -> Replay:
    """Say what other terms would have decided, until they would have ended it; raises `UnknownExperiment`.

    Terms without a goal are given that of the experiment.
    """
    row = await held.get(tx, experiment_id)
    phase, labels = await looks.phase_of(tx, row), await looks.labels_of(tx, [row])
    tried = terms if terms.goal else terms.model_copy(update={"goal": row.terms.goal})
    steps = list[ReplayStep]()
    for known in await stored.list_recorded(tx, phase.id):
        found = looks.judge(tried, looks.arms(phase, known.arms), labels)
        if not steps or steps[-1].verdict is not found.verdict:
            steps.append(ReplayStep(at=known.at, units=known.units, verdict=found.verdict, reasons=found.reasons))
        if found.verdict in concluding.ENDS:
            break
    return Replay(steps=tuple(steps), ends_with=steps[-1].verdict if steps else Verdict.CONTINUE)
