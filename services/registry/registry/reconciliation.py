"""Where a NATS that lost its storage gets its routes and prompts back: the buckets are compared with Postgres.

It happens at the start, after each reconnect and every minute or so. What is missing or older leaves through the
outbox, like any other, prompts first, so that nothing ever overtakes a change that is under way.
"""

import asyncio
import time

from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.kv import KeyValue
from pydantic import ValidationError

from chassis import streams
from chassis.database import EVERY_TENANT, Database
from chassis.faults import UNREACHABLE
from chassis.logging import log
from chassis.service import Parts
from contracts.api.route import Route
from contracts.ids import new_id
from contracts.topology import ROUTES_BUCKET, prompt_subject
from registry import routes
from registry.store import prompts
from registry.store import routes as stored

_LOOK_S = 0.2
_AGAIN_S = 1.0
_READ_S = 10.0


async def run(parts: Parts, *, every_s: float) -> None:
    """Reconcile until cancelled; what cannot be reached is tried again a second later. Readiness tells how often."""
    due, reconnects, times = 0.0, -1, 0

    async def told() -> dict[str, int]:
        return {"reconciled": times}

    parts.facts["routes"] = told
    while True:
        if time.monotonic() >= due or parts.nats.stats["reconnects"] != reconnects:
            reconnects = parts.nats.stats["reconnects"]
            is_done = await _succeeds(parts)
            times += is_done
            due = time.monotonic() + (every_s if is_done else _AGAIN_S)
        await asyncio.sleep(_LOOK_S)


async def reconcile(database: Database, jetstream: JetStreamContext) -> int:
    """Put every route that the bucket misses or has in an older revision; give their number."""
    revisions = await _revisions(await jetstream.key_value(ROUTES_BUCKET))
    pushed = await _pushed_prompts(jetstream)
    async with database.transaction(EVERY_TENANT) as tx:
        for tenant, prompt in await prompts.list_unpushed(tx, pushed):
            routes.publish_prompt(tx, tenant, prompt, f"prompt-again:{new_id()}")
        newer = await stored.list_newer(tx, revisions)
        for tenant, route in newer:
            # Not the id of the first put: within its window NATS would drop the second one as a duplicate.
            routes.publish(tx, tenant, route, f"route-again:{new_id()}")
    if newer:
        log().info("routes.reconciled", routes=len(newer))
    return len(newer)


async def _succeeds(parts: Parts) -> bool:
    try:
        await streams.bootstrap(parts.jetstream, parts.service, parts.settings)
        await reconcile(parts.database, parts.jetstream)
    except (NatsError, TimeoutError, *UNREACHABLE) as failure:
        log().warning("routes.not_reconciled", reason=str(failure) or type(failure).__name__)
        return False
    return True


async def _revisions(bucket: KeyValue) -> dict[str, int]:
    watcher, found = await bucket.watchall(), dict[str, int]()
    try:
        async with asyncio.timeout(_READ_S):
            async for entry in watcher:
                if entry is None:  # all that was there has been read
                    break
                found[entry.key] = _revision(entry.value)
    finally:
        await watcher.stop()
    return found


async def _pushed_prompts(jetstream: JetStreamContext) -> list[str]:
    """Give the keys of the prompts that are in their bucket, without reading any."""
    every = prompt_subject("*", "*")
    state = (await jetstream.stream_info(streams.PROMPTS_STREAM, subjects_filter=every)).state
    return [subject.removeprefix(every.removesuffix("*.*")) for subject in state.subjects or {}]


def _revision(value: bytes | None) -> int:
    try:
        return Route.model_validate_json(value or b"").revision
    except ValidationError:
        return 0
