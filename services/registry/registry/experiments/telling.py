"""Where experiments are told as everybody sees them: what is known of their arms, what it says, and what to do next."""

from collections.abc import Sequence

from chassis import pages
from chassis.database import Transaction
from contracts.api.experiment import Experiment, ExperimentStatus
from contracts.api.page import Page
from contracts.api.performance import Restatement
from contracts.api.version import Verdict
from contracts.commands.experiments import ListExperiments
from registry.decisions.trials import evidence
from registry.decisions.trials.contests import Labels
from registry.experiments import looks
from registry.store import experiments, phase_lists
from registry.store.experiments import Row, Wanted
from registry.store.phases import Phase


async def tell(tx: Transaction, row: Row) -> Experiment:
    """Tell one experiment."""
    (told,) = await _tell_all(tx, [row])
    return told


async def list_(tx: Transaction, asked: ListExperiments) -> Page[Experiment]:
    wanted = Wanted(asked.task, asked.status, pages.uuid(asked.cursor), asked.limit + 1)
    told = await _tell_all(tx, await experiments.list_(tx, wanted))
    return pages.cut(told, asked.limit, lambda experiment: experiment.id)


async def _tell_all(tx: Transaction, rows: Sequence[Row]) -> list[Experiment]:
    phases = await phase_lists.list_latest(tx, [row.id for row in rows])
    labels = await looks.labels_of(tx, rows)
    return [_told(row, phases[row.id], labels) for row in rows]


def _told(row: Row, phase: Phase, labels: Labels) -> Experiment:
    control, *treatments = looks.arms(phase)
    plan = looks.plan_of(row.terms, len(treatments))
    same = ("id", "task", "name", "status", "terms", "auto_ship", "rollout", "verdict", "confidence", "reasons")
    later = ("missing", "winner", "started_by", "created_at", "ended_at", "revision")
    return Experiment(
        **{name: getattr(row, name) for name in (*same, *later)},
        arms=evidence.told(plan, control, treatments, labels),
        recommendation=_recommended(row, phase, labels),
        srm=evidence.ratio((control, *treatments)),
        phase_id=phase.id,
        restated=Restatement.model_validate(row.restated) if row.restated else None,
    )


def _recommended(row: Row, phase: Phase, labels: Labels) -> str:
    if row.status is ExperimentStatus.RUNNING:
        return looks.judge(row.terms, looks.arms(phase), labels).advice
    if row.restated and row.restated["changed"]:
        return f"Look again: what came late says {row.restated['verdict']}. {' '.join(row.restated['reasons'])}"
    return _after_the_end(row, labels)


def _after_the_end(row: Row, labels: Labels) -> str:
    control = labels.get(row.control_id, row.control_id)
    winner = labels.get(row.winner or "", row.winner)
    if row.status is ExperimentStatus.STOPPED:
        return f"Nothing: {winner} was chosen." if winner else "Nothing: it was stopped without a winner."
    if row.verdict is Verdict.SHIP and row.auto_ship:
        return f"Watch {winner}, which takes over; if it does not yet, promote it: ratchet model promote {row.winner}"
    if row.verdict is Verdict.SHIP:
        return f"Promote {winner}: ratchet model promote {row.winner}"
    return f"Keep {control}; look at what the reasons say before you try again."
