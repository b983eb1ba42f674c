"""Where old decisions are folded and forgotten, and so are the counts that drift is measured on."""

import time
from datetime import UTC, datetime, timedelta

from chassis.database import EVERY_TENANT, Database, Transaction
from feedback.settings import Settings
from feedback.store import decisions, shapes

THE_CLOCK = "the clock"
_EVERY_S = 6 * 3600
_LOOKED_BACK = timedelta(days=2)
_AHEAD = timedelta(days=2)


class Housekeeping:
    """What is done now and then, however often it is called."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._next = time.monotonic()

    async def keep(self, database: Database) -> None:
        """Fold what nothing is lost of, and forget what is too old to be asked for."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _EVERY_S
        async with database.transaction(EVERY_TENANT) as tx:
            await tidy(tx, self._settings, datetime.now(UTC))


async def tidy(tx: Transaction, settings: Settings, at: datetime) -> None:
    """Keep house at a time."""
    full = at - timedelta(days=settings.decision_days_in_full)
    await decisions.fold(tx, since=full - _LOOKED_BACK, before=full, asked_by=THE_CLOCK)
    await decisions.forget(tx, before=at - timedelta(days=settings.decision_retention_days))
    forgotten = at.date() - timedelta(days=settings.shape_retention_days)
    await shapes.forget(tx, before=forgotten, after=at.date() + _AHEAD)
