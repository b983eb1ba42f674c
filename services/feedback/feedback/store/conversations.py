"""Where it is kept when each conversation with a version began."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from chassis.database import Transaction


class Conversation(NamedTuple):
    """A session of a version of a task; the version is '' where it is unknown."""

    tenant: str
    task: str
    version_id: str
    session: str


class Begun(NamedTuple):
    """A conversation that is new, or that began earlier than was known until now."""

    tenant: str
    task: str
    version_id: str
    at: datetime
    thought_at: datetime | None


async def begin(tx: Transaction, first: Mapping[Conversation, datetime]) -> list[Begun]:
    """Note the first answers of conversations; give those by which something changed."""
    rows = await tx.fetch(
        """
        INSERT INTO conversations AS known (tenant, task, version_id, session, began_at)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
        ON CONFLICT (tenant, task, version_id, session) DO UPDATE
        SET began_at = excluded.began_at
        WHERE excluded.began_at < known.began_at
        RETURNING known.tenant, known.task, known.version_id, new.began_at, old.began_at
        """,
        *zip(*((*each, first[each]) for each in sorted(first)), strict=True),
    )
    return [Begun(*row) for row in rows]
