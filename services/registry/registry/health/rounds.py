"""Where every tenant's tasks that serve something are looked at again and again, each by one registry at a time."""

import asyncio

from chassis.database import EVERY_TENANT
from chassis.faults import FAILURES
from chassis.logging import log
from chassis.rpc.caller import Caller
from chassis.service import Parts
from contracts.errors import DomainError
from contracts.event import Cause
from registry.health import examining
from registry.store import health as stored

_ACTOR = "ratchet"
_MOST_AT_ONCE = 4
_LOOKS = 10
_LONGEST_S = 5.0


async def run(parts: Parts, *, every_s: float) -> None:
    """Look until cancelled; what cannot be reached is tried again in the next round."""
    while True:
        try:
            await _go_round(parts, every_s)
        except FAILURES as lost:
            log().warning("health.not_looked_at", reason=str(lost) or type(lost).__name__)
        await asyncio.sleep(min(_LONGEST_S, every_s / _LOOKS))


async def _go_round(parts: Parts, every_s: float) -> None:
    while due := await _claim(parts, every_s):
        await asyncio.gather(*(_look(parts, tenant, task) for tenant, task in due))


async def _claim(parts: Parts, every_s: float) -> list[tuple[str, str]]:
    async with parts.database.transaction(EVERY_TENANT) as tx:
        await stored.enrol(tx)
        return await stored.claim(tx, every_s=every_s, most=_MOST_AT_ONCE)


async def _look(parts: Parts, tenant: str, task: str) -> None:
    try:
        await examining.examine(parts, Caller(tenant, Cause(_ACTOR)), task)
    except DomainError as refusal:
        log().error("health.not_looked_at", tenant=tenant, task=task, reason=refusal.detail)
