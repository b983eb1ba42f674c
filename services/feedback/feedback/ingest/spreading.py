"""Where what was counted by minute becomes sums of every grain."""

from collections.abc import Mapping
from datetime import UTC, datetime
from operator import add
from typing import Any

from feedback.metrics import grains
from feedback.store.sums import Counted, Grain, Minute, Row, Slot, Sums, Table, columns


def spread(counted: Counted, now: datetime | None = None) -> Sums:
    """Give the sums of every grain; minutes so old that they are pruned are not made."""
    oldest = grains.oldest_minute(now or datetime.now(UTC))
    return Sums(
        totals=_table(counted.totals, oldest),
        histograms=_table(counted.histograms, oldest),
        confusion=_table(counted.confusion, oldest),
        labels=_table(counted.labels, oldest),
        opinions=_table(counted.opinions, oldest),
        outcomes=_table(counted.outcomes, oldest),
    )


def _table(counts: Mapping[tuple[Any, ...], Row], oldest: datetime) -> Table:
    minutes = {_key(Grain.MINUTE, *key): columns(row) for key, row in counts.items()}
    hours = _longer(Grain.HOUR, minutes)
    days = _longer(Grain.DAY, hours)
    table = {key: row for key, row in minutes.items() if key[0].at >= oldest} | hours | days
    table |= _longer(Grain.MONTH, days)
    return {(*key[0], *key[1:]): row for key, row in table.items() if any(row)}


def _key(grain: Grain, minute: Minute, *rest: Any) -> tuple[Any, ...]:  # noqa: ANN401 (what else tells rows apart)
    return (Slot(minute.tenant, minute.task, str(grain), minute.at, minute.version_id), *rest)


def _longer(grain: Grain, shorter: Table) -> Table:
    sums: Table = {}
    for (slot, *rest), row in shorter.items():
        key = (slot._replace(grain=str(grain), at=grains.whole(slot.at, grain)), *rest)
        known = sums.get(key)
        sums[key] = row if known is None else list(map(add, known, row))
    return sums
