"""Where the rows of an export are given: each version in each stretch of time, page by page."""

from datetime import UTC, datetime

from chassis.database import Transaction
from contracts.api.metrics import MetricRow
from contracts.api.page import Page
from contracts.commands.metrics import ListMetricRows
from contracts.errors import InvalidInput
from feedback.metrics import numbers, periods
from feedback.metrics.grains import Kept
from feedback.metrics.periods import Asked, Window
from feedback.store import measures
from feedback.store.measures import Point, Span
from feedback.store.sums import Grain


async def rows(tx: Transaction, asked: ListMetricRows, kept: Kept) -> Page[MetricRow]:
    """Give a page of rows, the oldest first; the cursor says also how the time is divided, which does not change."""
    await measures.hold_still(tx)
    window, step, after = await _begin(tx, asked, kept)
    span = Span(asked.task, asked.version_id, window.pieces(step))
    found = await measures.rows(tx, span, step=str(step), after=after, limit=asked.limit + 1)
    page = found[: asked.limit]
    more = len(found) > len(page)
    return Page(items=tuple(map(numbers.row, page)), next_cursor=_cursor(step, window, page[-1]) if more else None)


async def _begin(
    tx: Transaction, asked: ListMetricRows, kept: Kept
) -> tuple[Window, Grain, tuple[datetime, str] | None]:
    if asked.cursor is not None:
        return _read(asked.cursor)
    now = datetime.now(UTC)
    window = periods.window(Asked(asked.period, asked.since, asked.until), now, kept)
    first = await measures.first_month(tx, asked.task) if window.since is None else None
    return window, periods.step(window, first, now, kept), None


def _cursor(step: Grain, window: Window, last: Point) -> str:
    times = (window.since, window.until, last.at)
    return "~".join((str(step), *(each.isoformat() if each else "" for each in times), last.version_id))


def _read(cursor: str) -> tuple[Window, Grain, tuple[datetime, str]]:
    try:
        step, since, until, at, version_id = cursor.split("~", 4)
        times = [datetime.fromisoformat(each) if each else None for each in (since, until)]
        return Window(times[0], times[1]), Grain(step), (datetime.fromisoformat(at).astimezone(UTC), version_id)
    except (ValueError, OverflowError) as wrong:
        raise InvalidInput.at("cursor", "is not a cursor of this list") from wrong
