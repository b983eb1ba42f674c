"""Where answers are shown: as tables for people, or as JSON and nothing else for programs."""

import json
import sys
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from pydantic import BaseModel
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from contracts.api.page import Page
from ratchet.cli.cells import cell, share

_WIDTH_OF_FILES = 160
_LEAST = 18
_NARROW = frozenset({"id", "job_id", "key", "status", "since", "until", "created_at", "queued_at", "due_at", "at"})
_BORDER = 3
_NOTHING = "There is nothing yet."
_AS_JSON: ContextVar[bool] = ContextVar("as_json", default=False)


@contextmanager
def answering(*, as_json: bool) -> Generator[None]:
    """Show everything as JSON, or everything for people, meanwhile."""
    before = _AS_JSON.set(as_json)
    try:
        yield
    finally:
        _AS_JSON.reset(before)


def for_programs() -> bool:
    """Say whether a program reads along."""
    return _AS_JSON.get()


def console() -> Console:
    """Give the console for answers; a file gets lines wide enough for a table."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH_OF_FILES)


def margin() -> Console:
    """Give the console for whatever is not the answer: progress, hints, complaints."""
    return Console(stderr=True, highlight=False)


def show(answer: BaseModel, drawn: RenderableType) -> None:
    """Show one answer, drawn for people."""
    if for_programs():
        sys.stdout.write(answer.model_dump_json(indent=2) + "\n")
    else:
        console().print(drawn)


def show_line(answer: BaseModel, drawn: RenderableType) -> None:
    """Show one of many answers that come one after another: a line of JSON each."""
    if for_programs():
        sys.stdout.write(answer.model_dump_json() + "\n")
        sys.stdout.flush()
    else:
        console().print(drawn)


def show_object(answer: Mapping[str, Any]) -> None:
    """Show an answer that is a JSON object of any members, for people and programs alike."""
    sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")


def say(answer: Mapping[str, Any], sentence: str) -> None:
    """Say that something was done of which there is nothing to show; programs get an object instead."""
    if for_programs():
        show_object(answer)
    else:
        margin().print(sentence, markup=False)


def keep_now(what: str) -> None:
    """Remind people that something is shown this once."""
    if not for_programs():
        margin().print(f"Keep the {what} now: it is not shown again.", style="yellow")


def show_page(page: Page[Any], *columns: str) -> None:
    """Show a page of a list, and how to get at the next."""
    show(page, table(page.items, *columns))
    hint_at_next(page)


def hint_at_next(page: Page[Any]) -> None:
    """Say how to get at the next page."""
    if page.next_cursor and not for_programs():
        margin().print(f"There are more: --cursor {page.next_cursor}", style="dim")


def table(items: Iterable[BaseModel], *columns: str) -> Table:
    """Draw items as rows with these fields, of which a narrow terminal gets only the first ones that can be read."""
    drawn, rows = Table(), [[_field(item, name) for name in columns] for item in items]
    widths = [_least(name, [row[place] for row in rows]) for place, name in enumerate(columns)]
    shown = _fitting(widths, console().width)
    for name in columns[:shown]:
        drawn.add_column(name.replace("_", " "), no_wrap=name in _NARROW)
    for row in rows:
        drawn.add_row(*row[:shown])
    if not rows:
        drawn.caption, drawn.caption_justify = _NOTHING, "left"
    elif shown < len(columns):
        left = ", ".join(name.replace("_", " ") for name in columns[shown:])
        drawn.caption, drawn.caption_justify = f"A wider terminal shows also: {left}.", "left"
    return drawn


def _least(name: str, cells: list[Text]) -> int:
    """Give the width below which a column cannot be read."""
    longest = max((len(line) for each in cells for line in each.plain.splitlines()), default=0)
    title = max(map(len, name.split("_")))
    return max(title, longest if name in _NARROW else min(longest, _LEAST)) + _BORDER


def _fitting(widths: list[int], width: int) -> int:
    room = width - 1
    for shown, needed in enumerate(widths):
        room -= needed
        if room < 0 and shown:
            return shown
    return len(widths)


def record(item: BaseModel, *hidden: str) -> Table:
    """Draw one item as a list of its fields."""
    drawn = Table.grid(padding=(0, 2))
    for name in type(item).model_fields:
        if name not in hidden:
            drawn.add_row(Text(name.replace("_", " "), style="dim"), _counted(item, name))
    return drawn


def _counted(item: BaseModel, name: str) -> Text:
    value = getattr(item, name)
    return cell(f"{value:,}") if type(value) is int else _field(item, name)


def _field(item: BaseModel, name: str) -> Text:
    value = getattr(item, name)
    return share(value) if name == "progress" else cell(value)
