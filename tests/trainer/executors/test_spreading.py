"""Where like work of one job is spread over the workers of a Dask cluster."""

from pathlib import Path

import pytest

from chassis.testing.waiting import eventually
from contracts.api.job import Job, JobStatus
from contracts.commands.jobs import CancelJob
from contracts.events.training import TrainingCompleted
from tests.trainer.executors.clusters import RunningCluster
from tests.trainer.stage import PATIENCE_S, Stage, told_until_cancelled

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dask")]

LOST = "PartLost: a part of the training was lost"


async def trained(stage: Stage, job: Job) -> Job:
    return await stage.job_that(job.id, lambda job: job.step == "registering" or job.status.ended)


async def test_a_job_spreads_its_parts_over_both_workers(stage: Stage, cluster: RunningCluster, tmp_path: Path) -> None:
    await stage.create_task("spreading")
    (tmp_path / "met").mkdir()

    job = await stage.start(parameters={"meet": str(tmp_path / "met"), "seconds": 0.5, "parts": 6})
    made: TrainingCompleted = await stage.said(TrainingCompleted)
    told = [line.content["message"] for line in await stage.lines(job.id) if line.kind == "progress"]

    assert (made.metrics["workers"], made.metrics["processes"]) == (2, 6)
    assert any("of 6 parts" in message for message in told)
    assert await eventually(lambda: cluster.counts(0))


async def test_more_jobs_that_spread_than_workers_do_not_wait_for_one_another(stage: Stage) -> None:
    for number in range(4):
        await stage.create_task("spreading", task=f"task-{number}")

    jobs = [await stage.start(f"task-{number}", parameters={"seconds": 0.3}) for number in range(4)]
    ended = [await trained(stage, job) for job in jobs]

    assert [job.error for job in ended] == [None] * 4


@pytest.mark.parametrize("parts", [2, 3, 6])
async def test_parts_do_not_wait_behind_a_long_job_of_another_task(stage: Stage, parts: int) -> None:
    await stage.create_task("endless", task="long")
    await stage.create_task("spreading")
    long = await stage.start("long")
    await stage.running(long.id, "spinning")

    job = await trained(stage, await stage.start(parameters={"seconds": 0.3, "parts": parts}))
    await stage.ask(CancelJob(job_id=long.id))
    await stage.ended(long.id)

    assert (job.error, job.metrics["processes"]) == (None, parts)


async def test_the_parts_of_a_cancelled_job_end_with_it(stage: Stage, cluster: RunningCluster) -> None:
    await stage.create_task("spreading")
    job = await stage.start(parameters={"seconds": 600})
    await eventually(lambda: cluster.counts(3), within_s=PATIENCE_S)

    await stage.ask(CancelJob(job_id=job.id))
    cancelled = await stage.ended(job.id)

    assert told_until_cancelled(await stage.lines(job.id)) <= 2
    assert cancelled.status is JobStatus.CANCELLED
    await eventually(lambda: cluster.counts(0))


@pytest.mark.parametrize(
    ("seconds", "error"),
    [
        (-1, "Time does not run backwards."),
        (
            2000,
            f"It failed 3 times; the last time: {LOST}: the training process was ended by SIGSEGV.",
        ),
    ],
)
async def test_a_part_that_cannot_be_done_fails_the_job_with_its_reason(
    stage: Stage, seconds: float, error: str
) -> None:
    await stage.create_task("spreading")

    failed = await stage.ended((await stage.start(parameters={"seconds": seconds})).id)

    assert failed.error == error


async def test_a_part_whose_worker_is_lost_is_done_by_another(
    stage: Stage, cluster: RunningCluster, tmp_path: Path
) -> None:
    await stage.create_task("spreading")
    job = await stage.start(parameters={"until": str(tmp_path / "go"), "parts": 4})
    running = await stage.job_that(job.id, lambda job: job.step == "spreading")
    home = _worker_of(cluster, int(running.message.split()[1].rstrip(",")))
    other = next(worker for worker in cluster.workers() if worker.pid != home)
    await eventually(lambda: cluster.counts(3), within_s=PATIENCE_S)

    other.kill()
    (tmp_path / "go").touch()
    made: TrainingCompleted = await stage.said(TrainingCompleted)

    assert (made.job_id, made.lineage["attempt"]) == (job.id, 1)


def _worker_of(cluster: RunningCluster, child: int) -> int:
    """Give the Dask worker that a training's process was forked for."""
    return next(
        worker.pid for worker in cluster.workers() if child in {each.pid for each in worker.children(recursive=True)}
    )
