"""Where `ratchet resolve` and `ratchet predict` are."""

from pathlib import Path
from typing import Annotated

import typer

from contracts.errors import InvalidInput
from ratchet.cli import answers
from ratchet.cli.commands import alone
from ratchet.cli.lines import text
from ratchet.cli.output import record, show
from ratchet.cli.session import connected

Unit = Annotated[str | None, typer.Option(help="Who is answered; assignment is sticky.")]
_INPUT = "Texts; of a forecast series, of a search queries; rows as JSON: '{\"distance_km\": 812}'."
OfOneTask = Annotated[str, typer.Argument(help="Name of the task.")]


@alone
def resolve(task: OfOneTask, unit: Unit = None) -> None:
    """Show which version a unit gets, and why."""
    with connected() as client:
        found = client.routes.resolve(task, unit=unit)
    show(found, record(found))


@alone
def predict(
    task: OfOneTask,
    inputs: Annotated[list[str] | None, typer.Argument(metavar="INPUT…", help=_INPUT)] = None,
    file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="A file with an input a line.")] = None,
    unit: Unit = None,
) -> None:
    """Answer inputs with the version that serves; the answers are logged as inferences."""
    wanted = list(inputs or ()) + ([line for line in text(file).splitlines() if line.strip()] if file else [])
    if not wanted:
        raise InvalidInput("Nothing to answer: give an input, or a file with --file.")
    with connected() as client:
        kind = client.tasks.get(task).kind
        answered = client.predictions.predict(task, [answers.read(each, kind) for each in wanted], unit=unit)
    show(answered, answers.drawn(wanted, answered.predictions))
