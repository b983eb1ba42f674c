"""Where a job is followed from the question to the version."""

from pathlib import Path

import pytest

from chassis.testing import parts
from chassis.testing.waiting import eventually
from contracts.api.job import JobStatus
from contracts.commands.jobs import CancelJob, GetJob, ListJobs, RetryJob
from contracts.errors import AlreadyRunning, InvalidInput, JobEnded, JobNotEnded, UnknownJob, UnknownTask
from contracts.events.training import (
    TrainingCancelled,
    TrainingCompleted,
    TrainingFailed,
    TrainingQueued,
    TrainingRequested,
)
from tests.trainer.stage import PATIENCE_S, Stage, rows_of
from trainer.worker.workplace import Workplace

REQUESTED = TrainingRequested(task="tickets", decision_id="d", reason="1,000 new examples", auto_release=False)


async def test_a_job_goes_from_queued_through_registering_to_succeeded(stage: Stage) -> None:
    await stage.create_task("quick")

    job = await stage.start(parameters={"seed": 3}, reason="try it")
    made = await stage.said(TrainingCompleted)
    waiting = await stage.running(job.id, "registering")
    await stage.register(made)
    done = await stage.ended(job.id)

    assert (job.status, waiting.version_id) == (JobStatus.QUEUED, None)
    assert (done.status, done.version_id, done.progress) == (JobStatus.SUCCEEDED, made.version_id, 1)
    assert done.metrics == {"accuracy": 1.0}
    assert [attempt.number for attempt in done.attempts] == [1]
    assert (made.reason, made.auto_release, made.lineage["parameters"]) == ("try it", True, {"seed": 3})
    assert made.lineage["snapshot"] == done.snapshot["sha256"]
    assert stage.scratch() == []


async def test_a_version_that_is_not_promoted_at_once_is_told_to_be_a_candidate(stage: Stage) -> None:
    await stage.create_task("quick")

    job = await stage.start()
    await stage.register(await stage.said(TrainingCompleted), promoted=False)
    done = await stage.ended(job.id)

    assert done.message == "Version 1.0.0 was registered as a candidate. it beats the majority"


async def test_the_story_of_a_job_is_numbered_and_said_line_by_line(stage: Stage, tmp_path: Path) -> None:
    await stage.create_task("quick")

    job = await stage.start(parameters={"until": str(tmp_path / "go")})
    await eventually(lambda: goes_on(stage, job.id), within_s=PATIENCE_S)
    (tmp_path / "go").touch()
    await stage.register(await stage.said(TrainingCompleted))
    await stage.ended(job.id)
    story = await stage.lines(job.id)

    assert [line.number for line in story] == list(range(1, len(story) + 1))
    states = [line.content["status"] for line in story if line.kind == "state"]
    assert states == ["queued", "running", "succeeded"]
    assert [line.content for line in story if line.kind == "metric"] == [{"name": "loss", "value": 0.25, "step": 1}]
    progress = [line.content["progress"] for line in story if line.kind == "progress"]
    assert progress == sorted(progress)


async def goes_on(stage: Stage, job_id: str) -> bool:
    """Say whether it was told again and again for how long a step has been going on, though nothing new happens."""
    told = [line.content["message"] for line in await stage.lines(job_id) if line.kind == "progress"]
    return len([message for message in told if message.startswith("for ")]) >= 3


async def test_a_second_job_of_a_task_is_refused_and_the_running_one_named(stage: Stage) -> None:
    await stage.create_task("endless")
    job = await stage.start()

    with pytest.raises(AlreadyRunning) as refusal:
        await stage.start()

    assert refusal.value.facts == {"running_job_id": job.id}


async def test_a_policy_that_fires_queues_a_job_unless_one_is_under_way(stage: Stage) -> None:
    await stage.create_task("quick")
    await stage.say(REQUESTED)
    queued = await stage.said(TrainingQueued)
    await stage.say(REQUESTED)

    made = await stage.said(TrainingCompleted)
    listed = await stage.ask(ListJobs(task="tickets"))

    assert [job.id for job in listed.items] == [queued.job_id]
    assert (made.auto_release, made.reason) == (False, "1,000 new examples")


async def test_unknown_parameters_are_refused_by_name(stage: Stage) -> None:
    await stage.create_task("quick")

    with pytest.raises(InvalidInput) as refusal:
        await stage.start(parameters={"sed": 3, "seed": "x"})

    assert {each.field for each in refusal.value.errors} == {"parameters.sed", "parameters.seed"}


async def test_a_job_of_an_unknown_task_is_refused(stage: Stage) -> None:
    with pytest.raises(UnknownTask):
        await stage.start("nothing")


async def test_a_job_starts_from_the_parameters_of_its_task(stage: Stage) -> None:
    await stage.create_task("quick")
    stage.parameters = {"seed": 9, "seconds": 0.1}

    await stage.start(parameters={"seconds": 0})
    made = await stage.said(TrainingCompleted)

    assert made.lineage["parameters"] == {"seed": 9, "seconds": 0}


async def test_rows_that_cannot_be_trained_on_fail_the_job_with_their_sentence(stage: Stage) -> None:
    await stage.create_task("quick")
    stage.rows = rows_of(3)

    job = await stage.start()
    failed = await stage.ended(job.id)

    assert (failed.status, failed.error) == (JobStatus.FAILED, "The data has 3 rows; four are needed.")
    assert len(failed.attempts) == 1
    assert (await stage.said(TrainingFailed)).error == failed.error


async def test_a_failed_job_is_tried_again_as_a_new_job(stage: Stage) -> None:
    await stage.create_task("quick")
    stage.rows = rows_of(3)
    failed = await stage.ended((await stage.start(parameters={"seed": 5})).id)
    stage.rows = rows_of(8)

    again = await stage.ask(RetryJob(job_id=failed.id))
    made = await stage.said(TrainingCompleted)

    assert again.id == made.job_id != failed.id
    assert (again.parameters, again.reason) == ({"seed": 5}, f"retry of {failed.id}: {failed.reason}")
    assert (await stage.job(failed.id)).status is JobStatus.FAILED


async def test_a_job_that_goes_on_cannot_be_tried_again(stage: Stage) -> None:
    await stage.create_task("endless")
    job = await stage.start()

    with pytest.raises(JobNotEnded):
        await stage.ask(RetryJob(job_id=job.id))


async def test_a_trained_job_can_no_longer_be_cancelled(stage: Stage) -> None:
    await stage.create_task("quick")
    job = await stage.start()
    await stage.running(job.id, "registering")

    with pytest.raises(JobEnded, match="being registered"):
        await stage.ask(CancelJob(job_id=job.id))


async def test_a_registered_version_changes_no_job_that_has_ended(stage: Stage) -> None:
    await stage.create_task("endless")
    job = await stage.start()
    await stage.running(job.id, "spinning")
    await stage.ask(CancelJob(job_id=job.id))
    await stage.said(TrainingCancelled)

    made = TrainingCompleted.model_construct(task="tickets", job_id=job.id, version_id=job.id)
    await stage.register(made)
    await stage.create_task("quick", task="other")
    await stage.start("other")
    await stage.said(TrainingCompleted)

    assert (await stage.job(job.id)).status is JobStatus.CANCELLED


async def test_jobs_are_listed_newest_first_page_by_page(stage: Stage) -> None:
    tasks = ["one", "two", "three"]
    for task in tasks:
        await stage.create_task("endless", task=task)
        await stage.start(task)

    first = await stage.ask(ListJobs(limit=2))
    rest = await stage.ask(ListJobs(limit=2, cursor=first.next_cursor))

    assert [job.task for job in (*first.items, *rest.items)] == tasks[::-1]
    assert rest.next_cursor is None
    with pytest.raises(InvalidInput):
        await stage.ask(ListJobs(cursor="?"))


async def test_a_tenant_sees_none_of_anothers_jobs(stage: Stage, place: Workplace) -> None:
    await stage.create_task("endless")
    job = await stage.start()
    other = parts.caller(tenant="other")

    for question in (GetJob(job_id=job.id), CancelJob(job_id=job.id), GetJob(job_id="?")):
        with pytest.raises(UnknownJob):
            await stage.ask(question, other)

    assert (await stage.ask(ListJobs(), other)).items == ()
    async with place.parts.database.transaction("other") as tx:
        assert await tx.fetchval("SELECT count(*) FROM job_events") == 0
