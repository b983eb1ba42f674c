"""Where recorded evidence of experiments is judged by other terms."""

import pytest

from chassis.service import Parts
from contracts.api.experiment import Experiment
from contracts.api.rollout import Replay, Terms
from contracts.api.version import Verdict
from contracts.commands.experiments import ReplayExperiment
from contracts.errors import UnknownExperiment
from tests.registry.experiments.contests import GOOD, perform, start, until, versions
from tests.registry.scene import tell


async def replay(parts: Parts, experiment_id: str, **terms: object) -> Replay:
    given = Terms.model_validate({"guardrails": []} | terms)
    return await tell(parts, ReplayExperiment(experiment_id=experiment_id, terms=given))


async def recorded(parts: Parts) -> Experiment:
    """Let an experiment see ever more units of a treatment that is a little better, and slower to fail."""
    champion, candidate = await versions(parts)
    experiment = await start(parts, champion, candidate, max_samples=100_000, alpha=0.0001)
    for units in (200, 1_000, 3_000, 6_000):
        await perform(parts, experiment, GOOD, {"accuracy": 0.84, "error_rate": 0.1}, units=units)
        await until(parts, experiment.id, lambda found, units=units: found.arms[0].n == units // 2)
    return experiment


async def test_other_terms_would_have_decided_otherwise_and_it_is_said_when(registry: Parts) -> None:
    experiment = await recorded(registry)

    bold = await replay(registry, experiment.id, alpha=0.05, max_samples=4_000)
    careful = await replay(registry, experiment.id, alpha=0.05, guardrails=["error_rate"], max_samples=2_000)
    strict = await replay(registry, experiment.id, min_samples=50_000)

    assert (bold.ends_with, bold.steps[-1].verdict) == (Verdict.SHIP, Verdict.SHIP)
    assert [step.verdict for step in bold.steps] == [Verdict.CONTINUE, Verdict.INCONCLUSIVE, Verdict.SHIP][
        :: 2 if len(bold.steps) == 2 else 1
    ]
    assert careful.ends_with is Verdict.ROLLBACK
    assert (strict.ends_with, len(strict.steps)) == (Verdict.CONTINUE, 1)


async def test_without_evidence_nothing_would_have_been_decided(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate)

    assert await replay(registry, experiment.id) == Replay(steps=(), ends_with=Verdict.CONTINUE)
    with pytest.raises(UnknownExperiment):
        await replay(registry, "nothing")


async def test_another_goal_can_be_tried(registry: Parts) -> None:
    experiment = await recorded(registry)

    found = await replay(registry, experiment.id, goal={"metric": "error_rate"})

    assert found.ends_with is Verdict.ROLLBACK
    assert "error_rate 0.1 against 0.02" in found.steps[-1].reasons[0]
