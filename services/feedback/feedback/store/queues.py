"""Where it is looked up which examples somebody should review next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from chassis.database import Transaction
from contracts.api.example import Example


class Wish(NamedTuple):
    """Who wants examples of which task, in the order of the parameters of the statements below.

    ``person`` is the same under whichever name. With ``own`` people may review what they submitted; ``required``
    reviews are needed. With ``hardest`` those of the lowest quality come first, else the oldest.
    """

    tenant: str
    task: str
    name: str
    person: str
    own: bool
    required: int
    limit: int
    hardest: bool


class Waiting(NamedTuple):
    """An example that somebody should review, and who else should."""

    example: Example
    assigned_to: tuple[str, ...]
    held_until: datetime | None


async def assigned(tx: Transaction, wish: Wish) -> list[str]:
    """Give what is assigned to the person and not reviewed by them, in the order that they wish."""
    rows = await tx.fetch(
        """
        SELECT examples.id::text
        FROM review_assignments AS given
        JOIN examples ON examples.id = given.example_id AND examples.status = 'pending'
        WHERE given.tenant = $1 AND given.task = $2 AND given.person = $3
            AND ($5 OR NOT is_same_person(examples.submitted_by, examples.submitter, $3, $4))
            AND NOT EXISTS (
                SELECT FROM reviews
                WHERE tenant = $1 AND example_id = given.example_id AND standing
                    AND is_same_person(reviewed_by, person, $3, $4)
            )
        ORDER BY CASE WHEN $7 THEN examples.quality END, given.example_id
        LIMIT $6
        """,
        *(*wish[:5], wish.limit, wish.hardest),
    )
    return [row[0] for row in rows]


async def disputed(tx: Transaction, wish: Wish) -> list[str]:
    """Give what others disagree about and nobody else decides now, the oldest first."""
    rows = await tx.fetch(
        """
        SELECT id::text
        FROM examples
        WHERE tenant = $1 AND task = $2 AND status = 'pending' AND disputed
            AND ($5 OR NOT is_same_person(submitted_by, submitter, $3, $4))
            AND NOT EXISTS (
                SELECT FROM reviews
                WHERE tenant = $1 AND example_id = examples.id AND standing
                    AND is_same_person(reviewed_by, person, $3, $4)
            )
            AND NOT EXISTS (
                SELECT FROM review_claims
                WHERE tenant = $1 AND example_id = examples.id AND person <> $3 AND until > now()
            )
        ORDER BY examples.id
        LIMIT $6
        """,
        *(*wish[:5], wish.limit),
    )
    return [row[0] for row in rows]


async def hardest(tx: Transaction, wish: Wish) -> list[str]:
    """Give what needs the person and is not disputed, that of the lowest quality first."""
    rows = await tx.fetch(
        """
        SELECT id::text
        FROM examples
        WHERE tenant = $1 AND task = $2 AND status = 'pending' AND NOT disputed
            AND ($5 OR NOT is_same_person(submitted_by, submitter, $3, $4)) AND needs_review_by(id, tenant, $3, $4, $6)
        ORDER BY quality, examples.id
        LIMIT $7
        """,
        *wish[:7],
    )
    return [row[0] for row in rows]


async def oldest(tx: Transaction, wish: Wish) -> list[str]:
    """Give what needs the person and is not disputed, that which waits longest first."""
    rows = await tx.fetch(
        """
        SELECT id::text
        FROM examples
        WHERE tenant = $1 AND task = $2 AND status = 'pending' AND NOT disputed
            AND ($5 OR NOT is_same_person(submitted_by, submitter, $3, $4)) AND needs_review_by(id, tenant, $3, $4, $6)
        ORDER BY examples.id
        LIMIT $7
        """,
        *wish[:7],
    )
    return [row[0] for row in rows]


async def list_(tx: Transaction, example_ids: Sequence[str]) -> list[Waiting]:
    """Give examples in the order in which they are named, with who should review them."""
    rows = await tx.fetch(
        """
        SELECT examples.id::text, task, input, output, expected_output, kind, status, quality, quality_reasons, source,
            inference_id, feedback_key, submitted_by, reviewed_by, note, created_at, reviewed_at, revision, disputed,
            ARRAY(
                SELECT person FROM review_assignments
                WHERE tenant = $1 AND example_id = examples.id
                ORDER BY assigned_at, person
            ) AS assigned_to,
            (
                SELECT until FROM review_claims
                WHERE tenant = $1 AND example_id = examples.id AND person = $3 AND until > now()
            ) AS held_until
        FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted (id, number)
        JOIN examples ON examples.id = wanted.id AND examples.tenant = $1
        ORDER BY number
        """,
        *(tx.tenant, example_ids, tx.cause.actor),
    )
    return [Waiting(Example.model_validate(dict(row)), tuple(row["assigned_to"]), row["held_until"]) for row in rows]


async def texts(tx: Transaction, review_ids: Sequence[str]) -> dict[str, Any]:
    """Give the outputs that reviews are about."""
    rows = await tx.fetch(
        """
        SELECT reviews.id::text, coalesce(reviews.expected_output, examples.expected_output)
        FROM reviews
        JOIN examples ON examples.id = reviews.example_id
        WHERE reviews.tenant = $1 AND reviews.id = ANY ($2::uuid[])
        """,
        tx.tenant,
        review_ids,
    )
    return {row[0]: row[1] for row in rows}
