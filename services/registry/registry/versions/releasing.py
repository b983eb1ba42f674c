"""Where a version that passed the gate is released by itself: in the steps that its task asks for, or at once."""

from chassis.database import Transaction
from contracts.api.rollout import NewRollout, ReleasePlan
from contracts.api.route import Route
from contracts.api.version import Version
from registry import releases
from registry.rollouts import starting
from registry.routes import Why
from registry.store import experiments, rollouts, tasks
from registry.successions import Change

_LONGEST = 1_000


async def release(tx: Transaction, route: Route, version: Version) -> bool:
    """Release a version on a locked route; say whether it is the champion now.

    While a rollout or an experiment is open it waits for a person: what is compared there must not change under it.
    """
    if await rollouts.find_open(tx, route.task) or await experiments.find_open(tx, route.task):
        return False
    task, reason = await tasks.find(tx, route.task), " ".join(version.gate.reasons)
    if task and task.release and route.champion_version_id:
        await starting.start(tx, _rollout(task.release, version, reason))
        return False
    await releases.serve(tx, route, version, Why(Change.PROMOTED, reason))
    return True


def _rollout(plan: ReleasePlan, version: Version, reason: str) -> NewRollout:
    terms = {name: getattr(plan, name) for name in ReleasePlan.model_fields}
    return NewRollout(task=version.task, version_id=version.id, reason=reason[:_LONGEST], **terms)
