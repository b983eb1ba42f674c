"""Where trainings are carried out on a real Dask cluster: a scheduler and two worker processes."""

from typing import Any

import pytest

from chassis.testing.waiting import eventually
from contracts.api.job import JobStatus
from contracts.commands.jobs import CancelJob
from contracts.events.training import TrainingCompleted
from tests.trainer.executors.clusters import RunningCluster
from tests.trainer.stage import Stage, told_until_cancelled, trainer_on_stage
from trainer.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dask")]


async def test_a_job_is_trained_on_the_cluster_with_its_progress_told(stage: Stage, cluster: RunningCluster) -> None:
    await stage.create_task("quick")

    job = await stage.start(parameters={"seconds": 2})
    made: TrainingCompleted = await stage.said(TrainingCompleted)
    told = await stage.lines(job.id)

    assert "learning" in [line.content["step"] for line in told if line.kind == "progress"]
    assert [line.content["value"] for line in told if line.kind == "metric"] == [0.25]
    assert (made.job_id, made.lineage["attempt"]) == (job.id, 1)
    assert stage.scratch() == []
    assert await eventually(lambda: cluster.counts(0))


async def test_a_job_that_is_cancelled_ends_on_the_cluster_at_the_next_beat_of_its_worker(
    stage: Stage, cluster: RunningCluster
) -> None:
    await stage.create_task("endless")
    job = await stage.start()
    await stage.running(job.id, "spinning")
    training = cluster.children()

    await stage.ask(CancelJob(job_id=job.id))
    cancelled = await stage.ended(job.id)

    assert told_until_cancelled(await stage.lines(job.id)) <= 2
    assert cancelled.status is JobStatus.CANCELLED
    assert len(training) == 1
    assert await eventually(lambda: cluster.counts(0))
    assert stage.scratch() == []


async def test_something_is_told_again_and_again_while_the_cluster_works(stage: Stage) -> None:
    await stage.create_task("endless")
    job = await stage.start()
    await stage.running(job.id, "spinning")
    before = len(await stage.lines(job.id))

    async def goes_on() -> bool:
        return len(await stage.lines(job.id)) >= before + 3

    assert await eventually(goes_on)
    await stage.ask(CancelJob(job_id=job.id))
    await stage.ended(job.id)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("crashing", "the training process was ended by SIGSEGV"), ("faulty", "ZeroDivisionError: one by none")],
)
async def test_a_training_that_breaks_on_the_cluster_is_tried_three_times(stage: Stage, kind: str, reason: str) -> None:
    await stage.create_task(kind)

    failed = await stage.ended((await stage.start()).id)

    assert failed.error == f"It failed 3 times; the last time: {reason}."
    assert [attempt.error for attempt in failed.attempts] == [reason] * 3


@pytest.mark.parametrize(
    ("kind", "limit", "error"),
    [
        ("hungry", {"max_training_memory_mb": 500}, "needed more than the 500 MB of memory that are allowed."),
        ("endless", {"max_training_runtime_minutes": 0.1}, "took longer than the 0.1 minutes that are allowed."),
    ],
)
async def test_the_limits_of_memory_and_time_hold_on_the_cluster(
    dask: Settings, cluster: RunningCluster, kind: str, limit: dict[str, Any], error: str
) -> None:
    async with trainer_on_stage(dask.model_copy(update=limit)) as (_, stage):
        await stage.create_task(kind)

        failed = await stage.ended((await stage.start()).id)

    assert failed.error == f"The training {error}"
    assert await eventually(lambda: cluster.counts(0))


async def test_a_job_whose_dask_worker_is_lost_is_attempted_again(stage: Stage, cluster: RunningCluster) -> None:
    await stage.create_task("endless")
    job = await stage.start()
    await stage.running(job.id, "spinning")
    victim = next(worker for worker in cluster.workers() if any(child.children() for child in worker.children()))

    victim.kill()
    again = await stage.job_that(job.id, lambda job: len(job.attempts) == 2 and job.step == "spinning")
    await stage.ask(CancelJob(job_id=job.id))
    await stage.ended(job.id)

    assert "the cluster's worker tcp://127.0.0.1" in (again.attempts[0].error or "")
    await eventually(lambda: cluster.counts(0))
