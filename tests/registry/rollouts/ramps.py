"""Where tests of rollouts start them, play the feedback service, and wait for what follows."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from chassis.service import Parts
from chassis.testing.waiting import eventually
from contracts.api.performance import ArmPerformance, Summary
from contracts.api.rollout import NewRollout, Rollout, RolloutAction
from contracts.api.route import Route
from contracts.api.version import Canary, Version
from contracts.commands.rollouts import GetRollout, StartRollout, SteerRollout
from contracts.commands.versions import SetCanary
from contracts.events.phases import VersionPerformance
from tests.registry.scene import ALIKE, champions, register, say, tell, trained

_NUMBERS = count(1)


@dataclass(frozen=True)
class Conduct:
    """How the units of an arm fare: the shares of answers that are right and that are errors, and the latency."""

    right: float = 0.8
    errors: float = 0.02
    latency_ms: float = 100.0


GOOD, BETTER, FAILING, SLOW = Conduct(), Conduct(right=0.95), Conduct(errors=0.3), Conduct(latency_ms=300.0)


async def champion_and_candidate(parts: Parts) -> tuple[Version, Version]:
    (champion,) = await champions(parts, 1)
    return champion, await candidate_of(parts, champion)


async def candidate_of(parts: Parts, champion: Version, counts: tuple[int, int, int, int] = ALIKE) -> Version:
    return await register(parts, trained(against=champion.id, counts=counts, auto_release=False))


async def start(parts: Parts, version_id: str, **fields: Any) -> Rollout:
    given = {"task": "tickets", "version_id": version_id, "steps": (10, 25, 50, 100), "interval_s": 0} | fields
    return await tell(parts, StartRollout(rollout=NewRollout.model_validate(given)))


async def get(parts: Parts, rollout_id: str) -> Rollout:
    return await tell(parts, GetRollout(rollout_id=rollout_id))


async def steer(parts: Parts, rollout_id: str, action: RolloutAction, **fields: Any) -> Rollout:
    return await tell(parts, SteerRollout(rollout_id=rollout_id, action=action, **fields))


async def canary(parts: Parts, version_id: str, percent: float, **fields: Any) -> Route:
    order = SetCanary(version_id=version_id, canary=Canary(traffic_percent=percent), **fields)
    return await tell(parts, order)


async def perform(
    parts: Parts, rollout: Rollout, candidate: Conduct, *, units: int = 4_000, champion: Conduct = GOOD, **said: int
) -> None:
    """Say how the arms of a rollout's present phase do, so many units in all, in the shares of the route."""
    assert rollout.phase_id
    split = {arm.version_id: round(units * arm.weight) for arm in rollout.arms}
    control, treatment = rollout.arms[0].version_id, rollout.version_id
    arms = (_arm(control, split[control], champion), _arm(treatment, split[treatment], candidate))
    numbered = {"number": next(_NUMBERS)} | said
    await say(parts, VersionPerformance(phase_id=rollout.phase_id, task=rollout.task, arms=arms, **numbered))


async def until(parts: Parts, rollout_id: str, holds: Callable[[Rollout], bool]) -> Rollout:
    async def look() -> Rollout | None:
        found = await get(parts, rollout_id)
        return found if holds(found) else None

    return await eventually(look)


async def let_an_hour_pass(parts: Parts) -> None:
    async with parts.database.transaction("acme") as tx:
        await tx.execute(
            """
            UPDATE rollouts
            SET step_since = step_since - interval '1 hour', judged_at = judged_at - interval '1 hour'
            WHERE tenant = 'acme'
            """
        )


def shares(route: Route) -> dict[str, float]:
    """Give the share of each version that serves."""
    found: dict[str, float] = {}
    for arm in route.arms:
        found[arm.version_id] = round(found.get(arm.version_id, 0) + arm.weight, 9)
    return found


def _arm(version_id: str, units: int, conduct: Conduct) -> ArmPerformance:
    latency = Summary(units=units, total=conduct.latency_ms * units, squares=(conduct.latency_ms**2 + 400) * units)
    metrics = {"accuracy": _share(conduct.right, units), "error_rate": _share(conduct.errors, units)}
    return ArmPerformance(version_id=version_id, units=units, metrics=metrics | {"latency_ms": latency})


def _share(share: float, units: int) -> Summary:
    hits = float(round(share * units))
    return Summary(units=units, total=hits, squares=hits)
