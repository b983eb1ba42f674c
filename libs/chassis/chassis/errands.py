"""Where work that takes its time outside of the database is carried out: claimed, so many at once, until cancelled."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from chassis.logging import log

Errand = TypeVar("Errand")

_PAUSE_S = 1.0


class Errands(Generic[Errand]):
    """The loop that claims errands while there is room, and carries each out in a task of its own.

    ``claim`` is given how many there is room for and those in hand, and gives more of them, each on a lease: what is
    not carried out, because of a fault or the end of the process, is claimed again later. ``carry_out`` settles it.
    """

    def __init__(
        self,
        claim: Callable[[int, Sequence[Errand]], Awaitable[Sequence[Errand]]],
        carry_out: Callable[[Errand], Awaitable[None]],
        *,
        at_once: int,
        poll_s: float,
    ) -> None:
        """Prepare to have so many in hand at once, and to look every so many seconds."""
        self._claim = claim
        self._carry_out = carry_out
        self._at_once = at_once
        self._poll_s = poll_s
        self._in_hand: dict[asyncio.Task[None], Errand] = {}
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at once, because there is something to claim."""
        self._woken.set()

    async def run(self) -> None:
        """Claim and carry out until cancelled; what is in hand then is left to its lease."""
        try:
            while True:
                self._woken.clear()
                if not await self._begin():
                    await self._wait()
        finally:
            for task in self._in_hand:
                task.cancel()

    async def _begin(self) -> int:
        room = self._at_once - len(self._in_hand)
        if room <= 0:
            return 0
        try:
            claimed = await self._claim(room, tuple(self._in_hand.values()))
        except Exception as fault:  # noqa: BLE001 (the edge: Postgres may be away, or restarting)
            log().warning("errands.not_claimed", reason=str(fault) or type(fault).__name__)
            await asyncio.sleep(_PAUSE_S)
            return 0
        for errand in claimed:
            task = asyncio.create_task(self._safely(errand))
            self._in_hand[task] = errand
            task.add_done_callback(self._ended)
        return len(claimed)

    async def _safely(self, errand: Errand) -> None:
        try:
            await self._carry_out(errand)
        except Exception:  # noqa: BLE001 (the edge: it is claimed again when its lease has run out)
            log().exception("errand.failed")

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._in_hand.pop(task, None)
        self._woken.set()

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._poll_s):
                await self._woken.wait()
