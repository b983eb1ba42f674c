"""Where answers are shown: as tables for people, or as JSON and nothing else for programs."""

import json
import sys
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, TypeGuard, cast

from pydantic import BaseModel
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from contracts.api.page import Page

_WIDTH_OF_FILES = 160
_COLOURS = {
    "succeeded": "green",
    "running": "cyan",
    "failed": "red",
    "cancelled": "yellow",
    "active": "green",
    "ship": "green",
    "rollback": "red",
    "inconclusive": "yellow",
    "approved": "green",
    "rejected": "red",
    "pending": "yellow",
}
_NARROW = frozenset({"id", "key", "status", "since", "until", "created_at", "queued_at"})
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


def show_page(page: Page[Any], *columns: str) -> None:
    """Show a page of a list, and how to get at the next."""
    show(page, table(page.items, *columns))
    hint_at_next(page)


def hint_at_next(page: Page[Any]) -> None:
    """Say how to get at the next page."""
    if page.next_cursor and not for_programs():
        margin().print(f"There are more: --cursor {page.next_cursor}", style="dim")


def table(items: Iterable[BaseModel], *columns: str) -> Table:
    """Draw items as rows with these fields."""
    drawn = Table()
    for name in columns:
        drawn.add_column(name.replace("_", " "), no_wrap=name in _NARROW)
    for item in items:
        drawn.add_row(*(cell(getattr(item, name)) for name in columns))
    return drawn


def record(item: BaseModel, *hidden: str) -> Table:
    """Draw one item as a list of its fields."""
    drawn = Table.grid(padding=(0, 2))
    for name in type(item).model_fields:
        if name not in hidden:
            drawn.add_row(Text(name.replace("_", " "), style="dim"), cell(getattr(item, name)))
    return drawn


def cell(value: object) -> Text:
    """Write a value for people: times in their own zone, unknown values as a dash."""
    if value is None or value == "":
        return Text("-", style="dim")
    if isinstance(value, datetime):
        return Text(value.astimezone().strftime("%Y-%m-%d %H:%M:%S"))
    written = _written(value)
    return Text(written, style=_COLOURS.get(written, ""))


def _written(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    if isinstance(value, str):
        return value
    if _are_numbers(value):
        return "\n".join(f"{name} {each:.4g}" for name, each in sorted(value.items()))
    if isinstance(value, tuple) and all(isinstance(each, str) for each in value):  # pyright: ignore[reportUnknownVariableType]
        return "\n".join(value)  # pyright: ignore[reportUnknownArgumentType]
    return json.dumps(_plain(value), ensure_ascii=False)


def _are_numbers(value: object) -> TypeGuard[dict[str, float]]:
    values = cast("dict[str, object]", value).values() if isinstance(value, dict) else ()
    return bool(values) and all(isinstance(each, float) for each in values)


def _plain(value: Any) -> Any:  # noqa: ANN401 (whatever JSON can hold)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return value
