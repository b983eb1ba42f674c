"""Where the numbers of a task are drawn: its health, a table, its series, and what to do next."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from contracts.api.metrics import MetricPoint, Metrics, VersionMetrics
from ratchet.cli import sparklines
from ratchet.cli.cells import cell, number

_ROWS = ("inferences", "conversations", "errors", "error_rate", "mean_confidence", "feedback", "parked")
_SERIES = ("inferences", "error_rate", "accuracy", "acceptance", "cost_usd", "success")
_MOST_LABELS = 12


def drawn(found: Metrics, labels: dict[str, str]) -> RenderableType:
    """Draw all of it; versions are shown by their labels."""
    if not found.versions:
        return Text.assemble((found.task or "all tasks", "bold"), ": no answers and no opinions in this time.")
    parts = (_health(found), [_versions(found, labels)], _series(found), _labels(found), _advice(found))
    return Group(*(each for part in parts for each in part))


def _health(found: Metrics) -> Iterable[RenderableType]:
    health = found.system_health
    if health is None:
        return
    score = "" if health.score is None else f" {health.score} of 100"
    yield Text.assemble((found.task or "all tasks", "bold"), " is ", cell(health.status.value), score)
    for each in health.reasons:
        yield Text.assemble((f"  -{each.points:g}", "yellow"), f"  {each.sentence}")


def _versions(found: Metrics, labels: dict[str, str]) -> Table:
    names = (labels.get(each.version_id or "", each.version_id) or "no version" for each in found.versions)
    table = Table("", "together", *names)
    parts = [_numbers(each) for each in (found.metrics, *found.versions)]
    for name in _names(parts):
        table.add_row(name.replace("_", " "), *(_cell(part.get(name)) for part in parts))
    return table


def _cell(value: object) -> Text:
    return cell(f"{value:,}") if type(value) is int else cell(value)


def _names(parts: Sequence[dict[str, object]]) -> list[str]:
    """Give the rows of all columns in their order, without such as nobody said anything of."""
    names = dict.fromkeys(name for part in parts for name in part)
    always = set(_numbers_of_all(parts[0]))
    return [name for name in names if name in always or any(part.get(name) for part in parts)]


def _numbers_of_all(part: dict[str, object]) -> list[str]:
    return [name for name in part if not name.startswith(("suggestion ", "sentiment ", "outcome "))]


def _numbers(measured: VersionMetrics) -> dict[str, object]:
    plain: dict[str, object] = {name: getattr(measured, name) for name in _ROWS}
    plain |= {"outcomes": measured.success.count, "success": measured.success.rate}
    plain |= dict(measured.classification) | dict(measured.latency)
    plain |= {"cost_usd": measured.cost.usd, "unknown_costs": measured.cost.unknown}
    plain |= {"tokens_in": measured.cost.tokens_in, "tokens_out": measured.cost.tokens_out}
    suggestions = measured.suggestions
    plain |= {"suggestion usage": suggestions.usage, "suggestion helpfulness": suggestions.helpfulness}
    plain |= {"suggestion acceptance": suggestions.acceptance, "sentiment score": measured.sentiment.mean_score}
    return plain | {f"outcome {name}": each.mean for name, each in measured.outcomes.items()}


def _series(found: Metrics) -> Iterable[RenderableType]:
    if len(found.series) < 2:  # noqa: PLR2004 (one point is no line)
        return
    table = Table.grid(padding=(0, 2))
    for name in _SERIES:
        values = [_value(each, name) for each in found.series]
        known = [value for value in values if value is not None]
        if known:
            table.add_row(
                Text(name.replace("_", " "), style="dim"),
                sparklines.line(values),
                f"{number(known[0])} → {number(known[-1])}",
            )
    yield Text(f"\nBy {found.step or 'time'}", style="bold")
    yield table


def _value(point: MetricPoint, name: str) -> float | None:
    return getattr(point, name)


def _labels(found: Metrics) -> Iterable[RenderableType]:
    if found.labels:
        table = Table("label", "answers", "accuracy", "acceptance", "confidence", "corrected to", title_justify="left")
        for each in found.labels[:_MOST_LABELS]:
            values = (each.inferences, each.accuracy, each.acceptance, each.mean_confidence, each.corrected)
            table.add_row(Text(each.label), *map(_cell, values))
        yield table
    confidence = list(found.distributions.get("confidence", {}).values())
    if confidence:
        yield Text.assemble(("confidence, from 0 to 1 by tenths ", "dim"), sparklines.spread(confidence))


def _advice(found: Metrics) -> Iterable[RenderableType]:
    if found.recommendations:
        yield Text("\nWhat to do", style="bold")
        yield from (Text(f"  {each.sentence}") for each in found.recommendations)
