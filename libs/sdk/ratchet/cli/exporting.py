"""Where `ratchet examples export` and `exports` are."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import filesize
from rich.table import Table

from contracts.api.export import ExportFormat, Manifest, NewExport, Part
from contracts.api.page import Page
from ratchet.cli import files
from ratchet.cli.cells import cell
from ratchet.cli.commands import Cursor, Limit, command
from ratchet.cli.output import show, show_page
from ratchet.cli.session import connected
from ratchet.wire.noun import filled

if TYPE_CHECKING:
    from ratchet.client import Client

_SUFFIXES = {ExportFormat.OPENAI: "jsonl"}


def add(app: typer.Typer) -> None:
    """Add the commands to those of examples."""
    command(app)(export)
    command(app)(exports)


def export(
    task: Annotated[str, typer.Argument(help="Name of the task.")],
    to: Annotated[Path, typer.Option(help="Folder for the files.")] = Path(),
    sort: Annotated[ExportFormat, typer.Option("--format", help="How examples are written.")] = ExportFormat.JSONL,
    split: Annotated[float | None, typer.Option(help="Share for validation, which becomes a file of its own.")] = None,
) -> None:
    """Save approved examples as files, each with a manifest beside it."""
    order, saved = filled(NewExport, task=task, format=sort, split=split), list[Manifest]()
    with connected() as client:
        for part in (None,) if split is None else tuple(Part):
            saved.append(_saved(client, to, order.model_copy(update={"part": part})))
            order = order.model_copy(update={"as_of": saved[0].as_of})
    show(Page[Manifest](items=tuple(saved)), _drawn(to, saved))


def exports(limit: Limit = 20, cursor: Cursor = None) -> None:
    """List what was exported, the newest first."""
    with connected() as client:
        page = client.exports.list(limit=limit, cursor=cursor)
    show_page(page, "begun_at", "task", "format", "part", "rows", "status", "by", "id")


def _drawn(folder: Path, saved: Sequence[Manifest]) -> Table:
    drawn = Table("file", "rows", "skipped", "size", "sha256")
    for each in saved:
        size = filesize.decimal(each.size or 0)
        drawn.add_row(str(_file(folder, each)), f"{each.rows:,}", cell(each.skipped), size, cell(each.sha256))
    return drawn


def _file(folder: Path, of: NewExport | Manifest) -> Path:
    name = "-".join(filter(None, (of.task, of.part)))
    return folder / f"{name}.{_SUFFIXES.get(of.format, of.format)}"


def _saved(client: "Client", folder: Path, order: NewExport) -> Manifest:
    folder.mkdir(parents=True, exist_ok=True)
    file = _file(folder, order)
    with files.bar("Exporting") as tell:
        manifest = client.exports.save(file, order, on_progress=tell)
    file.with_name(f"{file.name}.manifest.json").write_text(manifest.model_dump_json(indent=2) + "\n")
    return manifest
