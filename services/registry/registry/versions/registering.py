"""Where versions are registered and judged: those of trainings here, and those that were made elsewhere."""

from chassis.database import Transaction
from contracts.api.route import Route
from contracts.api.version import Gate, Verdict, Version, VersionSource
from contracts.errors import InvalidInput
from contracts.events.release import VersionRegistered
from contracts.events.training import TrainingCompleted
from registry import routes
from registry.decisions import gate
from registry.decisions.gate import labels, prompts
from registry.decisions.gate.demands import Demands
from registry.decisions.gate.reported import Champion
from registry.registrations import Registration
from registry.store import tasks
from registry.store import versions as stored
from registry.versions import finding, releasing


async def register(tx: Transaction, completed: TrainingCompleted) -> None:
    """Make a version of what was trained, judge it, and release it if it is proven better and may be released.

    That it is registered is said after its route was put: whoever hears it can rely on the route.
    """
    route = await routes.lock(tx, completed.task)
    if await stored.find(tx, completed.version_id):
        return
    asked = await _asked(tx, completed.task)
    judged = gate.judge(completed.metrics, completed.paired, route.champion_version_id, completed.comparison, asked)
    if await _is_prompt(tx, route.champion_version_id):
        judged = prompts.beside_a_prompt(route.champion_version_id)
    version = await _insert(tx, _trained(completed), judged)
    may_be_released = completed.auto_release and version.gate.verdict is Verdict.SHIP and not asked.approvals
    promoted = may_be_released and await releasing.release(tx, route, version)
    tx.publish(_registered(version, completed.job_id, promoted=promoted))


async def register_external(tx: Transaction, new: Registration) -> Version:
    """Make a version of what was made elsewhere, and judge it by the metrics that came with it.

    It stays a candidate until somebody promotes it. Raises `UnknownTask`, and `InvalidInput` for a label that is not
    higher than the one before.
    """
    route = await routes.lock(tx, new.task)
    judged = prompts.of_prompt() if new.source is VersionSource.PROMPT else await _judged(tx, route, new)
    version = await _insert(tx, new, judged)
    tx.publish(_registered(version, None, promoted=False))
    return version


async def _judged(tx: Transaction, route: Route, new: Registration) -> Gate:
    is_first = not await stored.list_(tx, new.task)
    champion, asked = await _champion(tx, route), await _asked(tx, new.task)
    return gate.judge_reported(new.metrics, champion, asked, first=is_first)


async def _insert(tx: Transaction, new: Registration, judged: Gate) -> Version:
    newest = next(iter(await stored.list_(tx, new.task)), None)
    number = newest.number + 1 if newest else 1
    await stored.insert(tx, new, judged, number=number, label=_label(newest, new))
    return await finding.get(tx, new.id)


def _label(newest: Version | None, new: Registration) -> str:
    if newest is None:
        return new.label or labels.FIRST
    if new.label and not labels.is_higher(new.label, newest.label):
        raise InvalidInput.at("label", f"must be higher than {newest.label}, the label of the newest version")
    if new.label:
        return new.label
    return labels.following(newest.label, new.bump or labels.between(newest.lineage, new.lineage))


def _trained(completed: TrainingCompleted) -> Registration:
    return Registration(
        id=completed.version_id,
        task=completed.task,
        artifact=completed.artifact,
        metrics=completed.metrics,
        lineage={"job_id": completed.job_id} | completed.lineage,
        card=completed.card,
        source=VersionSource.TRAINED,
        bump=completed.bump,
    )


async def _asked(tx: Transaction, key: str) -> Demands:
    task = await tasks.find(tx, key)
    return Demands(task.minimum_gain, task.block_on_slice_regression, task.approvals) if task else Demands()


async def _champion(tx: Transaction, route: Route) -> Champion | None:
    champion = await stored.find(tx, route.champion_version_id) if route.champion_version_id else None
    return Champion(champion.id, champion.metrics) if champion else None


async def _is_prompt(tx: Transaction, version_id: str | None) -> bool:
    version = await stored.find(tx, version_id) if version_id else None
    return version is not None and version.source is VersionSource.PROMPT


def _registered(version: Version, job_id: str | None, *, promoted: bool) -> VersionRegistered:
    return VersionRegistered(
        task=version.task,
        version_id=version.id,
        job_id=job_id,
        number=version.number,
        label=version.label,
        verdict=version.gate.verdict,
        reasons=version.gate.reasons,
        promoted=promoted,
    )
