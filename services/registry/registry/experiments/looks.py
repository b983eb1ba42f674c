"""Where an experiment is looked at: what is known of its arms is judged by its terms, or by others."""

from collections.abc import Iterable, Sequence

from chassis.database import Transaction
from contracts.api.performance import ArmPerformance
from contracts.api.rollout import Terms
from registry import phases
from registry.decisions.trials import contests, evidence
from registry.decisions.trials.contests import Contest, Labels
from registry.decisions.trials.plans import Arm, Plan
from registry.store import phases as stored
from registry.store import versions
from registry.store.experiments import Row
from registry.store.phases import Phase


def plan_of(terms: Terms, treatments: int) -> Plan:
    """Give what decides, of which each treatment gets its part of alpha."""
    return evidence.plan(terms, treatments=treatments)


def arms(phase: Phase, said: Iterable[ArmPerformance] | None = None) -> list[Arm]:
    """Give the arms, the control first, as they are or as somebody else said they were."""
    return evidence.arms(phases.weights(phase), phase.arms if said is None else said)


def judge(terms: Terms, present: Sequence[Arm], labels: Labels, only: str | None = None) -> Contest:
    """Judge the arms, of which the first is the control; of the treatments only one, if it is named."""
    control, *treatments = present
    looked_at = [arm for arm in treatments if arm.version_id == only] or treatments
    return contests.judge(plan_of(terms, len(treatments)), control, looked_at, labels)


async def phase_of(tx: Transaction, row: Row) -> Phase:
    """Give the phase of an experiment; it has one from its beginning to its end."""
    found = await stored.latest(tx, row.id)
    if found is None:
        message = f"experiment {row.id} has no phase"
        raise LookupError(message)
    return found


async def labels_of(tx: Transaction, rows: Iterable[Row]) -> dict[str, str]:
    """Give what the versions of experiments are called."""
    named = {version_id for row in rows for version_id in row.shares}
    return {version_id: version.label for version_id, version in (await versions.find_all(tx, list(named))).items()}
