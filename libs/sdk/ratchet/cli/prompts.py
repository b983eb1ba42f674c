"""Where `ratchet prompt` is."""

from pathlib import Path
from typing import Annotated, TypeVar

import typer

from contracts.api.prompt import Draft, Prompt, PromptEntry
from contracts.api.version import Bump
from contracts.errors import InvalidInput
from ratchet.cli import changes, editing, lines
from ratchet.cli.commands import Cursor, Limit, command, group
from ratchet.cli.output import console, for_programs, hint_at_next, record, show, table
from ratchet.cli.session import connected

app = group("Prompts: versions of chat tasks as the texts that they are.")
OfOneTask = Annotated[str, typer.Argument(help="Name of the task.")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="Number of the prompt.")]
DraftId = Annotated[str, typer.Argument(metavar="DRAFT", help="Id of the draft.")]
Note = Annotated[str | None, typer.Option(help="What was changed, why.")]
File = Annotated[Path | None, typer.Argument(help="File with the text; - reads input.")]
Words = Annotated[str | None, typer.Option("--text", help="The text itself, instead of a file.")]
Raise = Annotated[Bump, typer.Option(help="Which number of the label grows.")]
Written = TypeVar("Written", PromptEntry, Draft)
_COLUMNS = ("number", "label", "status", "weight", "conversations", "success", "characters", "note", "beginning")
_DRAFTS = ("id", "revision", "characters", "note", "changed_by", "changed_at", "beginning")
_BEGINNING = 60


@command(app, "list")
def list_(task: OfOneTask, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List the prompts of a task with the share of units, the conversations and the success of each."""
    with connected() as client:
        page = client.prompts.list(task, limit=limit, cursor=cursor)
    show(page, table([_short(prompt) for prompt in page.items], *_COLUMNS))
    hint_at_next(page)


@command(app, "show")
def show_(
    task: OfOneTask,
    number: Annotated[int | None, typer.Argument(help="Number of the prompt; without it, the one that serves.")] = None,
    *,
    unit: Annotated[str | None, typer.Option(help="For whom; the same unit gets the same prompt of one route.")] = None,
    only_text: Annotated[bool, typer.Option("--only-text", help="Print the text and nothing else.")] = False,
) -> None:
    """Show one prompt, or the one that a unit gets now."""
    with connected() as client:
        prompt = client.prompts.active(task, unit=unit) if number is None else client.prompts.get(task, number)
    if for_programs():
        show(prompt, "")
        return
    if not only_text:
        console().print(record(prompt, "text", "beginning"))
        console().print()
    console().print(prompt.text, markup=False, soft_wrap=True, end="" if prompt.text.endswith("\n") else "\n")


@command(app)
def draft(task: OfOneTask, file: File = None, text: Words = None, note: Note = None) -> None:
    """Keep a text as a draft that can be edited before it is published."""
    with connected() as client:
        _show_draft(client.prompts.draft(task, _given(file, text), note=note or ""))


@command(app)
def drafts(task: OfOneTask, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List the drafts of a task."""
    with connected() as client:
        page = client.prompts.drafts(task, limit=limit, cursor=cursor)
    show(page, table([_short(draft) for draft in page.items], *_DRAFTS))
    hint_at_next(page)


@command(app)
def edit(task: OfOneTask, draft_id: DraftId, file: File = None, text: Words = None, note: Note = None) -> None:
    """Change a draft: with a file or a text, or else in an editor; refused if somebody else changed it meanwhile."""
    with connected() as client:
        found = client.prompts.get_draft(task, draft_id)
        if file or text is not None:
            written = _given(file, text)
        else:
            written = editing.changed(found.text or "") if note is None else None
        changed = client.prompts.change_draft(task, draft_id, text=written, note=note, revision=found.revision)
    _show_draft(changed)


@command(app)
def discard(task: OfOneTask, draft_id: DraftId) -> None:
    """Take a draft away."""
    with connected() as client:
        found = client.prompts.get_draft(task, draft_id)
        client.prompts.delete_draft(task, draft_id, revision=found.revision)
    show(found, f"Draft {draft_id} of task {task} is gone.")


@command(app)
def publish(
    task: OfOneTask,
    file: File = None,
    draft: Annotated[str | None, typer.Option("--draft", help="Id of a draft, instead of a file.")] = None,
    note: Note = None,
    bump: Raise = Bump.MINOR,
) -> None:
    """Make a text, or a draft, the next version; nothing serves it yet."""
    with connected() as client:
        if draft:
            _show_prompt(client.prompts.publish_draft(task, draft, note=note, bump=bump))
        else:
            _show_prompt(client.prompts.publish(task, _given(file, None), note=note or "", bump=bump))


@command(app)
def diff(task: OfOneTask, before: Number, after: Number) -> None:
    """Show how one prompt differs from another, word by word."""
    with connected() as client:
        found = client.prompts.diff(task, before, after)
    show(found, changes.drawn(found))


@command(app)
def activate(
    task: OfOneTask,
    number: Number,
    reason: Annotated[str, typer.Option(help="Why; kept in the ledger.")] = "activated by an admin",
) -> None:
    """Serve a prompt to all units at once; `ratchet rollout` does it in steps."""
    with connected() as client:
        route = client.prompts.activate(task, number, reason=reason)
    show(route, record(route, "salt"))


def _given(file: Path | None, text: str | None) -> str:
    if (file is None) == (text is None):
        raise InvalidInput("Name a file with the text (- reads input), or give the text or a draft itself.")
    return lines.text(file) if file else text or ""


def _short(written: Written) -> Written:
    beginning = " ".join(written.beginning.split())
    cut = beginning if len(beginning) <= _BEGINNING else f"{beginning[:_BEGINNING]}…"
    return written.model_copy(update={"beginning": cut})


def _show_draft(draft: Draft) -> None:
    show(draft, record(draft, "text", "beginning"))


def _show_prompt(prompt: Prompt) -> None:
    show(prompt, record(prompt, "text", "beginning", "conversations", "success"))
