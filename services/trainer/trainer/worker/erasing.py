"""Where somebody's rows are erased from datasets and snapshots: step by step, so that a killed worker's go on."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from chassis import store as chassis_store
from chassis.database import EVERY_TENANT, Transaction
from chassis.faults import UNREACHABLE
from chassis.logging import log
from chassis.rpc.asking import ask
from chassis.rpc.caller import Caller
from chassis.spelling import spellings
from contracts.commands.erasure import GetErasedNames, ListErasedExamples
from contracts.errors import DomainError
from contracts.event import Cause
from contracts.events.erasure import MOST_VERSIONS, RowsErased, TaintedVersion
from trainer.executors import local
from trainer.store import erasures as store
from trainer.store import snapshots
from trainer.store.erasures import Held
from trainer.worker.workplace import Workplace

_REWRITE = "trainer.executors.erasing:rewrite"
_LOOK_EVERY_S = 1.0
_LEASE_S = 60.0
_AGAIN_S = 2.0
_PAGE = 1000
_FILES = 50
_STAGES = ("datasets", "waiting", "examples", "snapshots", "removing", "done")
"""Datasets first, so that what begins meanwhile trains without the rows; then what began before is waited for."""


class RewritingFailed(Exception):
    """The child that writes snapshots anew did not come to its end; the message is its last."""


def begin(place: Workplace) -> None:
    """Look for erasures beside all else."""
    place.parts.beside(_work(place))


async def _work(place: Workplace) -> None:
    while True:
        try:
            while held := await _claimed(place):
                await _carry_on(place, held)
        except (*UNREACHABLE, DomainError, RewritingFailed) as lost:
            log().warning("erasure.delayed", reason=str(lost) or type(lost).__name__)
        await asyncio.sleep(_LOOK_EVERY_S)


async def _claimed(place: Workplace) -> Held | None:
    async with place.parts.database.transaction(EVERY_TENANT) as tx:
        return await store.claim(tx, _LEASE_S)


async def _carry_on(place: Workplace, held: Held | None) -> None:
    while held and held.stage != "done":
        held = await _Erasing(place, held).go_on()


class _Erasing:
    """One step of an erasure."""

    def __init__(self, place: Workplace, held: Held) -> None:
        self._place = place
        self._held = held
        self._database = place.parts.database
        self._caller = Caller(held.tenant, Cause("ratchet"))
        self._steps: dict[str, Callable[[], Awaitable[Held | None]]] = {
            "datasets": self._datasets,
            "waiting": self._waiting,
            "examples": self._examples,
            "snapshots": self._snapshots,
            "removing": self._removing,
        }

    async def go_on(self) -> Held | None:
        """Take the next step; None where there is something to wait for, or somebody else goes on."""
        return await self._steps[self._held.stage]()

    async def _datasets(self) -> Held | None:
        async with self._database.transaction(self._held.tenant) as tx:
            digests = await snapshots.of_datasets(tx)
        left = [each for each in digests if each > self._held.after]
        return await self._rewrite(left[:_FILES], searched=left, examples=())

    async def _waiting(self) -> Held | None:
        async with self._database.transaction(self._held.tenant) as tx:
            if await store.is_awaited(tx, self._held.stage_since):
                await store.move(tx, self._held, "waiting", "", _AGAIN_S)
                return None
            return await store.move(tx, self._held, "examples", "", _LEASE_S)

    async def _examples(self) -> Held | None:
        """Take the next page of examples from the lineage of versions."""
        asked = ListErasedExamples(erasure_id=self._held.id, cursor=self._held.after or None, limit=_PAGE)
        page = await ask(self._place.parts.nats, asked, self._caller)
        async with self._database.transaction(self._held.tenant) as tx:
            await store.forget_teachers(tx, self._held.id, page.ids)
            stage = "examples" if page.next_cursor else "snapshots"
            return await store.move(tx, self._held, stage, page.next_cursor or "", _LEASE_S)

    async def _snapshots(self) -> Held | None:
        """Look through the next files of the shelf: attempts that failed have left some that no job names."""
        files = await asyncio.to_thread(self._place.shelf.snapshots)
        left = [digest for digest in files if digest > self._held.after]
        async with self._database.transaction(self._held.tenant) as tx:
            searched = [*await snapshots.of_datasets(tx), *await snapshots.of_jobs(tx)]
            searched += await store.list_old(tx, self._held.id)
        return await self._rewrite(left[:_FILES], searched=searched, examples=await self._erased())

    async def _erased(self) -> list[str]:
        asked, found = ListErasedExamples(erasure_id=self._held.id, limit=_PAGE), list[str]()
        while True:
            page = await ask(self._place.parts.nats, asked, self._caller)
            found += page.ids
            if page.next_cursor is None:
                return found
            asked = asked.model_copy(update={"cursor": page.next_cursor})

    async def _rewrite(
        self, digests: Sequence[str], *, searched: Sequence[str], examples: Sequence[str]
    ) -> Held | None:
        """Have a child write these anew, and go on after them; without any, the stage is over."""
        if not digests:
            following = _STAGES[_STAGES.index(self._held.stage) + 1]
            async with self._database.transaction(self._held.tenant) as tx:
                return await store.move(tx, self._held, following, "", _LEASE_S)
        names = await ask(self._place.parts.nats, GetErasedNames(erasure_id=self._held.id), self._caller)
        order = {
            "artifacts_url": self._place.settings.artifacts_url, "digests": list(digests),
            "searched": list(searched), "examples": list(examples), "names": list(names.names),
            "memory_mb": self._place.settings.max_training_memory_mb,
        }  # fmt: skip
        last = await local.carry_out(self._place.forkserver, _REWRITE, order, lambda _: None)
        if "result" not in last:
            raise RewritingFailed(str(last))
        return await self._keep(last["result"]["snapshots"], digests[-1])

    async def _keep(self, made: Sequence[dict[str, Any]], after: str) -> Held | None:
        async with self._database.transaction(self._held.tenant) as tx:
            for each in made:
                old, new, rows = each["old"], each["new"], each["rows"]
                await store.note(tx, self._held.id, old, new, (rows, each["erased"]))
                await snapshots.replace_in_datasets(tx, old, new, rows)
                await snapshots.replace_in_choices(tx, old, new)
                await snapshots.replace_in_jobs(tx, old, new, rows)
            return await store.move(tx, self._held, self._held.stage, after, _LEASE_S)

    async def _removing(self) -> Held | None:
        """Remove the old files, but for those of other tenants, who uploaded the same; then say what was done."""
        async with self._database.transaction(self._held.tenant) as tx:
            old = await store.list_old(tx, self._held.id)
        async with self._database.transaction(EVERY_TENANT) as tx:
            shared = await snapshots.used_by_others(tx, self._held.tenant, old)
        for digest in old:
            if digest not in shared:
                await asyncio.to_thread(self._place.shelf.remove_snapshot, digest)
        names = await ask(self._place.parts.nats, GetErasedNames(erasure_id=self._held.id), self._caller)
        async with self._database.transaction(self._held.tenant) as tx:
            if done := await store.move(tx, self._held, "done", "", 0):
                await _tell(tx, done, spellings(names.names))
            return done


async def _tell(tx: Transaction, done: Held, spelt: Sequence[bytes]) -> None:
    """Say what was erased, and which versions were made of it: in as many events as they take."""
    counts = await store.count(tx, done.id)
    counts["trainer_letters"] = await chassis_store.delete_letters_with(tx, spelt)
    counts["trainer_answers"] = await chassis_store.delete_answers_with(tx, spelt)
    versions = [TaintedVersion(**each._asdict()) for each in await store.list_versions(tx, done.id)]
    lots = [versions[first : first + MOST_VERSIONS] for first in range(0, len(versions), MOST_VERSIONS)] or [[]]
    for part, lot in enumerate(lots, 1):
        tx.publish(RowsErased(erasure_id=done.id, versions=tuple(lot), part=part, parts=len(lots), counts=counts))
