"""Where the SQL of drafts is: prompts that are being written."""

from chassis.database import Transaction
from contracts.api.prompt import Draft, DraftChange, NewPrompt
from contracts.ids import new_id


async def insert(tx: Transaction, task: str, new: NewPrompt) -> Draft:
    row = await tx.fetchrow(
        """
        INSERT INTO prompt_drafts (tenant, id, task, text, note, created_by, changed_by)
        VALUES ($1, $2::text::uuid, $3, $4, $5, $6, $6)
        RETURNING id::text, task, text, beginning, characters, note, revision, created_at, created_by, changed_at,
                  changed_by
        """,
        tx.tenant,
        new_id(),
        task,
        new.text,
        new.note,
        tx.cause.actor,
    )
    return Draft(**(row or {}))


async def lock(tx: Transaction, task: str, draft_id: str) -> Draft | None:
    """Give a draft and keep everybody else from changing it until the transaction ends."""
    row = await tx.fetchrow(
        """
        SELECT id::text, task, text, beginning, characters, note, revision, created_at, created_by, changed_at,
               changed_by
        FROM prompt_drafts
        WHERE tenant = $1 AND task = $2 AND id = $3::text::uuid
        FOR UPDATE
        """,
        tx.tenant,
        task,
        draft_id,
    )
    return Draft(**row) if row else None


async def list_(tx: Transaction, task: str, *, before: str | None, limit: int) -> list[Draft]:
    """Give drafts of a task without their texts, newest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, task, beginning, characters, note, revision, created_at, created_by, changed_at, changed_by
        FROM prompt_drafts
        WHERE tenant = $1 AND task = $2 AND ($3::text IS NULL OR id < $3::text::uuid)
        ORDER BY prompt_drafts.id DESC
        LIMIT $4
        """,
        tx.tenant,
        task,
        before,
        limit,
    )
    return [Draft(**row) for row in rows]


async def change(tx: Transaction, draft_id: str, change: DraftChange) -> Draft:
    """Give a draft the fields that are not None, and its next revision."""
    row = await tx.fetchrow(
        """
        UPDATE prompt_drafts
        SET text = coalesce($3, text),
            note = coalesce($4, note),
            revision = revision + 1,
            changed_at = now(),
            changed_by = $5
        WHERE tenant = $1 AND id = $2::text::uuid
        RETURNING id::text, task, text, beginning, characters, note, revision, created_at, created_by, changed_at,
                  changed_by
        """,
        tx.tenant,
        draft_id,
        change.text,
        change.note,
        tx.cause.actor,
    )
    return Draft(**(row or {}))


async def delete(tx: Transaction, draft_id: str) -> None:
    await tx.execute("DELETE FROM prompt_drafts WHERE tenant = $1 AND id = $2::text::uuid", tx.tenant, draft_id)
