"""Where `ratchet resolve` and `ratchet predict` are."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from contracts.errors import InvalidInput
from ratchet.cli.commands import alone
from ratchet.cli.output import cell, record, show
from ratchet.cli.session import connected

Unit = Annotated[str | None, typer.Option(help="Who is answered; assignment is sticky.")]
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
    texts: Annotated[list[str] | None, typer.Argument(metavar="TEXT…", help="Texts to answer.")] = None,
    file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="A file with a text a line.")] = None,
    unit: Unit = None,
) -> None:
    """Answer texts with the version that serves; the answers are logged as inferences."""
    wanted = list(texts or ()) + (file.read_text(encoding="utf-8").splitlines() if file else [])
    if not wanted:
        raise InvalidInput("Nothing to answer: give a text, or a file with --file.")
    with connected() as client:
        answered = client.predictions.predict(task, wanted, unit=unit)
    show(answered, _drawn(wanted, answered.predictions))


def _drawn(texts: list[str], predictions: tuple[dict[str, Any], ...]) -> Table:
    drawn = Table("text", "label", "confidence", "inference")
    for text, prediction in zip(texts, predictions, strict=True):
        drawn.add_row(text, *(cell(prediction.get(name)) for name in ("label", "confidence", "inference_id")))
    return drawn
