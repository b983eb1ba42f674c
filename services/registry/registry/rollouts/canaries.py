"""Where a person says which per cent of the units a version gets: a rollout without steps of its own."""

from dataclasses import replace

from chassis.database import Transaction
from contracts.api.rollout import WHOLE, RolloutStatus, Terms
from contracts.api.route import Route
from contracts.api.version import Canary, Promotion, Verdict, Version
from contracts.errors import ReleaseUnderWay
from registry import admissions, releases, routes
from registry.rollouts import candidates, moves
from registry.rollouts.held import Held
from registry.store import rollout_changes, rollouts
from registry.store.rollout_changes import Beginning
from registry.store.rollouts import Row


async def set_(tx: Transaction, version: Version, canary: Canary, expected_revision: int | None = None) -> Route:
    """Give a version some per cent of the units, until a person says otherwise or a guardrail is proven worse.

    A rollout of the same version that is open becomes a canary by that. Raises `NothingServes`, `NotReleasable`,
    `GateNotPassed`, `ReleaseUnderWay`, `Stale`.
    """
    route = await routes.lock(tx, version.task, expected_revision)
    champion_id = await candidates.demand_triable(tx, route, version)
    opened = await rollouts.find_open(tx, version.task)
    if opened is None:
        return await _begin(tx, route, version, champion_id, canary)
    if opened.version_id != version.id:
        raise _under_way(opened)
    return route if _is_so(opened, canary) else await _move(tx, Held(route, opened), canary)


async def promote(tx: Transaction, version: Version, promotion: Promotion, expected_revision: int | None) -> Route:
    """Promote a version: to all units, or to some per cent of them, which is a canary that passed the gate."""
    if promotion.traffic_percent >= WHOLE:
        return await releases.promote(tx, version, promotion.reason, expected_revision)
    route = await routes.lock(tx, version.task, expected_revision)
    await admissions.demand_promotable(tx, version, route.champion_version_id)
    return await set_(tx, version, Canary(traffic_percent=promotion.traffic_percent, reason=promotion.reason))


async def _begin(tx: Transaction, route: Route, version: Version, champion_id: str, canary: Canary) -> Route:
    begun = Beginning(
        task=version.task,
        version_id=version.id,
        baseline_id=champion_id,
        steps=(canary.traffic_percent,),
        interval_s=0,
        terms=Terms(),
        reason=canary.reason,
        is_canary=True,
    )
    return await moves.begin(tx, Held(route, await rollout_changes.insert(tx, begun)), "started", _told(canary))


async def _move(tx: Transaction, opened: Held, canary: Canary) -> Route:
    moved = replace(
        opened.rollout,
        status=RolloutStatus.RUNNING,
        is_canary=True,
        steps=(canary.traffic_percent,),
        step=0,
        verdict=Verdict.CONTINUE,
        reasons=(canary.reason,),
        missing="",
        accepted=(),
    )
    settled = await rollout_changes.settle(tx, moved, is_new_step=True)
    return await moves.begin(tx, Held(opened.route, settled), "moved", _told(canary))


def _is_so(opened: Row, canary: Canary) -> bool:
    is_running = opened.is_canary and opened.status is RolloutStatus.RUNNING
    return is_running and opened.traffic_percent == canary.traffic_percent


def _told(canary: Canary) -> str:
    return f"Canary at {canary.traffic_percent:g} %. {canary.reason}"


def _under_way(opened: Row) -> ReleaseUnderWay:
    detail = (
        f"Rollout {opened.id} of another version is {opened.status} at {opened.traffic_percent:g} %; "
        "promote or abort it first."
    )
    return ReleaseUnderWay(detail, rollout_id=opened.id)
