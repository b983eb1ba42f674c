"""Where a pending example is given other texts."""

from collections.abc import Mapping
from typing import Any

from chassis.database import Transaction
from contracts.api.outcome import label_of


async def change(tx: Transaction, example_id: str, fields: Mapping[str, Any], likeness: bytes | None) -> None:
    """Give an example what is named of its fields, and its next revision; a new input has to be assessed anew."""
    kind = fields.get("kind")
    await tx.execute(
        """
        UPDATE examples
        SET input = coalesce($3, input), expected_output = coalesce($4, expected_output),
            kind = coalesce($5, kind), note = coalesce($6, note), revision = revision + 1,
            label = CASE WHEN $4::jsonb IS NULL THEN label ELSE $7 END,
            likeness = CASE WHEN $3::jsonb IS NULL THEN likeness ELSE $8 END,
            assessed_label = CASE WHEN $3::jsonb IS NULL THEN assessed_label END,
            assessed_at = CASE WHEN $3::jsonb IS NULL THEN assessed_at END,
            p_label = CASE WHEN $3::jsonb IS NULL THEN p_label END
        WHERE tenant = $1 AND id = $2::uuid
        """,
        *(tx.tenant, example_id, fields.get("input"), fields.get("expected_output")),
        *(str(kind) if kind else None, fields.get("note"), label_of(fields.get("expected_output"))),
        likeness,
    )
