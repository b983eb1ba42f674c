"""Where people end experiments, with or without naming a winner."""

from chassis import editions
from chassis.database import Transaction
from contracts.api.experiment import ExperimentStatus, Stop
from contracts.api.version import Verdict, Version
from contracts.errors import ExperimentEnded, GateNotPassed, InvalidInput
from registry import admissions, endings, releases
from registry.decisions.trials.contests import Contest
from registry.experiments import concluding, held, looks
from registry.experiments.held import Held
from registry.routes import Why
from registry.store import versions
from registry.store.experiments import Ending, Row
from registry.successions import Change


async def stop(tx: Transaction, experiment_id: str, order: Stop, expected_revision: int | None = None) -> Row:
    """End an experiment; the winner that is named becomes the champion, or else the champion gets all units.

    Raises `UnknownExperiment`, `ExperimentEnded`, `Stale`, `InvalidInput` for a winner that is no arm, and
    `GateNotPassed`, `NotReleasable`, `ApprovalNeeded` for one that may not take over.
    """
    found = await held.hold(tx, experiment_id)
    _refuse_ended(found.experiment)
    editions.refuse_stale(expected_revision, found.experiment.revision, f"Experiment {experiment_id}")
    winner = await _winner(tx, found, order.winner) if order.winner else None
    live = await _live(tx, found.experiment, order.winner)
    takes_over = winner is not None and winner.id != found.route.champion_version_id
    if winner and takes_over:
        await _demand_promotable(tx, found, winner, live)
    ending = Ending(ExperimentStatus.STOPPED, live.verdict, (order.reason, *live.reasons), order.winner)
    row = await endings.end_experiment(tx, found.experiment, _settled(ending))
    if winner and takes_over:
        await releases.serve(tx, found.route, winner, Why(Change.PROMOTED, " ".join(ending.reasons)))
    else:
        await concluding.give_back(tx, found, f"experiment {row.name or row.id} was stopped: {order.reason}")
    return row


def _refuse_ended(row: Row) -> None:
    if row.ended_at is not None:
        detail = f"Experiment {row.id} {row.status} at {row.ended_at:%Y-%m-%d %H:%M} UTC with verdict {row.verdict}."
        raise ExperimentEnded(detail, experiment_id=row.id)


async def _winner(tx: Transaction, found: Held, winner: str) -> Version:
    version = await versions.find(tx, winner)
    if version is None or winner not in found.experiment.shares:
        labels = await looks.labels_of(tx, [found.experiment])
        arms = ", ".join(f"{label} ({id})" for id, label in sorted(labels.items(), key=lambda each: each[1]))
        raise InvalidInput.at("winner", f"is not an arm of this experiment; its arms are {arms}")
    return version


async def _live(tx: Transaction, row: Row, winner: str | None) -> Contest:
    """Say what is known at this moment: of the winner that is named, or of all treatments."""
    labels, phase = await looks.labels_of(tx, [row]), await looks.phase_of(tx, row)
    return looks.judge(row.terms, looks.arms(phase), labels, only=winner)


async def _demand_promotable(tx: Transaction, found: Held, winner: Version, live: Contest) -> None:
    await admissions.demand_approved(tx, winner)
    champion_id = found.route.champion_version_id
    if live.verdict is Verdict.SHIP and found.experiment.control_id == champion_id:
        admissions.refuse_archived(winner)
        return
    try:
        await admissions.demand_promotable(tx, winner, champion_id)
    except GateNotPassed as refusal:
        detail = f"{refusal.detail} The experiment has not found it better either: {' '.join(live.reasons)}"
        raise GateNotPassed(detail, **refusal.facts) from refusal


def _settled(ending: Ending) -> Ending:
    """Give an end whose verdict is one: nothing goes on any more."""
    verdict = Verdict.INCONCLUSIVE if ending.verdict is Verdict.CONTINUE else ending.verdict
    return Ending(ending.status, verdict, ending.reasons, ending.winner)
