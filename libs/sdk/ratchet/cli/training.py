"""Where `ratchet train` is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from contracts.api.job import Job, JobStatus
from contracts.errors import DomainError, InvalidInput
from ratchet.cli import files, kinds, progress, schedules, settings
from ratchet.cli.commands import Cursor, Limit, OfTask, command, group
from ratchet.cli.output import console, for_programs, hint_at_next, margin, record, show, show_line, show_page, table
from ratchet.cli.past import Past
from ratchet.cli.session import connected
from ratchet.wire.files import readable

if TYPE_CHECKING:
    from ratchet.client import Client

app = group("Trainings: start them, watch them, stop them.")
app.add_typer(schedules.app, name="schedule")
kinds.add_to(app)
JobId = Annotated[str, typer.Argument(metavar="JOB", help="Id of the job.")]
WithStatus = Annotated[JobStatus | None, typer.Option("--status", help="Only with this status.")]
COLUMNS = ("id", "task", "status", "queued_at", "progress", "reason", "requested_by", "step")
TaskAndDataset = Annotated[
    list[str],
    typer.Argument(
        metavar="TASK [DATASET]",
        help="Name of the task; and the id of a dataset, or a file to upload first. Without one: the newest ones.",
    ),
]
Watch = Annotated[bool, typer.Option("--watch", help="Stay until the job has ended.")]


@command(app)
def start(
    of: TaskAndDataset,
    *,
    param: Annotated[list[str] | None, typer.Option(help="Training parameter, name=value.")] = None,
    reason: Annotated[str, typer.Option(help="Why; kept with the job.")] = "asked for by an admin",
    release: Annotated[bool, typer.Option(help="Release the version if it passes the gate.")] = True,
    watch: Watch = False,
) -> None:
    """Start a training from a dataset, or from the task's newest ones and its approved examples."""
    task, *datasets = of
    if len(datasets) > 1:
        raise InvalidInput("One dataset at most; a training takes the newest of every other table by itself.")
    with connected() as client:
        job = client.training.start(
            task=task,
            dataset_id=_dataset(client, task, datasets[0]) if datasets else None,
            parameters=settings.read(param or ()),
            reason=reason,
            auto_release=release,
        )
        _show_or_watch(client, job, watch=watch)


@command(app)
def status(
    job: Annotated[str | None, typer.Argument(metavar="JOB", help="Id of one job; without it, the newest.")] = None,
    *,
    task: OfTask = None,
    state: WithStatus = None,
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
    show_page(page, *COLUMNS)


@command(app)
def find(
    reason: Annotated[str | None, typer.Argument(metavar="WORDS", help="Words of the reason.")] = None,
    *,
    kind: Annotated[str | None, typer.Option(help="Only of tasks of this kind.")] = None,
    state: WithStatus = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """Find trainings of all tasks by why they were asked for, the kind of their task, and their status."""
    with connected() as client:
        page = client.training.list(reason=reason, kind=kind, status=state, limit=limit, cursor=cursor)
    show_page(page, "id", "status", "reason", "task", "queued_at", "requested_by")


@command(app)
def history(
    task: Annotated[str, typer.Argument(help="Name of the task.")], limit: Limit = 20, cursor: Cursor = None
) -> None:
    """Show all trainings of a task: when, why, who, how long, in how many attempts, and what came of them."""
    with connected() as client:
        page = client.training.list(task=task, limit=limit, cursor=cursor)
    past = [Past.of(job) for job in page.items]
    show(page, table(past, "queued_at", "status", "took", "metrics", "error", "reason", "who", "attempts"))
    hint_at_next(page)


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


def _dataset(client: "Client", task: str, given: str) -> str:
    """Give the id of a dataset; what is the name of a file is uploaded."""
    if _is_id(given):
        return given
    made = files.upload(client, readable(given), task)
    if not for_programs():
        margin().print(f"Uploaded {made.name}: {made.rows:,} rows, {made.refused_rows:,} refused.", style="dim")
    return made.id


def _is_id(given: str) -> bool:
    try:
        return bool(UUID(given)) and not Path(given).exists()
    except ValueError:
        return False


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
