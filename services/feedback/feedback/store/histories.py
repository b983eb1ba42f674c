"""Where all that happens to an example is written down, and never changed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from chassis.database import Transaction
from contracts.api.review import HistoryEntry


class NewEntry(NamedTuple):
    """Something that happened to an example, by whoever asks."""

    example_id: str
    what: str
    content: dict[str, Any]


async def add(tx: Transaction, entries: Sequence[NewEntry]) -> None:
    """Write entries down, in order."""
    if not entries:
        return
    await tx.execute(
        """
        INSERT INTO example_history (tenant, example_id, by, what, content)
        SELECT $1, id, $2, what, content
        FROM unnest($3::uuid[], $4::text[], $5::jsonb[]) WITH ORDINALITY AS sent (id, what, content, number)
        ORDER BY number
        """,
        *(tx.tenant, tx.cause.actor, *zip(*entries, strict=True)),
    )


async def list_(tx: Transaction, example_id: str, *, after: int | None, limit: int) -> list[tuple[int, HistoryEntry]]:
    """Give entries with their places, oldest first."""
    rows = await tx.fetch(
        """
        SELECT place, at, by, what, content
        FROM example_history
        WHERE tenant = $1 AND example_id = $2::uuid AND ($3::bigint IS NULL OR place > $3)
        ORDER BY place
        LIMIT $4
        """,
        *(tx.tenant, example_id, after, limit),
    )
    return [(row[0], HistoryEntry(at=row[1], by=row[2], what=row[3], **row[4])) for row in rows]
