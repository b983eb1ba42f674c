"""Where a NATS that lost its storage, or is ahead of a restored Postgres, is given again what its buckets should hold.

It happens at the start, after each reconnect and every minute or so: a bucket is compared with Postgres, and what
differs leaves through the outbox, like any other, so that nothing ever overtakes a change that is under way.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from chassis import streams
from chassis.database import Database
from chassis.faults import FAILURES
from chassis.logging import log
from chassis.service import Parts

Reconcile = Callable[[Database, JetStreamContext], Awaitable[int]]
"""Puts what differs in a bucket, and gives how much that was."""

_LOOK_S = 0.2
_AGAIN_S = 1.0


async def run(parts: Parts, what: str, reconcile: Reconcile, *, every_s: float) -> None:
    """Reconcile until cancelled; what cannot be reached is tried again a second later. Readiness tells how often."""
    due, reconnects, times = 0.0, -1, 0

    async def told() -> dict[str, int]:
        return {"reconciled": times}

    parts.facts[what] = told
    while True:
        if time.monotonic() >= due or parts.nats.stats["reconnects"] != reconnects:
            reconnects = parts.nats.stats["reconnects"]
            is_done = await _succeeds(parts, what, reconcile)
            times += is_done
            due = time.monotonic() + (every_s if is_done else _AGAIN_S)
        await asyncio.sleep(_LOOK_S)


async def _succeeds(parts: Parts, what: str, reconcile: Reconcile) -> bool:
    try:
        await streams.bootstrap(parts.jetstream, parts.service, parts.settings)
        changed = await reconcile(parts.database, parts.jetstream)
    except (NatsError, TimeoutError, *FAILURES) as failure:
        log().warning(f"{what}.not_reconciled", reason=str(failure) or type(failure).__name__)
        return False
    if changed:
        log().info(f"{what}.reconciled", changed=changed)
    return True
