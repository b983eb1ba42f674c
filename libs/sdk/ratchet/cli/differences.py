"""Where two versions are drawn side by side."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from contracts.api.difference import Compared, ParameterDifference, VersionDifference
from ratchet.cli.cells import cell

_MARKS = {"a": "◂", "b": "▸", "same": "="}


def drawn(found: VersionDifference) -> RenderableType:
    """Draw what both are, their metrics, and whatever else is not the same; an arrow points at the better one."""
    parts: list[RenderableType] = [_made_of(found), _metrics(found)]
    parts += [_changes(title, rows) for title, rows in _others(found) if rows]
    if found.gate:
        parts.append(Text(f"{found.b.label} against {found.a.label}: {found.gate.verdict}"))
        parts += [Text(f"  {reason}") for reason in found.gate.reasons]
    return Group(*parts)


def _made_of(found: VersionDifference) -> Table:
    table = Table("", found.a.label, found.b.label)
    for name in Compared.model_fields:
        if name != "label":
            table.add_row(name.replace("_", " "), cell(getattr(found.a, name)), cell(getattr(found.b, name)))
    return table


def _metrics(found: VersionDifference) -> Table:
    table = Table("metric", found.a.label, "", found.b.label, "difference")
    for each in found.metrics:
        mark = _MARKS.get(each.better or "", "")
        table.add_row(each.name, cell(each.a), mark, cell(each.b), cell(each.difference))
    return table


def _others(found: VersionDifference) -> Iterable[tuple[str, tuple[ParameterDifference, ...]]]:
    return (("parameter", found.parameters), ("library", found.libraries))


def _changes(title: str, rows: Iterable[ParameterDifference]) -> Table:
    table = Table(title, "change", "before", "after")
    for each in rows:
        table.add_row(each.name, each.change, cell(each.a), cell(each.b))
    return table
