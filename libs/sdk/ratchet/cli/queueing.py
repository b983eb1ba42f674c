"""Where `ratchet examples` shows the review queue, shares it out, and tells what became of an example."""

from typing import Annotated, cast

import typer
from rich.table import Table

from contracts.api.example import ReviewVerdict
from contracts.api.page import Page
from contracts.api.review import Assigned, ExampleEdit, HistoryEntry, QueuedExample
from contracts.errors import InvalidInput
from ratchet.cli import reviewing, settings
from ratchet.cli.cells import cell
from ratchet.cli.commands import Cursor, Limit, Revision, command
from ratchet.cli.output import for_programs, hint_at_next, margin, record, show
from ratchet.cli.session import connected
from ratchet.wire.noun import filled

_MOST = 1000
_WHY_SKIPPED = "Skipped is what was settled before, is not there, or may not be reviewed by you."
Task = Annotated[str, typer.Option("--task", help="Name of the task.")]
ExampleId = Annotated[str, typer.Argument(metavar="EXAMPLE", help="Id of the example.")]
Ids = Annotated[list[str] | None, typer.Argument(metavar="EXAMPLE…", help="Ids of examples.")]


def add(app: typer.Typer) -> None:
    """Add the commands to `ratchet examples`."""
    for each in (review, correct, queue, claim, assign, release, edit, history):
        command(app)(each)


def review(
    ids: Ids = None,
    *,
    task: Annotated[str | None, typer.Option(help="Review what waits in this task, one after another.")] = None,
    reject: Annotated[bool, typer.Option("--reject", help="Reject them; otherwise they are approved.")] = False,
    note: Annotated[str | None, typer.Option(help="Why; kept with the examples.")] = None,
    all_of: Annotated[str | None, typer.Option(metavar="TASK", help="Up to 1,000 that wait for you there.")] = None,
) -> None:
    """Review examples: one after another with --task, or those that are named at once."""
    verdict = ReviewVerdict.REJECT if reject else ReviewVerdict.APPROVE
    with connected() as client:
        if task:
            done = reviewing.loop(client, task)
        else:
            chosen = list(ids or ())
            if all_of:
                chosen += [each.example.id for each in client.examples.queue(all_of, limit=_MOST).items]
            if not chosen:
                raise InvalidInput("Nothing to review: name examples, or a task with --task or --all-of.")
            done = client.examples.review_many(chosen, verdict=verdict, note=note)
    show(done, reviewing.summed(done))
    if done.skipped and not for_programs():
        margin().print(_WHY_SKIPPED, style="dim")


def correct(
    example: ExampleId,
    answer: Annotated[str, typer.Argument(help="The right answer; JSON, or a text.")],
    note: Annotated[str | None, typer.Option(help="Why; kept with the example.")] = None,
) -> None:
    """Approve an example with another answer."""
    given: object = settings.read([f"answer={answer}"])["answer"]
    said = cast("object", given) if isinstance(given, dict) else answer
    with connected() as client:
        found = client.examples.review(example, verdict=ReviewVerdict.APPROVE, expected_output=said, note=note)
    show(found, record(found))


def queue(task: Task, limit: Limit = 20) -> None:
    """List what you should review next: yours first, then what is disputed."""
    with connected() as client:
        page = client.examples.queue(task, limit=limit)
    show(page, _queued(page.items))


def claim(task: Task, limit: Limit = 10, minutes: Annotated[int, typer.Option(help="For how long.")] = 15) -> None:
    """Hold the next examples, so that nobody else is given them meanwhile."""
    with connected() as client:
        held = client.examples.claim(task=task, limit=limit, minutes=minutes)
    show(held, _queued(held.items))


def assign(
    ids: Ids = None,
    *,
    to: Annotated[list[str], typer.Option(help="Name of a reviewer; once for each.")],
    task: Annotated[str | None, typer.Option(help="Share out what waits in this task.")] = None,
    each: Annotated[int | None, typer.Option(help="People for each example, not as many as the policy asks.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Take one example from those who have it.")] = False,
) -> None:
    """Share pending examples out evenly among reviewers, or give one to somebody else."""
    chosen = tuple(ids or ())
    if bool(chosen) == bool(task):
        raise InvalidInput("Name either examples, or a task with --task.")
    with connected() as client:
        if replace:
            if len(chosen) != 1:
                raise InvalidInput("--replace takes one example.")
            done = client.examples.give(chosen[0], to=tuple(to), replace=True)
        else:
            done = client.examples.assign(task=task, ids=chosen or None, to=tuple(to), each=each)
    show(done, _assigned(done))


def release(
    ids: Ids = None,
    *,
    task: Annotated[str | None, typer.Option(help="All in this task.")] = None,
    person: Annotated[str | None, typer.Option(help="From whom; yourself, if not named.")] = None,
) -> None:
    """Give back what you, or somebody else, hold or were assigned."""
    with connected() as client:
        done = client.examples.release(task=task, ids=tuple(ids) if ids else None, person=person)
    show(done, f"Gave back {done.released:,}.")


def edit(
    example: ExampleId,
    change: Annotated[list[str], typer.Option("--set", help="A field, such as expected_output=billing.")],
    revision: Revision = None,
) -> None:
    """Change a pending example; reviews of the older text count no more."""
    with connected() as client:
        found = client.examples.edit(example, filled(ExampleEdit, **settings.read(change)), revision=revision)
    show(found, record(found))


def history(example: ExampleId, limit: Limit = 100, cursor: Cursor = None) -> None:
    """Tell what happened to an example, oldest first."""
    with connected() as client:
        page = client.examples.history(example, limit=limit, cursor=cursor)
    show(page, _told(page))
    hint_at_next(page)


def _queued(items: tuple[QueuedExample, ...]) -> Table:
    drawn = Table("id", "input", "should be", "quality", "reviews", "assigned to", "state")
    for each in items:
        example = each.example
        state = "disputed" if example.disputed else "held by you" if each.held_until else "waiting"
        reviews = f"{each.reviews} of {each.required}"
        values = (example.id, example.input, example.expected_output, example.quality, reviews, each.assigned_to, state)
        drawn.add_row(*map(cell, values))
    drawn.columns[0].no_wrap = True
    return drawn


def _assigned(done: Assigned) -> str:
    people = ", ".join(f"{name} {count:,}" for name, count in done.by.items()) or "nobody"
    short = f" {done.short:,} need more people than were named." if done.short else ""
    left = f" {done.left:,} or more are left; ask again." if done.left else ""
    return f"Shared out {done.examples:,} example{'' if done.examples == 1 else 's'}: {people}.{short}{left}"


def _told(page: Page[HistoryEntry]) -> Table:
    drawn = Table("at", "who", "what", "in words", "changes")
    for each in page.items:
        changes = tuple(f"{change.field}: {cell(change.before)} → {cell(change.after)}" for change in each.changes)
        words = f"{each.sentence} {each.note or ''}".strip()
        drawn.add_row(*map(cell, (each.at, each.by, each.what, words, changes)))
    drawn.columns[0].no_wrap = True
    return drawn
