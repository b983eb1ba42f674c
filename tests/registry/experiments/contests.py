"""Where tests of experiments start them, play the feedback service, and wait for what follows."""

from collections.abc import Callable
from itertools import count
from typing import Any

from chassis.service import Parts
from chassis.testing.waiting import eventually
from contracts.api.experiment import Experiment, ExperimentStatus, NewExperiment, Stop
from contracts.api.performance import ArmPerformance, Summary
from contracts.api.version import Version
from contracts.commands.experiments import GetExperiment, StartExperiment, StopExperiment
from contracts.events.phases import VersionPerformance
from tests.registry.scene import ALIKE, champions, register, say, tell, trained

_NUMBERS = count(1)
GOOD, BETTER, WORSE = {"accuracy": 0.8}, {"accuracy": 0.9}, {"accuracy": 0.7}
FAILING = {"accuracy": 0.95, "error_rate": 0.3}


async def versions(parts: Parts, candidates: int = 1) -> list[Version]:
    """Give the champion of a new task and so many candidates that are not proven better."""
    (champion,) = await champions(parts, 1)
    return [champion, *[await candidate_of(parts, champion) for _ in range(candidates)]]


async def candidate_of(parts: Parts, champion: Version, counts: tuple[int, int, int, int] = ALIKE) -> Version:
    return await register(parts, trained(against=champion.id, counts=counts, auto_release=False))


async def start(parts: Parts, *arms: Version, tenant: str = "acme", **fields: Any) -> Experiment:
    """Start an experiment whose arms get the same share each, unless said otherwise."""
    split = [{"version_id": arm.id, "weight": 1 / len(arms)} for arm in arms]
    given = {"task": "tickets", "arms": split, "goal": "accuracy", "guardrails": ["error_rate"]} | fields
    return await tell(parts, StartExperiment(experiment=NewExperiment.model_validate(given)), tenant)


async def get(parts: Parts, experiment_id: str) -> Experiment:
    return await tell(parts, GetExperiment(experiment_id=experiment_id))


async def stop(parts: Parts, experiment: Experiment, expected: int | None = None, **fields: Any) -> Experiment:
    order = Stop.model_validate(fields)
    return await tell(parts, StopExperiment(experiment_id=experiment.id, stop=order, expected_revision=expected))


async def perform(
    parts: Parts, experiment: Experiment, *rates: dict[str, float], units: int = 4_000, **said: Any
) -> None:
    """Say how the arms do, the control first: shares of units by metric, so many units in all."""
    arms = tuple(
        _arm(arm.version_id, round(units * arm.weight), shares)
        for arm, shares in zip(experiment.arms, rates, strict=True)
    )
    content = {"phase_id": experiment.phase_id, "task": experiment.task, "number": next(_NUMBERS), "arms": arms}
    await say(parts, VersionPerformance.model_validate(content | said))


async def until(parts: Parts, experiment_id: str, holds: Callable[[Experiment], bool]) -> Experiment:
    async def look() -> Experiment | None:
        found = await get(parts, experiment_id)
        return found if holds(found) else None

    return await eventually(look)


async def judged(parts: Parts, experiment: Experiment) -> Experiment:
    """Give an experiment once it was judged by what was said last."""
    return await until(parts, experiment.id, lambda found: found.reasons != experiment.reasons)


def ended(experiment: Experiment) -> bool:
    return experiment.status is not ExperimentStatus.RUNNING


def _arm(version_id: str, units: int, shares: dict[str, float]) -> ArmPerformance:
    given = {"error_rate": 0.02} | shares
    return ArmPerformance(
        version_id=version_id, units=units, metrics={name: _share(share, units) for name, share in given.items()}
    )


def _share(share: float, units: int) -> Summary:
    hits = float(round(share * units))
    return Summary(units=units, total=hits, squares=hits)
