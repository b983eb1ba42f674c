"""Where messages and answers are deleted that name somebody who is to be forgotten."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chassis.database import Transaction


async def delete_letters_with(tx: "Transaction", texts: Sequence[bytes]) -> int:
    """Delete the tenant's dead letters whose message contains one of the texts; give how many."""
    return await tx.fetchval(
        """
        WITH gone AS (
            DELETE FROM dead_letters
            WHERE tenant = $1
                AND EXISTS (SELECT FROM unnest($2::bytea[]) AS said (text) WHERE position(text IN body) > 0)
            RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        tx.tenant,
        texts,
    )


async def delete_answers_with(tx: "Transaction", texts: Sequence[bytes]) -> int:
    """Delete the tenant's kept answers that contain one of the texts; give how many."""
    return await tx.fetchval(
        """
        WITH gone AS (
            DELETE FROM answers
            WHERE tenant = $1
                AND EXISTS (SELECT FROM unnest($2::bytea[]) AS said (text) WHERE position(text IN body) > 0)
            RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        tx.tenant,
        texts,
    )
