"""Where the gateway forgets all kept answers: who is being erased may stand in them, and nobody can look into them."""

from collections.abc import Iterable

from chassis.database import Transaction
from contracts.events.erasure import ErasureCompleted
from gateway.store import kept_answers
from gateway.store.webhook_queue import Said


async def begin(tx: Transaction) -> None:
    """Forget what was answered before."""
    await kept_answers.forget_answers(tx, tx.tenant)


async def finish(tx: Transaction, said: Iterable[Said]) -> None:
    """Forget what was answered while an erasure that has ended was under way, and what is only being answered now."""
    for tenant in sorted({each.tenant for each in said if each.type == ErasureCompleted.subject}):
        await kept_answers.void_claims(tx, tenant)
        await kept_answers.forget_answers(tx, tenant)
