"""Where broken items are kept for their tenant to see, once each, however often their message is delivered."""

from collections.abc import Sequence

from chassis import store
from chassis.database import Transaction
from contracts.topology import INGEST_CONSUMER

ORIGIN = "ratchet-origin"
"""The header of a letter that says where in the stream its item was: it makes ids that redelivery does not change."""


async def bury(tx: Transaction, letters: Sequence[store.Letter]) -> None:
    """Keep the letters that were not kept before."""
    fresh = await _claim(tx, [letter.message.headers[ORIGIN] for letter in letters])
    kept = [letter for letter in letters if letter.message.headers[ORIGIN] in fresh]
    if kept:
        await store.bury(tx, kept)


async def _claim(tx: Transaction, origins: Sequence[str]) -> set[str]:
    rows = await tx.fetch(
        """
        INSERT INTO inbox (consumer, event_id)
        SELECT $1, origin
        FROM unnest($2::text[]) AS buried (origin)
        ON CONFLICT DO NOTHING
        RETURNING event_id
        """,
        INGEST_CONSUMER,
        origins,
    )
    return {row[0] for row in rows}
