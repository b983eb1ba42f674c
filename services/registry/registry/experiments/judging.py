"""Where experiments are judged as evidence comes in, and what follows from it is done."""

from collections.abc import Sequence

from chassis.database import Transaction
from contracts.api.experiment import ExperimentStatus
from contracts.api.performance import Restatement
from contracts.api.version import Verdict
from registry import alerts
from registry.decisions.trials import verdicts
from registry.decisions.trials.contests import Contest
from registry.decisions.trials.plans import Arm
from registry.experiments import concluding, held, looks
from registry.experiments.held import Held
from registry.store import experiment_changes
from registry.store import phases as stored
from registry.store.experiment_changes import Noted, list_due
from registry.store.experiments import Row

due = list_due


async def judge(tx: Transaction, experiment_id: str) -> None:
    """Judge an experiment by what is known now; of one that ended it is told what came late, and if it matters."""
    found = await held.hold(tx, experiment_id)
    phase = await looks.phase_of(tx, found.experiment)
    if phase.number <= phase.judged:
        return
    labels = await looks.labels_of(tx, [found.experiment])
    contest = looks.judge(found.experiment.terms, looks.arms(phase), labels)
    await stored.settle_judged(tx, phase.id, phase.number)
    if found.experiment.ended_at is None:
        await _judge_open(tx, found, contest)
        await _call_if_uneven(tx, found.experiment, looks.arms(phase))
    else:
        await _restate(tx, found, contest)


async def _judge_open(tx: Transaction, opened: Held, contest: Contest) -> None:
    noted = Noted(contest.verdict, contest.confidence, contest.reasons, contest.missing)
    row = await experiment_changes.note(tx, opened.experiment.id, noted)
    if contest.verdict in concluding.ENDS:
        await concluding.conclude(tx, Held(opened.route, row), contest)


async def _call_if_uneven(tx: Transaction, experiment: Row, arms: Sequence[Arm]) -> None:
    if doubt := verdicts.uneven(arms):
        await alerts.of_uneven_experiment(tx, experiment.task, experiment.id, doubt)


async def _restate(tx: Transaction, ended: Held, contest: Contest) -> None:
    # Nothing more is to come than what is late, so that going on is no longer a verdict.
    verdict = Verdict.INCONCLUSIVE if contest.verdict is Verdict.CONTINUE else contest.verdict
    row = ended.experiment
    # Whom a person chose says nothing about the evidence.
    another = row.status is ExperimentStatus.CONCLUDED and contest.winner != row.winner
    changed = another or verdict is not row.verdict
    restatement = Restatement(verdict=verdict, reasons=contest.reasons, changed=changed)
    await experiment_changes.restate(tx, row.id, restatement)
