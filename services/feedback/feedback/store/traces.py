"""Where traces of a person are deleted that lie beside their rows: conversations, units of phases, kept answers."""

from collections.abc import Sequence

from chassis.database import Transaction


async def delete_conversations(tx: Transaction, erasure_id: str, names: Sequence[str]) -> int:
    """Delete conversations that have one of the names, or of an inference that was found; give how many."""
    return await tx.fetchval(
        """
        WITH gone AS (
            DELETE FROM conversations
            WHERE tenant = $1 AND (
                session = ANY($3::text[]) OR session IN (
                    SELECT id
                    FROM erasure_finds
                    WHERE tenant = $1 AND erasure_id = $2::uuid AND kind = 'session'
                )
            )
            RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        *(tx.tenant, erasure_id, names),
    )


async def delete_units(tx: Transaction, names: Sequence[str]) -> int:
    """Delete what came of units in phases; give how many there were."""
    return await tx.fetchval(
        """
        WITH told AS (
            DELETE FROM exposure_outcomes WHERE tenant = $1 AND unit = ANY($2::text[])
        ), gone AS (
            DELETE FROM exposures WHERE tenant = $1 AND unit = ANY($2::text[]) RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        *(tx.tenant, names),
    )


async def delete_answers(tx: Transaction, erasure_id: str) -> int:
    """Delete kept answers that show an example which was found; give how many."""
    return await tx.fetchval(
        """
        WITH gone AS (
            DELETE FROM answers
            WHERE tenant = $1 AND command LIKE 'examples.%' AND EXISTS (
                SELECT
                FROM regexp_matches(convert_from(body, 'UTF8'), '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'g')
                    AS named (ids)
                JOIN erasure_finds ON erasure_finds.tenant = $1 AND erasure_id = $2::uuid AND kind = 'example'
                    AND id = ids[1]
            )
            RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        *(tx.tenant, erasure_id),
    )
