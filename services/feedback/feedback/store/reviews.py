"""Where it is kept what each reviewer says about an example, and what comes of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from chassis.database import Transaction
from contracts.api.example import ExampleStatus, ReviewVerdict
from contracts.api.outcome import label_of


class Case(NamedTuple):
    """A pending example, locked until the transaction ends."""

    id: str
    task: str
    submitted_by: str
    revision: int
    disputed: bool
    submitter: str = ""


class Vote(NamedTuple):
    """What stands of one reviewer; ``answer`` is the digest of the output that they looked at or wrote."""

    id: str
    by: str
    verdict: ReviewVerdict
    answer: bytes
    note: str | None
    adjudicates: bool
    at: datetime


class NewReview(NamedTuple):
    """A review to store, in the order of the columns."""

    example_id: str
    task: str
    adjudicates: bool


class Settlement(NamedTuple):
    """How an example ends; ``by`` are the names of all who reviewed it."""

    example_id: str
    status: str
    by: str
    note: str | None


async def lock(tx: Transaction, example_ids: Sequence[str]) -> list[Case]:
    """Give those of some examples that are pending; others who review them wait, in the same order, and nobody else."""
    rows = await tx.fetch(
        """
        SELECT id::text, task, submitted_by, revision, disputed, submitter
        FROM examples
        WHERE tenant = $1 AND id = ANY ($2::uuid[]) AND status = 'pending'
        ORDER BY examples.id
        FOR NO KEY UPDATE
        """,
        tx.tenant,
        example_ids,
    )
    return [Case(*row) for row in rows]


async def list_reviewed(tx: Transaction, task: str, *, after: str | None, limit: int) -> list[str]:
    """Give the pending examples of a task that somebody reviewed, by id."""
    rows = await tx.fetch(
        """
        SELECT id::text
        FROM examples
        WHERE tenant = $1 AND task = $2 AND status = 'pending' AND ($3::uuid IS NULL OR id > $3)
            AND EXISTS (SELECT FROM reviews WHERE tenant = $1 AND example_id = examples.id AND standing)
        ORDER BY examples.id
        LIMIT $4
        """,
        *(tx.tenant, task, after, limit),
    )
    return [row[0] for row in rows]


async def standing(tx: Transaction, example_ids: Sequence[str]) -> Mapping[str, list[Vote]]:
    """Give the reviews that stand, by example, oldest first; without a text of its own one is about what is there."""
    rows = await tx.fetch(
        """
        SELECT reviews.example_id::text, reviews.id::text, reviews.reviewed_by, reviews.verdict,
            sha256(convert_to(coalesce(reviews.expected_output, examples.expected_output)::text, 'UTF8')),
            reviews.note, reviews.adjudicates, reviews.reviewed_at
        FROM reviews
        JOIN examples ON examples.id = reviews.example_id
        WHERE reviews.tenant = $1 AND reviews.example_id = ANY ($2::uuid[]) AND reviews.standing
        ORDER BY reviews.id
        """,
        tx.tenant,
        example_ids,
    )
    found: dict[str, list[Vote]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Vote(row[1], row[2], ReviewVerdict(row[3]), *row[4:]))
    return found


async def retire(tx: Transaction, example_ids: Sequence[str], *, everybodys: bool) -> list[tuple[str, str]]:
    """Let the reviews of whoever asks, or of all, stand no more; give examples and reviewers."""
    rows = await tx.fetch(
        """
        UPDATE reviews
        SET standing = false
        WHERE tenant = $1 AND example_id = ANY ($2::uuid[]) AND standing
            AND ($3 OR is_same_person(reviewed_by, person, $4, $5))
        RETURNING example_id::text, reviewed_by
        """,
        *(tx.tenant, example_ids, everybodys, tx.cause.actor, tx.cause.person),
    )
    return [(row[0], row[1]) for row in rows]


async def insert(
    tx: Transaction, reviews: Sequence[NewReview], verdict: ReviewVerdict, *, note: str | None, edited: bool
) -> None:
    """Store what the one who asks says about examples."""
    await tx.execute(
        """
        INSERT INTO reviews (tenant, example_id, task, adjudicates, verdict, note, edited, reviewed_by, person)
        SELECT $1, sent.*, $5, $6, $7, $8, $9
        FROM unnest($2::uuid[], $3::text[], $4::boolean[]) AS sent
        """,
        *(tx.tenant, *zip(*reviews, strict=True), str(verdict), note, edited, tx.cause.actor, tx.cause.person),
    )


async def settle(tx: Transaction, settlements: Sequence[Settlement]) -> None:
    """End the review of examples."""
    await tx.execute(
        """
        UPDATE examples
        SET status = decided.status, reviewed_by = decided.by, note = coalesce(decided.note, examples.note),
            reviewed_at = now(), disputed = false
        FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS decided (id, status, by, note)
        WHERE examples.tenant = $1 AND examples.id = decided.id
        """,
        *(tx.tenant, *zip(*settlements, strict=True)),
    )


async def mark(tx: Transaction, example_ids: Sequence[str], *, disputed: bool) -> None:
    """Note of examples whether their reviewers disagree."""
    await tx.execute(
        """
        UPDATE examples
        SET disputed = $3
        WHERE tenant = $1 AND id = ANY ($2::uuid[]) AND disputed <> $3
        """,
        *(tx.tenant, example_ids, disputed),
    )


async def keep_texts(tx: Transaction, example_id: str) -> None:
    """Write down what the reviewers so far were looking at, because the example is about to say something else."""
    await tx.execute(
        """
        UPDATE reviews
        SET expected_output = examples.expected_output
        FROM examples
        WHERE examples.id = reviews.example_id AND reviews.tenant = $1 AND reviews.example_id = $2::uuid
            AND reviews.standing AND reviews.expected_output IS NULL
        """,
        tx.tenant,
        example_id,
    )


async def text_in(tx: Transaction, review_id: str) -> Any:  # noqa: ANN401 (whatever JSON can hold)
    """Give the output that a review is about, if it was written down."""
    return await tx.fetchval(
        """
        SELECT expected_output
        FROM reviews
        WHERE tenant = $1 AND id = $2::uuid
        """,
        tx.tenant,
        review_id,
    )


async def amend(tx: Transaction, example_id: str, expected_output: Any) -> None:  # noqa: ANN401
    """Let an example say something else."""
    await tx.execute(
        """
        UPDATE examples
        SET expected_output = $3, label = $4, revision = revision + 1
        WHERE tenant = $1 AND id = $2::uuid
        """,
        *(tx.tenant, example_id, expected_output, label_of(expected_output)),
    )


STATUS_AFTER = {ReviewVerdict.APPROVE: ExampleStatus.APPROVED, ReviewVerdict.REJECT: ExampleStatus.REJECTED}
