"""Where the gateway keeps house: what nobody needs any more is forgotten, table by table and some rows at a time."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial

from chassis import metrics
from chassis.database import EVERY_TENANT, Database
from chassis.faults import FAILURES
from chassis.logging import log
from gateway.settings import Settings
from gateway.store import (
    audit,
    failed_logins,
    former_keys,
    invitations,
    kept_answers,
    nats_credentials,
    sessions,
    webhook_queue,
)

_EVERY_S = 60.0
_AT_ONCE = 5_000
_SHOWN_DAYS = 90
"""Days for which keys and credentials are still listed when they are valid no more; histories name them for longer."""


@dataclass(frozen=True, slots=True)
class Chore:
    """A table, and how the oldest rows of it are forgotten: up to a ``limit``; it gives how many those were."""

    table: str
    forget: Callable[..., Awaitable[int]]


def chores(settings: Settings) -> tuple[Chore, ...]:
    """List all that is forgotten; a secret goes before its key."""
    deliveries_days = max(settings.webhook_log_days, settings.event_retention_days + 1)
    most_bytes = int(settings.kept_answers_mb * 2**20)
    return (
        Chore("kept_answers", kept_answers.forget_old),
        Chore("kept_answers", partial(kept_answers.forget_surplus, most_bytes=most_bytes)),
        Chore("failed_logins", failed_logins.forget_old),
        Chore("sessions", sessions.forget_old),
        Chore("invitations", invitations.forget_old),
        Chore("former_secrets", former_keys.forget_secrets),
        Chore("api_keys", partial(former_keys.forget_keys, days=_SHOWN_DAYS)),
        Chore("nats_credentials", partial(nats_credentials.forget_old, days=_SHOWN_DAYS)),
        Chore("webhook_deliveries", partial(webhook_queue.forget_old, days=deliveries_days)),
        Chore("audit_log", partial(audit.forget_old, days=settings.audit_retention_days)),
    )


async def run(database: Database, settings: Settings) -> None:
    """Keep house until cancelled."""
    while True:
        await keep(database, chores(settings))
        await asyncio.sleep(_EVERY_S)


async def keep(database: Database, wanted: Iterable[Chore]) -> None:
    """Do every chore, also after one that fails, and say in a line what was forgotten."""
    forgotten = Counter[str]()
    for chore in wanted:
        try:
            forgotten[chore.table] += await _finish(database, chore)
        except FAILURES as failure:
            log().warning("house.not_kept", table=chore.table, reason=str(failure) or type(failure).__name__)
    if told := {table: rows for table, rows in forgotten.items() if rows}:
        log().info("house.kept", **told)


async def _finish(database: Database, chore: Chore) -> int:
    rows, count = 0, _AT_ONCE
    while count == _AT_ONCE:
        async with database.transaction(EVERY_TENANT) as tx:
            count = await chore.forget(tx, limit=_AT_ONCE)
        metrics.ROWS_FORGOTTEN.labels(chore.table).inc(count)
        rows += count
    return rows
