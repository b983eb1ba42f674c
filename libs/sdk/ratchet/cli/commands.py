"""Where a function becomes a command: every one takes ``--json``, and tells what went wrong in a sentence."""

import errno
import inspect
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import wraps
from typing import Annotated, Any, TypeVar

import typer

from contracts.errors import DomainError
from ratchet.cli.output import answering, for_programs, margin

Command = TypeVar("Command", bound=Callable[..., None])
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on standard output.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="Items to show at most.")]
Cursor = Annotated[str | None, typer.Option(help="Go on after the page that named this cursor.")]
Revision = Annotated[int | None, typer.Option(help="Change nothing unless it still has this revision.", min=0)]
OfTask = Annotated[str | None, typer.Option("--task", help="Only of this task.")]


def group(about: str) -> typer.Typer:
    """Make a noun, whose commands are added to it."""
    return typer.Typer(help=about, no_args_is_help=True, add_completion=False)


def command(noun: typer.Typer, name: str | None = None) -> Callable[[Command], Command]:
    """Add a function to a noun (or to the top level) as a command."""

    def register(function: Command) -> Command:
        @wraps(function)
        def run(*, json: bool, **given: Any) -> None:  # noqa: ANN401 (typer has checked them)
            with answering(as_json=json or for_programs()), complaining():
                function(**given)

        _let_take_json(run, function)
        noun.command(name)(run)
        return function

    return register


def alone(function: Callable[..., None]) -> typer.Typer:
    """Make a command of the top level."""
    application = typer.Typer(add_completion=False)
    command(application)(function)
    return application


@contextmanager
def complaining() -> Generator[None]:
    """End the command with exit code 1 and a sentence where Ratchet refuses, or a file cannot be read or written."""
    try:
        yield
    except DomainError as refusal:
        complain(refusal)
        raise typer.Exit(1) from refusal
    except OSError as wrong:
        _complain_of_file(wrong)
        raise typer.Exit(1) from wrong


def complain(refusal: DomainError) -> None:
    """Say what was refused and which fields are to blame."""
    told = margin()
    soft_wrap = not told.is_terminal
    told.print(refusal.detail or type(refusal).__name__, style="red", markup=False, soft_wrap=soft_wrap)
    for wrong in refusal.errors:
        line = f"{wrong.field}: {wrong.reason}"
        if line not in refusal.detail and wrong.reason != refusal.detail:
            told.print(f"  {line}", markup=False, soft_wrap=soft_wrap)


def _complain_of_file(wrong: OSError) -> None:
    """Say which file cannot be read or written; nothing where nobody listens any more; raises what is about no file."""
    if wrong.filename is None and wrong.errno not in {errno.EPIPE, errno.ENOSPC, errno.EIO}:
        raise wrong
    if wrong.filename is None:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 (Python flushes it while it ends)
    if wrong.errno != errno.EPIPE:
        what = wrong.filename or "What was answered cannot be written"
        margin().print(f"{what}: {wrong.strerror}.", style="red", markup=False)


def _let_take_json(run: Callable[..., None], function: Callable[..., None]) -> None:
    signature = inspect.signature(function)
    keywords = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in signature.parameters.values()]
    json = inspect.Parameter("json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=AsJson)
    run.__annotations__ = {**function.__annotations__, "json": AsJson}
    vars(run)["__signature__"] = signature.replace(parameters=[*keywords, json])
