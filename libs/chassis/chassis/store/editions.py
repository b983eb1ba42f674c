"""Where edits of things without a revision take turns."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chassis.database import Transaction


async def take_turns(tx: "Transaction", thing: str) -> None:
    """Let nobody else edit a thing of the tenant before the transaction ends."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"edit/{tx.tenant}/{thing}")
