"""Where inputs of predictions are read from the command line, and their answers drawn, whatever the kind."""

import json
from collections.abc import Sequence
from typing import Any, cast

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from contracts.errors import InvalidInput
from ratchet.cli.cells import cell

_ASKED_BY = {"forecast": "series", "rag": "query"}
_ROWS_ONLY = frozenset({"risk", "actions", "workflows"})
_LISTS = ("values", "hits", "actions", "templates")
_ASIDE = frozenset({"inference_id", "version_id", "prompt", "tokens"})
_LONGEST_TITLE = 80


def read(written: str, kind: str) -> dict[str, Any]:
    """Read an input: a row as JSON, or the one text that the kind asks for; raises `InvalidInput`."""
    row = _row(written)
    if row is None and kind in _ROWS_ONLY:
        raise InvalidInput(f"A task of kind '{kind}' takes rows as JSON, such as '{{\"column\": 812}}'.")
    return {_ASKED_BY.get(kind, "text"): written} if row is None else row


def drawn(inputs: Sequence[str], predictions: Sequence[dict[str, Any]]) -> RenderableType:
    """Draw answers as rows of one table, or as a table each where an answer is a list."""
    if any(name in each for each in predictions for name in _LISTS):
        return Group(*(part for each in zip(inputs, predictions, strict=True) for part in _listed(*each)))
    rows = [_single(each) for each in predictions]
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = Table("input", *names)
    table.add_column("inference", no_wrap=True)
    for asked, row, prediction in zip(inputs, rows, predictions, strict=True):
        table.add_row(cell(asked), *(cell(row.get(name)) for name in names), cell(prediction.get("inference_id")))
    return table


def _row(written: str) -> dict[str, Any] | None:
    try:
        found = json.loads(written) if written.lstrip().startswith("{") else None
    except ValueError:
        return None
    return found


def _listed(asked: str, prediction: dict[str, Any]) -> tuple[Table, Text]:
    items = cast("list[dict[str, Any]]", next(prediction[name] for name in _LISTS if name in prediction))
    names = list(dict.fromkeys(name for item in items for name in item))
    title = asked if len(asked) <= _LONGEST_TITLE else asked[: _LONGEST_TITLE - 1] + "…"
    table = Table(*names, title=cell(title), title_justify="left")
    for item in items:
        table.add_row(*(cell(item.get(name)) for name in names))
    return table, Text(f"inference {prediction.get('inference_id')}", style="dim")


def _single(prediction: dict[str, Any]) -> dict[str, object]:
    """Give what an answer says in a few words: its plain members, what further outputs say, and its reasons."""
    said: dict[str, object] = {
        name: value
        for name, value in prediction.items()
        if name not in _ASIDE and isinstance(value, str | float | int | None)
    }
    outputs = cast("dict[str, dict[str, Any]]", prediction.get("outputs") or {})
    said |= {name: each["label"] for name, each in outputs.items() if name not in said and "label" in each}
    if prediction.get("reasons"):
        said["reasons"] = tuple(map(_reason, prediction["reasons"]))
    return said


def _reason(reason: object) -> str:
    if not isinstance(reason, dict):
        return str(reason)
    return " ".join(str(cell(each)) for each in cast("dict[str, object]", reason).values())
