"""Where trainers and whole clusters are lost: no work is left behind, and the job goes on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chassis import database
from chassis.testing.waiting import eventually
from contracts.api.job import JobStatus
from contracts.commands.jobs import CancelJob
from contracts.service import Service
from tests.trainer import stage as stages
from tests.trainer.executors import clusters
from tests.trainer.executors.clusters import RunningCluster
from tests.trainer.installing import install_kinds
from tests.trainer.processes import all_dead, is_warm, started
from tests.trainer.stage import PATIENCE_S, Stage, trainer_on_stage
from trainer.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dask")]


@pytest.fixture
def dask(dask: Settings) -> Settings:
    """Give settings with which the job of a worker that was killed is soon another's."""
    return dask.model_copy(update={"lease_seconds": 2})


@pytest.fixture
async def stage(dask: Settings) -> AsyncIterator[Stage]:
    """Give the stage of a trainer that answers but does not train."""
    connected = await database.connect(dask.database_url, service=Service.TRAINER)
    with started(dask, workers=0):
        async with stages.stage(dask, connected) as made:
            await eventually(lambda: is_warm(made), within_s=PATIENCE_S)
            yield made
    await connected.close()


async def test_a_trainer_that_is_killed_leaves_no_work_on_the_cluster(
    stage: Stage, dask: Settings, cluster: RunningCluster
) -> None:
    await stage.create_task("spreading")
    job = await stage.start(parameters={"seconds": 600})
    with started(dask, "work") as worker:
        await eventually(lambda: cluster.counts(3), within_s=PATIENCE_S)

        worker.kill()
        await eventually(lambda: cluster.counts(0))

    with started(dask, "work"):
        again = await stage.job_that(job.id, lambda job: len(job.attempts) == 2 and job.step == "spreading")
        await stage.ask(CancelJob(job_id=job.id))
        await stage.ended(job.id)
    assert again.attempts[0].error == "the worker fell silent"
    assert stage.scratch() == []


async def test_a_job_outlives_its_cluster(settings: Settings, tmp_path: Path) -> None:
    path = install_kinds(tmp_path / "other")
    with clusters.running(tmp_path, path) as doomed:
        doomed.warm()
        others = {"trainer_executor": "dask", "dask_scheduler": doomed.address}
        async with trainer_on_stage(settings.model_copy(update=others)) as (place, stage):
            await stage.create_task("endless")
            job = await stage.start()
            await stage.running(job.id, "spinning")
            children = doomed.children()

            doomed.scheduler.kill()
            lost = await stage.job_that(job.id, lambda job: len(job.attempts) == 2)
            await eventually(lambda: all_dead(children), within_s=PATIENCE_S)
            problem = await place.executor.problem()
            await stage.ask(CancelJob(job_id=job.id))
            cancelled = await stage.ended(job.id)

    assert lost.attempts[0].error == "the connection to the Dask scheduler was lost"
    assert "cannot be reached" in problem
    assert cancelled.status is JobStatus.CANCELLED
