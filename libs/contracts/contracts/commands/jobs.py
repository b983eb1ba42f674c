"""Where the commands about training jobs are declared; the trainer owns them."""

from typing import Annotated

from pydantic import Field

from contracts.api.job import Job, JobEvent, JobStatus, NewJob
from contracts.api.page import Page
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.service import Service


class StartTraining(Command[Job]):
    """Queue a job and answer at once; raises `UnknownTask`, `AlreadyRunning`, `InvalidInput`."""

    subject = "jobs.start"
    owner = Service.TRAINER

    job: NewJob


class GetJob(Command[Job]):
    """Give one job; raises `UnknownJob`."""

    subject = "jobs.get"
    owner = Service.TRAINER

    job_id: str


class ListJobs(Command[Page[Job]], Listing):
    """Give the jobs, newest first."""

    subject = "jobs.list"
    owner = Service.TRAINER

    task: str | None = None
    kind: str | None = None
    status: JobStatus | None = None
    reason: Annotated[str | None, Field(max_length=200, description="Words that the reason contains.")] = None


class ListJobEvents(Command[Page[JobEvent]]):
    """Give the lines of a job's story after the given number, oldest first; raises `UnknownJob`."""

    subject = "jobs.events"
    owner = Service.TRAINER

    job_id: str
    after: int = 0
    limit: int = 500


class CancelJob(Command[Job]):
    """Cancel a job; raises `UnknownJob`, `JobEnded`."""

    subject = "jobs.cancel"
    owner = Service.TRAINER

    job_id: str


class RetryJob(Command[Job]):
    """Queue a failed or cancelled job again; raises `UnknownJob`, `JobNotEnded`, `AlreadyRunning`."""

    subject = "jobs.retry"
    owner = Service.TRAINER

    job_id: str
