"""Where the SQL of several phases at once is."""

from collections.abc import Sequence
from datetime import datetime

from chassis.database import Transaction
from registry.store.phases import Phase, read


async def list_since(tx: Transaction, owner_id: str, since: datetime) -> list[Phase]:
    """Give the phases of a rollout or an experiment from a time on, oldest first."""
    rows = await tx.fetch(
        """
        SELECT id, task, owner, owner_id, salt, segments, versions, since, until, number, judged, arms, strayed,
               unitless
        FROM phases
        WHERE tenant = $1 AND owner_id = $2 AND since >= $3
        ORDER BY since, id
        """,
        tx.tenant,
        owner_id,
        since,
    )
    return [read(row) for row in rows]


async def list_latest(tx: Transaction, owner_ids: Sequence[str]) -> dict[str, Phase]:
    """Give the present or last phase of each rollout or experiment that had one."""
    rows = await tx.fetch(
        """
        SELECT DISTINCT ON (owner_id) id, task, owner, owner_id, salt, segments, versions, since, until, number, judged,
               arms, strayed, unitless
        FROM phases
        WHERE tenant = $1 AND owner_id = ANY($2::text[])
        ORDER BY owner_id, since DESC, id DESC
        """,
        tx.tenant,
        owner_ids,
    )
    return {row["owner_id"]: read(row) for row in rows}


async def list_news(tx: Transaction, owner_id: str) -> list[tuple[str, int]]:
    """Give the phases of a rollout or an experiment of which something was heard since, with what was heard last."""
    rows = await tx.fetch(
        "SELECT id, number FROM phases WHERE tenant = $1 AND owner_id = $2 AND number > judged",
        tx.tenant,
        owner_id,
    )
    return [(row["id"], row["number"]) for row in rows]
