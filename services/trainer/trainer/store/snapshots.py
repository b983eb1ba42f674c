"""Where it is looked up which snapshots a tenant has, and noted that one was written anew."""

from collections.abc import Sequence

from chassis.database import Transaction


async def of_datasets(tx: Transaction) -> list[str]:
    """Give the hashes of the tenant's datasets."""
    rows = await tx.fetch(
        "SELECT DISTINCT sha256 FROM datasets WHERE tenant = $1 AND sha256 IS NOT NULL ORDER BY sha256", tx.tenant
    )
    return [row[0] for row in rows]


async def of_jobs(tx: Transaction) -> list[str]:
    """Give the hashes of all that the tenant's jobs trained on."""
    rows = await tx.fetch(
        """
        SELECT DISTINCT sha256
        FROM (
            SELECT snapshot ->> 'sha256' AS sha256 FROM jobs WHERE tenant = $1
            UNION ALL
            SELECT part ->> 'sha256' FROM jobs, jsonb_array_elements(datasets) AS part WHERE tenant = $1
        ) AS used
        WHERE sha256 IS NOT NULL
        ORDER BY sha256
        """,
        tx.tenant,
    )
    return [row[0] for row in rows]


async def replace_in_datasets(tx: Transaction, old: str, new: str, rows: int) -> None:
    """Let the tenant's datasets have the rows that are left; one without any cannot be trained on any more."""
    await tx.execute(
        """
        UPDATE datasets
        SET sha256 = CASE WHEN $4 > 0 THEN $3 END, rows = $4, problems = '[]', columns = '[]',
            status = CASE WHEN $4 > 0 THEN 'ready' ELSE 'refused' END,
            error = CASE WHEN $4 = 0 THEN 'All its rows were erased on behalf of a person.' END
        WHERE tenant = $1 AND sha256 = $2
        """,
        *(tx.tenant, old, new, rows),
    )


async def replace_in_choices(tx: Transaction, old: str, new: str) -> None:
    """Let the tenant's jobs train on the rows that are left, when they begin or are tried again."""
    await tx.execute(
        """
        UPDATE jobs
        SET datasets = (
            SELECT jsonb_agg(
                CASE WHEN part ->> 'sha256' = $2 THEN part || jsonb_build_object('sha256', $3::text) ELSE part END
                ORDER BY number
            )
            FROM jsonb_array_elements(datasets) WITH ORDINALITY AS chosen (part, number)
        )
        WHERE tenant = $1 AND datasets @> jsonb_build_array(jsonb_build_object('sha256', $2::text))
        """,
        *(tx.tenant, old, new),
    )


async def replace_in_jobs(tx: Transaction, old: str, new: str, rows: int) -> None:
    """Note at the tenant's jobs what is left of what they trained on, and what it was."""
    await tx.execute(
        """
        UPDATE jobs
        SET snapshot = snapshot || jsonb_build_object(
            'sha256', $3::text,
            'rows', $4::bigint,
            'erased_from', coalesce(snapshot -> 'erased_from', '[]') || to_jsonb($2::text)
        )
        WHERE tenant = $1 AND snapshot ->> 'sha256' = $2
        """,
        *(tx.tenant, old, new, rows),
    )


async def used_by_others(tx: Transaction, tenant: str, digests: Sequence[str]) -> set[str]:
    """Say which of these snapshots another tenant has too, having uploaded the same rows; in a transaction of all."""
    rows = await tx.fetch(
        """
        SELECT sha256 FROM datasets WHERE tenant <> $1 AND sha256 = ANY($2::text[])
        UNION
        SELECT snapshot ->> 'sha256' FROM jobs WHERE tenant <> $1 AND snapshot ->> 'sha256' = ANY($2::text[])
        UNION
        SELECT part ->> 'sha256'
        FROM jobs, jsonb_array_elements(datasets) AS part
        WHERE tenant <> $1 AND part ->> 'sha256' = ANY($2::text[])
        """,
        *(tenant, digests),
    )
    return {row[0] for row in rows}
