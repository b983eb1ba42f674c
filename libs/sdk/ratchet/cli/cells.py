"""Where values are written for people: times in their own zone, numbers short, unknown values as a dash."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from pydantic import BaseModel
from rich.text import Text

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
    "ready": "green",
    "reading": "cyan",
    "refused": "red",
    "healthy": "green",
    "degraded": "yellow",
    "unhealthy": "red",
    "no_data": "dim",
    "ok": "green",
    "warning": "yellow",
    "alert": "red",
    "open": "red",
    "acknowledged": "yellow",
    "resolved": "green",
    "paused": "yellow",
    "completed": "green",
    "rolled_back": "red",
    "aborted": "yellow",
}
_UNKNOWN = "-"
_LARGE = 1000


def cell(value: object) -> Text:
    """Write a value."""
    if value in (None, "", (), {}):
        return Text(_UNKNOWN, style="dim")
    written = _written(value)
    return Text(written, style=_COLOURS.get(written, ""))


def number(value: float) -> str:
    """Write a number with four digits that count, and all of those before the point."""
    return f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:.4g}"


def share(value: float | None) -> Text:
    """Write a number from 0 to 1 in per cent."""
    return cell(None if value is None else f"{value:.0%}")


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return "\n".join(_line(each) for each in cast("tuple[object, ...]", value))
    if isinstance(value, BaseModel):
        return "\n".join(_members(value))
    if _holds_numbers(value):
        return "\n".join(f"{name} {number(each)}" for name, each in sorted(cast("dict[str, float]", value).items()))
    return _line(value)


def _line(value: object) -> str:
    if isinstance(value, float):
        return number(value)
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return "; ".join(map(_line, cast("Iterable[object]", value))) or _UNKNOWN
    return ", ".join(_members(value)) if isinstance(value, BaseModel) else json.dumps(_plain(value), ensure_ascii=False)


def _members(value: BaseModel) -> list[str]:
    return [f"{name.replace('_', ' ')} {_line(each)}" for name, each in value if each not in (None, "")]


def _holds_numbers(value: object) -> bool:
    values = cast("Mapping[str, object]", value).values() if isinstance(value, Mapping) else ()
    return bool(values) and all(isinstance(each, int | float) and not isinstance(each, bool) for each in values)


def _plain(value: Any) -> Any:  # noqa: ANN401 (whatever JSON can hold)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return value
