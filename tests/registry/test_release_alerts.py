"""Where it is tried that somebody is called when a rollout goes back by itself, or an experiment cannot be trusted."""

from chassis.service import Parts
from chassis.testing.waiting import eventually
from contracts.api.alert import Alert
from contracts.api.health import Severity
from contracts.commands.health import ListAlerts
from tests.registry.experiments import contests
from tests.registry.rollouts.ramps import FAILING, champion_and_candidate, perform, start
from tests.registry.scene import tell


async def test_a_rollout_that_goes_back_by_itself_calls_somebody_once(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id, interval_s=3_600)

    await perform(registry, rollout, FAILING)
    alert = await eventually(lambda: _first(registry))

    assert (alert.about, alert.version_id, alert.severity) == ("rollout", candidate.id, Severity.ALERT)
    assert alert.sentence.startswith("A rollout of 'tickets' was rolled back. Worse: ")


async def test_an_experiment_whose_units_arrive_unevenly_calls_somebody(registry: Parts) -> None:
    champion, candidate = await contests.versions(registry)
    experiment = await contests.start(registry, champion, candidate)
    lopsided = experiment.arms[0].model_copy(update={"weight": 0.3}), experiment.arms[1]

    await contests.perform(registry, experiment.model_copy(update={"arms": lopsided}), contests.GOOD, contests.BETTER)
    alert = await eventually(lambda: _first(registry))

    assert (alert.about, alert.severity) == ("experiment", Severity.WARNING)
    assert f"Experiment {experiment.id} cannot be trusted." in alert.sentence


async def _first(registry: Parts) -> Alert | None:
    found = (await tell(registry, ListAlerts(task="tickets"))).items
    return found[0] if found else None
