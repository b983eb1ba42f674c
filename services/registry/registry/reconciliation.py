"""Where a NATS that lost its storage gets its routes and prompts back: the buckets are compared with Postgres.

What is missing or older is put again (`chassis.reconciling` says when), prompts first.
"""

from nats.js import JetStreamContext
from pydantic import ValidationError

from chassis import buckets, streams
from chassis.database import EVERY_TENANT, Database
from contracts.api.route import Route
from contracts.ids import new_id
from contracts.topology import ROUTES_BUCKET, prompt_subject
from registry import routes
from registry.store import prompts
from registry.store import routes as stored


async def reconcile(database: Database, jetstream: JetStreamContext) -> int:
    """Put every route that the bucket misses or has in an older revision; give their number."""
    present = await buckets.read(jetstream, ROUTES_BUCKET)
    revisions = {key: _revision(value) for key, value in present.items()}
    pushed = await _pushed_prompts(jetstream)
    async with database.transaction(EVERY_TENANT) as tx:
        for tenant, prompt in await prompts.list_unpushed(tx, pushed):
            routes.publish_prompt(tx, tenant, prompt, f"prompt-again:{new_id()}")
        newer = await stored.list_newer(tx, revisions)
        for tenant, route in newer:
            # Not the id of the first put: within its window NATS would drop the second one as a duplicate.
            routes.publish(tx, tenant, route, f"route-again:{new_id()}")
    return len(newer)


async def _pushed_prompts(jetstream: JetStreamContext) -> list[str]:
    """Give the keys of the prompts that are in their bucket, without reading any."""
    every = prompt_subject("*", "*")
    state = (await jetstream.stream_info(streams.PROMPTS_STREAM, subjects_filter=every)).state
    return [subject.removeprefix(every.removesuffix("*.*")) for subject in state.subjects or {}]


def _revision(value: bytes) -> int:
    try:
        return Route.model_validate_json(value).revision
    except ValidationError:
        return 0
