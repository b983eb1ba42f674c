"""Where whole trainer processes are killed while they train, and nothing is left behind or lost."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import pytest

from chassis import database
from chassis.testing.waiting import eventually
from contracts.api.job import JobStatus
from contracts.commands.jobs import CancelJob
from contracts.service import Service
from tests.trainer import stage as stages
from tests.trainer.processes import Start, all_dead, is_warm, started
from tests.trainer.stage import PATIENCE_S, Stage, told_until_cancelled
from trainer.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Give settings with which the job of a worker that was killed is soon another's."""
    return settings.model_copy(update={"lease_seconds": 2})


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Give a function that starts a trainer process; all are killed at the end."""
    with ExitStack() as stack:
        yield lambda *arguments, **others: stack.enter_context(started(settings, *arguments, **others))


@pytest.fixture
async def stage(settings: Settings, start: Start) -> AsyncIterator[Stage]:
    """Give the stage of a trainer that answers but does not train."""
    start(workers=0)
    connected = await database.connect(settings.database_url, service=Service.TRAINER)
    async with stages.stage(settings, connected) as made:
        await eventually(lambda: is_warm(made), within_s=PATIENCE_S)
        yield made
    await connected.close()


async def test_a_killed_workers_job_is_picked_up_by_another_and_its_children_die(stage: Stage, start: Start) -> None:
    worker = start("work")
    await stage.create_task("endless")
    job = await stage.start()
    await stage.running(job.id, "spinning")
    family = worker.children(recursive=True)

    worker.kill()
    await eventually(lambda: all_dead(family))
    other = start("work")
    again = await stage.job_that(job.id, lambda job: len(job.attempts) == 2 and job.step == "spinning")

    assert len(family) >= 2
    assert again.attempts[0].error == "the worker fell silent"
    assert again.attempts[1].worker.split("/")[1] == str(other.pid)
    assert stage.scratch() == []


async def test_a_job_is_cancelled_by_the_next_beat_of_a_worker_in_another_process(stage: Stage, start: Start) -> None:
    worker = start("work")
    await stage.create_task("endless")
    job = await stage.start()
    await stage.running(job.id, "spinning")

    await stage.ask(CancelJob(job_id=job.id))
    cancelled = await stage.ended(job.id)

    assert told_until_cancelled(await stage.lines(job.id)) <= 2
    assert cancelled.status is JobStatus.CANCELLED
    assert len(worker.children(recursive=True)) == 1
    assert stage.scratch() == []


async def test_a_worker_that_is_told_to_stop_leaves_its_job_to_another_at_once(stage: Stage, start: Start) -> None:
    worker = start("work")
    await stage.create_task("endless")
    job = await stage.start()
    await stage.running(job.id, "spinning")
    family = [worker, *worker.children(recursive=True)]

    worker.terminate()
    await eventually(lambda: all_dead(family))
    left = await stage.job(job.id)

    assert left.status is JobStatus.RUNNING
    assert left.attempts[0].error == "the worker was stopped"
    assert stage.scratch() == []
