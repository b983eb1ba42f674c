"""Where `ratchet train kinds` and `ratchet train template` are."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from contracts.api.kind import Kinds, KindSheet, KindTable
from contracts.errors import NotFound
from ratchet.cli.commands import command
from ratchet.cli.output import show
from ratchet.cli.schemas import allowed
from ratchet.cli.session import connected


class UnknownKind(NotFound):
    """There is no such kind."""


def add_to(noun: typer.Typer) -> None:
    """Add the commands to `ratchet train`."""
    command(noun)(kinds)
    command(noun)(template)


def kinds(
    kind: Annotated[str | None, typer.Argument(help="One of them, with its tables and parameters.")] = None,
) -> None:
    """Show the ways of training, or one of them with what it needs and what can be chosen."""
    with connected() as client:
        known = client.kinds.list()
    if kind is None:
        show(known, _overview(known.items))
        return
    found = _found(known, kind)
    show(found, Group(Text(found.summary), *map(_columns, found.tables), _parameters(found)))


def template(
    kind: Annotated[str, typer.Argument(help="One of the kinds; see: ratchet train kinds.")],
    table: Annotated[str | None, typer.Option(help="Which of its tables, if it has several.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="File to write; without it, it is printed.")] = None,
) -> None:
    """Write an example of a file that a kind can be trained on, as CSV."""
    with connected() as client:
        tables = {each.name: each for each in _found(client.kinds.list(), kind).tables}
    chosen = tables.get(table or next(iter(tables), ""))
    if chosen is None:
        raise UnknownKind(f"The kind '{kind}' has these tables: {', '.join(tables) or 'none'}.")
    if to is None:
        show(chosen, Text(chosen.template.rstrip("\n")))
    else:
        to.write_text(chosen.template, encoding="utf-8")
        show(chosen, f"{to} was written: {chosen.meaning}")


def _found(known: Kinds, kind: str) -> KindSheet:
    found = {sheet.name: sheet for sheet in known.items}.get(kind)
    if found is None:
        raise UnknownKind(f"There is no kind '{kind}'; installed are: {', '.join(each.name for each in known.items)}.")
    return found


def _overview(sheets: tuple[KindSheet, ...]) -> Table:
    table = Table("kind", "what it is", "needed columns", box=None)
    for sheet in sheets:
        needed = [column.name for column in sheet.tables[0].columns if column.required]
        table.add_row(sheet.name, sheet.summary, ", ".join(needed))
    return table


def _columns(of: KindTable) -> Table:
    table = Table("column", "holds", "needed", "meaning", title=f"{of.name}: {of.meaning}", title_justify="left")
    for column in of.columns:
        table.add_row(
            column.name, ", ".join(column.choices) or column.holds, "yes" if column.required else "", column.meaning
        )
    if of.further:
        table.add_row("any other", "", "", of.further)
    return table


def _parameters(sheet: KindSheet) -> Table:
    table = Table(
        "parameter", "default", "allowed", "meaning", title="Parameters (--param name=value)", title_justify="left"
    )
    for name, field in sheet.parameters.get("properties", {}).items():
        default = field.get("default")
        shown = "" if default is None else str(default)
        table.add_row(name, shown, allowed(field, sheet.parameters), field.get("description", ""))
    return table
