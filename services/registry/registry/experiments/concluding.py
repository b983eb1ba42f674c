"""Where experiments end by their evidence: the winner takes over where it may, or else the champion gets all units."""

from chassis.database import Transaction
from contracts.api.experiment import ExperimentStatus, NextRollout
from contracts.api.rollout import NewRollout
from contracts.api.version import Verdict, Version
from registry import endings, releases, splits
from registry.decisions.trials.contests import Contest
from registry.experiments.held import Held
from registry.rollouts import starting
from registry.routes import Why
from registry.store import rollouts, versions
from registry.store.experiments import Ending
from registry.successions import Change

ENDS = frozenset({Verdict.SHIP, Verdict.ROLLBACK})
"""Verdicts that end an experiment."""

_LONGEST = 1_000


async def conclude(tx: Transaction, held: Held, found: Contest) -> None:
    """End a running experiment whose evidence says who is best, or that none may go on."""
    winner = await versions.find(tx, found.winner) if found.winner else None
    obstacle = await _obstacle(tx, held) if winner and held.experiment.auto_ship else None
    reasons = (*found.reasons, obstacle) if obstacle else found.reasons
    ending = Ending(ExperimentStatus.CONCLUDED, found.verdict, reasons, found.winner)
    await endings.end_experiment(tx, held.experiment, ending)
    if winner and held.experiment.auto_ship and not obstacle:
        await _ship(tx, held, winner, found)
    else:
        await give_back(tx, held, f"experiment {_named(held)} ended: {' '.join(reasons)}")


async def give_back(tx: Transaction, held: Held, reason: str) -> None:
    """Let the champion serve the units of an experiment that has ended."""
    champion_id = held.route.champion_version_id or held.experiment.control_id
    await splits.lay_out(tx, held.route, champion_id, Why(Change.SHIFTED, reason))


async def _obstacle(tx: Transaction, held: Held) -> str | None:
    """Say why the winner cannot take over by itself."""
    if held.route.champion_version_id != held.experiment.control_id:
        return "It does not take over by itself: it was not compared with the version that is the champion now."
    if held.experiment.rollout and await rollouts.find_open(tx, held.experiment.task):
        return "It is not rolled out by itself: another rollout is open."
    return None


async def _ship(tx: Transaction, held: Held, winner: Version, found: Contest) -> None:
    reason = f"won experiment {_named(held)}: {' '.join(found.reasons)}"
    if following := held.experiment.rollout:
        await starting.start(tx, _rollout(held, winner, following, reason))
    else:
        await releases.serve(tx, held.route, winner, Why(Change.PROMOTED, reason))


def _rollout(held: Held, winner: Version, following: NextRollout, reason: str) -> NewRollout:
    terms = held.experiment.terms
    limits = {name: getattr(terms, name) for name in type(terms).model_fields if name != "goal"}
    return NewRollout(
        task=held.experiment.task,
        version_id=winner.id,
        steps=following.steps,
        interval_s=following.interval_s,
        reason=reason[:_LONGEST],
        **limits,
    )


def _named(held: Held) -> str:
    return held.experiment.name or held.experiment.id
