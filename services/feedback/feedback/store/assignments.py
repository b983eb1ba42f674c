"""Where it is kept who should review which example."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chassis.database import Transaction


class Unassigned(NamedTuple):
    """A pending example with how many reviews it has, and to whom it is known by a review or an assignment."""

    id: str
    task: str
    submitted_by: str
    disputed: bool
    reviews: int
    known_to: Sequence[str]

    @property
    def assigned(self) -> int:
        """Count those who have yet to review it."""
        return len(self.known_to) - self.reviews


async def unassigned(
    tx: Transaction, *, task: str | None, example_ids: Sequence[str] | None, limit: int
) -> list[Unassigned]:
    """Give pending examples, the oldest first, with who has them already; who reviews one waits until the end."""
    rows = await tx.fetch(
        """
        SELECT id::text, task, submitted_by, disputed,
            (SELECT count(*) FROM reviews WHERE tenant = $1 AND example_id = examples.id AND standing),
            ARRAY(
                SELECT person FROM review_assignments WHERE tenant = $1 AND example_id = examples.id
                UNION
                SELECT reviewed_by FROM reviews WHERE tenant = $1 AND example_id = examples.id AND standing
            )
        FROM examples
        WHERE tenant = $1 AND status = 'pending' AND ($2::text IS NULL OR task = $2)
            AND ($3::uuid[] IS NULL OR id = ANY ($3))
            AND ($3 IS NOT NULL OR NOT EXISTS (
                SELECT FROM review_assignments WHERE tenant = $1 AND example_id = examples.id
            ))
        ORDER BY examples.id LIMIT $4
        FOR SHARE OF examples
        """,
        *(tx.tenant, task, example_ids, limit),
    )
    return [Unassigned(*row) for row in rows]


async def loads(tx: Transaction, people: Sequence[str], tasks: Sequence[str]) -> Mapping[str, int]:
    """Count what people have to review in some tasks."""
    rows = await tx.fetch(
        """
        SELECT person, count(*)
        FROM review_assignments
        WHERE tenant = $1 AND task = ANY ($2::text[]) AND person = ANY ($3::text[])
        GROUP BY person
        """,
        *(tx.tenant, tasks, people),
    )
    return {row[0]: row[1] for row in rows}


async def assign(tx: Transaction, given: Sequence[tuple[str, str, str]]) -> None:
    """Assign examples, each with its task, to people."""
    await tx.execute(
        """
        INSERT INTO review_assignments (tenant, example_id, task, person, assigned_by)
        SELECT $1, sent.*, $2
        FROM unnest($3::uuid[], $4::text[], $5::text[]) AS sent
        ON CONFLICT DO NOTHING
        """,
        *(tx.tenant, tx.cause.actor, *zip(*given, strict=True)),
    )


async def unassign(tx: Transaction, example_id: str) -> None:
    """Take an example from all to whom it is assigned."""
    await tx.execute(
        """
        DELETE FROM review_assignments
        WHERE tenant = $1 AND example_id = $2::uuid
        """,
        tx.tenant,
        example_id,
    )


async def drop(tx: Transaction, example_ids: Sequence[str], *, by: str) -> None:
    """Take examples that somebody has reviewed off their list."""
    await tx.execute(
        """
        WITH freed AS (
            DELETE FROM review_claims
            WHERE tenant = $1 AND example_id = ANY ($2::uuid[]) AND person = $3
        )
        DELETE FROM review_assignments
        WHERE tenant = $1 AND example_id = ANY ($2::uuid[]) AND person = $3
        """,
        *(tx.tenant, example_ids, by),
    )


async def clear(tx: Transaction, example_ids: Sequence[str]) -> None:
    """Take examples that are settled off everybody's list."""
    await tx.execute(
        """
        WITH freed AS (
            DELETE FROM review_claims
            WHERE tenant = $1 AND example_id = ANY ($2::uuid[])
        )
        DELETE FROM review_assignments
        WHERE tenant = $1 AND example_id = ANY ($2::uuid[])
        """,
        tx.tenant,
        example_ids,
    )


async def release(
    tx: Transaction, person: str, *, task: str | None, example_ids: Sequence[str] | None, claims_only: bool
) -> list[tuple[str, str, bool]]:
    """Take examples from a person; give those that were, each with its task and whether it was assigned."""
    rows = await tx.fetch(
        """
        WITH freed AS (
            DELETE FROM review_claims
            WHERE tenant = $1 AND person = $2 AND ($3::text IS NULL OR task = $3)
                AND ($4::uuid[] IS NULL OR example_id = ANY ($4))
            RETURNING example_id, task
        ), taken AS (
            DELETE FROM review_assignments
            WHERE tenant = $1 AND person = $2 AND ($3::text IS NULL OR task = $3)
                AND ($4::uuid[] IS NULL OR example_id = ANY ($4)) AND NOT $5
            RETURNING example_id, task
        )
        SELECT example_id::text, task, bool_or(assigned)
        FROM (SELECT *, false AS assigned FROM freed UNION ALL SELECT *, true FROM taken) AS either
        GROUP BY example_id, task
        """,
        *(tx.tenant, person, task, example_ids, claims_only),
    )
    return [(row[0], row[1], row[2]) for row in rows]
