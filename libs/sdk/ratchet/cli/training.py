"""Where `ratchet train` is."""

from typing import TYPE_CHECKING, Annotated

import typer

from contracts.api.job import Job, JobStatus
from contracts.errors import DomainError
from ratchet.cli import kinds, progress, schedules, settings
from ratchet.cli.commands import Cursor, Limit, OfTask, command, group
from ratchet.cli.output import console, for_programs, record, show, show_line, show_page
from ratchet.cli.session import connected

if TYPE_CHECKING:
    from ratchet.client import Client

app = group("Trainings: start them, watch them, stop them.")
app.add_typer(schedules.app, name="schedule")
kinds.add_to(app)
JobId = Annotated[str, typer.Argument(metavar="JOB", help="Id of the job.")]
Watch = Annotated[bool, typer.Option("--watch", help="Stay until the job has ended.")]


@command(app)
def start(
    task: Annotated[str, typer.Argument(help="Name of the task.")],
    *,
    param: Annotated[list[str] | None, typer.Option(help="Training parameter, name=value.")] = None,
    reason: Annotated[str, typer.Option(help="Why; kept with the job.")] = "asked for by an admin",
    release: Annotated[bool, typer.Option(help="Promote the version at once if it passes the gate.")] = True,
    watch: Watch = False,
) -> None:
    """Start a training from the approved examples of a task."""
    with connected() as client:
        job = client.training.start(
            task=task, parameters=settings.read(param or ()), reason=reason, auto_release=release
        )
        _show_or_watch(client, job, watch=watch)


@command(app)
def status(
    job: Annotated[str | None, typer.Argument(metavar="JOB", help="Id of one job; without it, the newest.")] = None,
    task: OfTask = None,
    state: Annotated[JobStatus | None, typer.Option("--status", help="Only with this status.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """Show one job, or list the newest."""
    with connected() as client:
        if job:
            found = client.training.get(job)
            show(found, record(found))
            return
        page = client.training.list(task=task, status=state, limit=limit, cursor=cursor)
    show_page(page, "id", "task", "status", "progress", "step", "reason", "requested_by", "queued_at")


@command(app)
def cancel(job: JobId) -> None:
    """Cancel a job."""
    with connected() as client:
        found = client.training.cancel(job)
    show(found, f"Job {found.id} is {found.status}.")


@command(app)
def retry(job: JobId, *, watch: Watch = False) -> None:
    """Queue a failed or cancelled job again."""
    with connected() as client:
        _show_or_watch(client, client.training.retry(job), watch=watch)


@command(app)
def watch(job: JobId) -> None:
    """Follow a job from its first line to its end."""
    with connected() as client:
        _show_or_watch(client, client.training.get(job), watch=True)


def _show_or_watch(client: "Client", job: Job, *, watch: bool) -> None:
    if not watch:
        show(job, f"Job {job.id} is {job.status}. Follow it with: ratchet train watch {job.id}")
        return
    if for_programs():
        for line in client.training.events(job.id):
            show_line(line, "")
    else:
        progress.follow(client.training.events(job.id), console())
    ended = client.training.get(job.id)
    if not for_programs():
        show(ended, record(ended, "lineage", "snapshot", "attempts", "parameters"))
    if ended.status is not JobStatus.SUCCEEDED:
        raise JobWithoutVersion(ended.error or f"The job is {ended.status}.")


class JobWithoutVersion(DomainError):
    """The job ended without a version."""
