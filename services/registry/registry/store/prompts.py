"""Where the SQL of prompts is: the texts that versions of chat tasks are."""

from collections.abc import Collection, Sequence

from chassis.database import Transaction
from contracts.api.prompt import Prompt, PromptEntry, ServedPrompt


async def insert(tx: Transaction, version_id: str, text: str, note: str) -> None:
    """Keep the text of a version, for ever."""
    await tx.execute(
        "INSERT INTO prompts (tenant, version_id, text, note, created_by) VALUES ($1, $2, $3, $4, $5)",
        tx.tenant,
        version_id,
        text,
        note,
        tx.cause.actor,
    )


async def find(tx: Transaction, task: str, number: int) -> Prompt | None:
    row = await tx.fetchrow(
        """
        SELECT task, number, version_id, label, status, source, text, beginning, characters, note, created_at,
               created_by, 0 AS weight
        FROM prompt_texts
        WHERE tenant = $1 AND task = $2 AND number = $3
        """,
        tx.tenant,
        task,
        number,
    )
    return Prompt(**row) if row else None


async def find_newest(tx: Transaction, task: str) -> ServedPrompt | None:
    row = await tx.fetchrow(
        """
        SELECT task, version_id, number, label, text
        FROM prompt_texts
        WHERE tenant = $1 AND task = $2
        ORDER BY number DESC
        LIMIT 1
        """,
        tx.tenant,
        task,
    )
    return ServedPrompt(**row) if row else None


async def list_(tx: Transaction, task: str, *, before: int | None, limit: int) -> list[PromptEntry]:
    """Give prompts of a task without their texts, newest first."""
    rows = await tx.fetch(
        """
        SELECT number, version_id, label, status, source, beginning, characters, note, created_at, created_by,
               0 AS weight
        FROM prompt_texts
        WHERE tenant = $1 AND task = $2 AND ($3::integer IS NULL OR number < $3)
        ORDER BY number DESC
        LIMIT $4
        """,
        tx.tenant,
        task,
        before,
        limit,
    )
    return [PromptEntry(**row) for row in rows]


async def find_all(tx: Transaction, version_ids: Sequence[str]) -> list[ServedPrompt]:
    """Give the texts of these versions, of those that are texts."""
    rows = await tx.fetch(
        """
        SELECT task, version_id, number, label, text
        FROM prompt_texts
        WHERE tenant = $1 AND version_id = ANY($2::text[])
        """,
        tx.tenant,
        version_ids,
    )
    return [ServedPrompt(**row) for row in rows]


async def list_unpushed(tx: Transaction, pushed: Collection[str]) -> list[tuple[str, ServedPrompt]]:
    """Give every tenant's prompts that serve now, but are not among those with the keys ``<tenant>.<version id>``."""
    rows = await tx.fetch(
        """
        SELECT prompt_texts.tenant, prompt_texts.task, version_id, number, label, text
        FROM routes
        JOIN prompt_texts ON prompt_texts.tenant = routes.tenant AND prompt_texts.task = routes.task
        WHERE version_id IN (SELECT jsonb_path_query(arms || coalesce(default_arm, '[]'), '$[*].version_id') #>> '{}')
            AND NOT prompt_texts.tenant || '.' || version_id = ANY($1::text[])
        ORDER BY prompt_texts.tenant, version_id
        """,
        list(pushed),
    )
    return [(row["tenant"], ServedPrompt(**row)) for row in rows]
