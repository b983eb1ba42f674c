"""Where it is known what each tenant wants taken out of texts, a second old at most."""

import time
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass

from chassis.database import EVERY_TENANT, Database, Transaction
from feedback.ingest.reading import Redactors
from feedback.redaction import redactor
from feedback.redaction.redactor import Redactor
from feedback.store import redactions
from feedback.store.redactions import Kept

FRESH_S = 1.0
MOST_TENANTS = 10_000


@dataclass(frozen=True, slots=True)
class _Known:
    kept: Kept | None
    made: Redactor | None
    fresh_until: float


class Rulebook:
    """The rules of the tenants that have sent something; without a database nothing is read, and nothing is stored."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, _Known] = {}

    async def of(self, tenants: Iterable[str], tx: Transaction | None = None) -> Redactors:
        """Give what is to be done, as it was set a second ago or later.

        Whoever has a transaction gives it: those who hold one connection each and wait for another never get it.
        """
        now = time.monotonic()
        known = {tenant: self._known.get(tenant) for tenant in set(tenants)}
        stale = [tenant for tenant, each in known.items() if each is None or each.fresh_until < now]
        if stale:
            known |= await self._look_up(stale, now, tx)
        return {tenant: each.made for tenant, each in known.items() if each and each.made}

    async def _look_up(self, tenants: Iterable[str], now: float, tx: Transaction | None) -> dict[str, _Known]:
        async with nullcontext(tx) if tx else self._database.transaction(EVERY_TENANT) as reading:
            found = await redactions.of(reading, tenants)
        kept = {tenant: found.get(tenant) for tenant in tenants}
        looked_up = {tenant: _Known(each, self._made(tenant, each), now + FRESH_S) for tenant, each in kept.items()}
        if len(self._known) > MOST_TENANTS:
            self._known.clear()
        self._known |= looked_up
        return looked_up

    def _made(self, tenant: str, kept: Kept | None) -> Redactor | None:
        """Compile rules, unless they are those that were compiled before."""
        before = self._known.get(tenant)
        if before and before.kept == kept:
            return before.made
        return redactor.of(kept.redaction.rules, kept.hash_key) if kept else None
