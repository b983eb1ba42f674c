"""Where an edit is held to what its author has seen: its revision, or else a hash of what it says."""

from collections.abc import Awaitable, Callable

from pydantic import BaseModel

from chassis import store
from chassis.database import Transaction
from contracts.errors import Stale
from contracts.etags import etag


def refuse_stale(expected: int | None, present: int, what: str) -> None:
    """Refuse an edit that was made with another revision in view; raises `Stale`."""
    if expected is not None and expected != present:
        detail = f"{what} has revision {present} by now, not {expected}; look at it again before you change it."
        raise Stale(detail, revision=present)


async def demand_seen(tx: Transaction, seen: str | None, thing: str, look: Callable[[], Awaitable[BaseModel]]) -> None:
    """Let nobody else edit a thing of the tenant before the transaction ends, and refuse an edit made out of date.

    ``seen`` is the `etag` of what was in view; None for an edit that counts whatever there is. Raises `Stale`.
    """
    await store.take_turns(tx, thing)
    if seen is not None and seen != (found := etag(await look())):
        raise Stale("It was changed since you read it; look at it again.", etag=found)
