"""Where attempts go wrong: cancelled, too long, too much, crashed, lost."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import psutil
import pytest

from chassis.rpc.answering import Answering
from chassis.testing.databases import Maintenance
from chassis.testing.waiting import eventually
from contracts.api.job import Job, JobStatus
from contracts.commands.jobs import CancelJob
from contracts.events.training import TrainingCancelled, TrainingCompleted
from contracts.service import Service
from tests.trainer.processes import alive
from tests.trainer.stage import Stage, told_until_cancelled, trainer_on_stage
from trainer import attempts
from trainer.executors.outcomes import Cancelled, Stopped
from trainer.settings import Settings
from trainer.worker.workplace import Workplace

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ratchet-trainer' AND datname = $1
"""


def changed(settings: Settings, **others: object) -> Settings:
    return settings.model_copy(update=others)


async def spinning(stage: Stage) -> tuple[Job, int]:
    """Start an endless training; give the job and the process that trains."""
    await stage.create_task("endless")
    job = await stage.start()
    message = (await stage.running(job.id, "spinning")).message
    return job, int(message.split(",")[0].split()[1])


def lives(pid: int) -> bool:
    """Say whether a process runs; one that ended and that nobody asked about yet still has its number, but is dead."""
    try:
        return alive(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return False


async def dead(pid: int) -> bool:
    return not lives(pid)


async def test_a_cancelled_training_is_dead_at_the_next_beat_of_its_worker(stage: Stage) -> None:
    job, pid = await spinning(stage)

    asked = await stage.ask(CancelJob(job_id=job.id))
    cancelled = await stage.ended(job.id)

    assert told_until_cancelled(await stage.lines(job.id)) <= 2
    assert (asked.status, cancelled.status) == (JobStatus.CANCELLING, JobStatus.CANCELLED)
    assert not lives(pid)
    assert (await stage.said(TrainingCancelled)).job_id == job.id
    assert stage.scratch() == []


async def test_a_job_that_waits_for_its_examples_is_cancelled_at_the_next_beat_of_its_worker(stage: Stage) -> None:
    await stage.players[Service.FEEDBACK].stop()
    await stage.create_task("quick")
    job = await stage.start()
    await stage.job_that(job.id, lambda job: "feedback" in job.message)

    await stage.ask(CancelJob(job_id=job.id))
    cancelled = await stage.ended(job.id)

    assert told_until_cancelled(await stage.lines(job.id)) <= 2
    assert cancelled.status is JobStatus.CANCELLED
    assert stage.scratch() == []


async def test_a_queued_job_is_cancelled_at_once(settings: Settings) -> None:
    async with trainer_on_stage(changed(settings, workers=0)) as (_, stage):
        await stage.create_task("quick")
        job = await stage.start()

        cancelled = await stage.ask(CancelJob(job_id=job.id))

        assert cancelled.status is JobStatus.CANCELLED
        assert (await stage.said(TrainingCancelled)).job_id == job.id


async def test_a_training_that_takes_too_long_fails_with_the_limit(settings: Settings) -> None:
    async with trainer_on_stage(changed(settings, max_training_runtime_minutes=0.05)) as (place, stage):
        await stage.create_task("endless")

        failed = await stage.ended((await stage.start()).id)

        assert failed.error == "The training took longer than the 0.05 minutes that are allowed."
        assert not any(alive(child) for child in psutil.Process(place.forkserver.pid).children())


async def test_a_training_that_takes_too_much_memory_fails_with_the_limit(settings: Settings) -> None:
    async with trainer_on_stage(changed(settings, max_training_memory_mb=400)) as (_, stage):
        await stage.create_task("hungry")

        failed = await stage.ended((await stage.start()).id)

        assert failed.error == "The training needed more than the 400 MB of memory that are allowed."
        assert len(failed.attempts) == 1


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("crashing", "the training process was ended by SIGSEGV"), ("faulty", "ZeroDivisionError: one by none")],
)
async def test_a_training_that_breaks_is_tried_three_times(stage: Stage, kind: str, reason: str) -> None:
    await stage.create_task(kind)

    failed = await stage.ended((await stage.start()).id)

    assert failed.error == f"It failed 3 times; the last time: {reason}."
    assert [attempt.number for attempt in failed.attempts] == [1, 2, 3]
    assert failed.attempts[0].error == reason


async def test_a_training_whose_forkserver_is_killed_is_tried_again(stage: Stage, place: Workplace) -> None:
    job, pid = await spinning(stage)

    os.kill(place.forkserver.pid or 0, 9)
    await eventually(lambda: dead(pid))
    again = await stage.job_that(job.id, lambda job: len(job.attempts) == 2)

    assert again.attempts[0].error == "the training process was lost"


async def test_a_job_whose_worker_fell_silent_is_claimed_again(settings: Settings) -> None:
    async with trainer_on_stage(changed(settings, workers=0)) as (place, stage):
        database = place.parts.database
        await stage.create_task("quick")
        job = await stage.start()
        first = await attempts.claim(database, "one", 0.01)
        await asyncio.sleep(0.05)

        second = await attempts.claim(database, "two", 30)

        assert first is not None
        assert second is not None
        assert (second.id, second.attempt, second.failures) == (job.id, 2, 1)
        assert not await attempts.settle(database, first, Cancelled(), [])
        assert await attempts.beat(database, first, 30, []) is None
        assert (await stage.job(job.id)).attempts[0].error == "the worker fell silent"


async def test_a_job_whose_workers_fall_silent_three_times_fails(settings: Settings) -> None:
    async with trainer_on_stage(changed(settings, workers=0)) as (place, stage):
        await stage.create_task("quick")
        job = await stage.start()

        for _ in range(4):
            await attempts.claim(place.parts.database, "silent", 0.01)
            await asyncio.sleep(0.05)

        failed = await stage.job(job.id)
        assert (failed.status, failed.error) == (
            JobStatus.FAILED,
            "It failed 3 times; the last time: the worker fell silent.",
        )


async def test_a_job_that_is_cancelled_while_its_worker_is_lost_is_cancelled_by_the_next(settings: Settings) -> None:
    async with trainer_on_stage(changed(settings, workers=0)) as (place, stage):
        await stage.create_task("quick")
        job = await stage.start()
        await attempts.claim(place.parts.database, "silent", 0.01)
        await stage.ask(CancelJob(job_id=job.id))
        await asyncio.sleep(0.05)

        await attempts.claim(place.parts.database, "next", 30)

        assert (await stage.job(job.id)).status is JobStatus.CANCELLED


async def test_a_worker_that_stops_hands_its_job_back_without_counting_a_failure(settings: Settings) -> None:
    async with trainer_on_stage(changed(settings, workers=0)) as (place, stage):
        database = place.parts.database
        await stage.create_task("quick")
        await stage.start()
        first = await attempts.claim(database, "one", 30)
        assert first is not None

        await attempts.settle(database, first, Stopped(), [])
        second = await attempts.claim(database, "two", 30)

        assert second is not None
        assert (second.attempt, second.failures) == (2, 0)


async def test_a_trained_job_that_nobody_registers_fails(stage: Stage, place: Workplace) -> None:
    await stage.create_task("quick")
    job = await stage.start()
    await stage.said(TrainingCompleted)

    assert await attempts.fail_unregistered(place.parts.database, 15) == 0
    assert await attempts.fail_unregistered(place.parts.database, 0) == 1

    failed = await stage.job(job.id)
    assert (failed.status, failed.step) == (JobStatus.FAILED, "failed")


async def test_a_training_waits_for_the_feedback_service(stage: Stage) -> None:
    feedback: Answering = stage.players[Service.FEEDBACK]
    await feedback.stop()
    await stage.create_task("quick")
    job = await stage.start()
    waiting = await stage.job_that(job.id, lambda job: "feedback" in job.message)

    await feedback.start(stage.nats)
    made = await stage.said(TrainingCompleted)

    assert (waiting.step, made.job_id) == ("collecting", job.id)


async def test_a_training_survives_the_loss_of_every_database_connection(
    stage: Stage, maintenance: Maintenance, tmp_path: Path
) -> None:
    await stage.create_task("quick")
    job = await stage.start(parameters={"until": str(tmp_path / "go")})
    await stage.running(job.id, "learning")

    superuser = await asyncpg.connect(maintenance.url)
    for _ in range(5):
        await superuser.execute(CUT, urlsplit(stage.settings.database_url).path[1:])
        await asyncio.sleep(0.2)
    await superuser.close()
    (tmp_path / "go").touch()
    made = await stage.said(TrainingCompleted)

    assert (made.job_id, made.lineage["attempt"]) == (job.id, 1)


async def test_a_terminal_status_never_changes(stage: Stage, place: Workplace) -> None:
    await stage.create_task("endless")
    job = await stage.start()
    await stage.running(job.id, "spinning")
    backward = "UPDATE jobs SET status = $2 WHERE id = $1::uuid"

    with pytest.raises(asyncpg.RaiseError, match="cannot become queued"):
        async with place.parts.database.transaction("acme") as tx:
            await tx.execute(backward, job.id, "queued")
    await stage.ask(CancelJob(job_id=job.id))
    await stage.ended(job.id)

    for status in ("running", "succeeded", "failed", "queued", "cancelling"):
        with pytest.raises(asyncpg.RaiseError, match="is cancelled and cannot become"):
            async with place.parts.database.transaction("acme") as tx:
                await tx.execute(backward, job.id, status)


async def test_a_claimed_job_keeps_the_chain_of_events_it_belongs_to(settings: Settings) -> None:
    async with trainer_on_stage(changed(settings, workers=0)) as (place, stage):
        await stage.create_task("quick")
        await stage.start()

        claimed = await attempts.claim(place.parts.database, "one", 30)

        assert claimed is not None
        assert claimed.cause.actor == "ada"
        assert replace(claimed.cause, correlation_id="") != claimed.cause
