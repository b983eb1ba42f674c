"""Where `ratchet dataset` is."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from contracts.api.dataset import Dataset, DatasetStatus
from ratchet.cli import files
from ratchet.cli.cells import cell
from ratchet.cli.commands import Cursor, Limit, OfTask, command, group
from ratchet.cli.output import for_programs, hint_at_next, margin, record, show, show_page
from ratchet.cli.session import connected

app = group("Files of rows to train on.")
DatasetId = Annotated[str, typer.Argument(metavar="DATASET", help="Id of the dataset.")]


@command(app)
def upload(
    task: Annotated[str, typer.Argument(help="Name of the task.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, JSON lines, JSON or Parquet; gzip.")],
    name: Annotated[str | None, typer.Option(help="What to call it; without it, the file's name.")] = None,
) -> None:
    """Upload a file, and show what came of it line by line."""
    with connected() as client:
        made = files.upload(client, file, task, name)
    _show(made)


@command(app, "list")
def list_(
    task: OfTask = None,
    state: Annotated[DatasetStatus | None, typer.Option("--status", help="Only with this status.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List the datasets, the newest first."""
    with connected() as client:
        page = client.datasets.list(task=task, status=state, limit=limit, cursor=cursor)
    show_page(page, "id", "task", "name", "status", "rows", "refused_rows", "created_at", "table", "created_by")


@command(app, "show")
def show_(dataset: DatasetId) -> None:
    """Show one dataset: its columns, and what is wrong with which line of its file."""
    with connected() as client:
        _show(client.datasets.get(dataset))


@command(app)
def rows(dataset: DatasetId, limit: Limit = 20, cursor: Cursor = None) -> None:
    """Show rows of a dataset."""
    with connected() as client:
        page = client.datasets.rows(dataset, limit=limit, cursor=cursor)
    show(page, _drawn(page.items))
    hint_at_next(page)


@command(app)
def delete(dataset: DatasetId) -> None:
    """Take a dataset away; versions that were trained on it stay."""
    with connected() as client:
        found = client.datasets.get(dataset)
        client.datasets.delete(dataset)
    show(found, f"Dataset {found.id} ({found.name}) was deleted.")


def _show(dataset: Dataset) -> None:
    hidden = ("columns", "problems", "errors")
    show(dataset, record(dataset, *hidden))
    if for_programs():
        return
    columns = Table("column", "holds", "blank", "different values")
    for each in dataset.columns:
        distinct = "many" if each.distinct is None else f"{each.distinct:,}"
        columns.add_row(each.name, each.holds, f"{each.blank:,}", distinct)
    margin().print(columns)
    files.show_problems([each.model_dump() for each in dataset.problems], dataset.problem_count)


def _drawn(items: tuple[dict[str, Any], ...]) -> Table:
    names = list(items[0]) if items else []
    drawn = Table(*names)
    for row in items:
        drawn.add_row(*(cell(row[name]) for name in names))
    return drawn
