"""Where whole trainer processes are killed while they train, and nothing is left behind or lost."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager

import psutil
import pytest

from chassis import database
from chassis.testing.waiting import eventually
from contracts.api.job import JobStatus
from contracts.commands.jobs import CancelJob, ListJobs
from contracts.errors import TooSlow, Unavailable
from contracts.service import Service
from tests.trainer import stage as stages
from tests.trainer.stage import Stage
from trainer.settings import Settings

Start = Callable[..., psutil.Process]


@contextmanager
def started(settings: Settings, *arguments: str, workers: int = 1) -> Iterator[psutil.Process]:
    """Run a trainer in a process of its own."""
    environment = {
        "RATCHET_DATABASE_URL": settings.database_url,
        "RATCHET_NATS_URL": settings.nats_url,
        "RATCHET_ARTIFACTS_URL": settings.artifacts_url,
        "RATCHET_LEASE_SECONDS": str(settings.lease_seconds),
        "RATCHET_LOG_LEVEL": "warning",
        "RATCHET_WORKERS": str(workers),
    }
    command = [sys.executable, "-m", "trainer", *arguments]
    with subprocess.Popen(command, env=os.environ | environment) as running:
        try:
            yield psutil.Process(running.pid)
        finally:
            running.kill()


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
        await eventually(lambda: _answers(made), within_s=20)
        yield made
    await connected.close()


async def test_a_killed_workers_job_is_picked_up_by_another_and_its_children_die(stage: Stage, start: Start) -> None:
    worker = start("work")
    await stage.create_task("endless")
    job = await stage.start()
    await stage.running(job.id, "spinning")
    family = worker.children(recursive=True)

    worker.kill()
    await eventually(lambda: _all_dead(family), within_s=2)
    other = start("work")
    again = await stage.job_that(job.id, lambda job: len(job.attempts) == 2 and job.step == "spinning", within_s=30)

    assert len(family) >= 2
    assert again.attempts[0].error == "the worker fell silent"
    assert again.attempts[1].worker.split("/")[1] == str(other.pid)
    assert stage.scratch() == []


async def test_a_job_is_cancelled_within_two_seconds_by_a_worker_in_another_process(stage: Stage, start: Start) -> None:
    worker = start("work")
    await stage.create_task("endless")
    job = await stage.start()
    await stage.running(job.id, "spinning")

    await stage.ask(CancelJob(job_id=job.id))
    cancelled = await stage.job_that(job.id, lambda job: job.status.ended, within_s=2)

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
    await eventually(lambda: _all_dead(family), within_s=5)
    left = await stage.job(job.id)

    assert left.status is JobStatus.RUNNING
    assert left.attempts[0].error == "the worker was stopped"
    assert stage.scratch() == []


async def _answers(stage: Stage) -> bool:
    try:
        await stage.ask(ListJobs())
    except (Unavailable, TooSlow):
        return False
    return True


async def _all_dead(family: list[psutil.Process]) -> bool:
    return not any(member.is_running() and member.status() != psutil.STATUS_ZOMBIE for member in family)
