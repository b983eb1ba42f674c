"""Where the numbers of versions over time are exported: read page by page, written and sent as they come."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

import orjson

from contracts.api.metrics import MetricRow
from contracts.api.metrics_export import MetricsFormat, NewMetricsExport
from contracts.api.page import Page
from contracts.commands.metrics import ListMetricRows
from gateway.api.asker import Asker
from gateway.exports import cells

_PAGE = 500
COLUMNS = (
    "at", "version_id", "inferences", "errors", "error_rate", "feedback", "judged", "accuracy", "positive", "negative",
    "acceptance", "success", "cost_usd", "unknown_costs", "tokens_in", "tokens_out",
)  # fmt: skip
MEDIA_TYPES = {MetricsFormat.CSV: "text/csv; charset=utf-8", MetricsFormat.JSON: "application/json"}


async def begin(asker: Asker, new: NewMetricsExport) -> AsyncGenerator[bytes]:
    """Read the first page, so that whatever speaks against it is said before anything is sent; give the file."""
    reading = asker.looking
    question = ListMetricRows(
        task=new.task, version_id=new.version, period=new.period, since=new.since, until=new.until, limit=_PAGE
    )
    page = await reading.ask(question)
    return _send(reading, question, page, new.format)


async def _send(
    reading: Asker, question: ListMetricRows, page: Page[MetricRow], format_: MetricsFormat
) -> AsyncGenerator[bytes]:
    as_csv = format_ is MetricsFormat.CSV
    yield cells.lines([COLUMNS]) if as_csv else b"[\n"
    yield _csv(page.items) if as_csv else _json(page.items)
    while page.next_cursor is not None:
        page = await reading.ask(question.model_copy(update={"cursor": page.next_cursor}))
        yield _csv(page.items) if as_csv else b",\n" + _json(page.items)
    yield b"" if as_csv else b"\n]\n"


def _csv(rows: Sequence[MetricRow]) -> bytes:
    return cells.lines([row[name] for name in COLUMNS] for row in _dumped(rows))


def _json(rows: Sequence[MetricRow]) -> bytes:
    return b",\n".join(orjson.dumps(row) for row in _dumped(rows))


def _dumped(rows: Sequence[MetricRow]) -> list[dict[str, Any]]:
    return [row.model_dump(mode="json", include=set(COLUMNS)) for row in rows]
