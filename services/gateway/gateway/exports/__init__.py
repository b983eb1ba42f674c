"""Where approved examples are exported: read page by page as of one moment, written, hashed and sent as they come."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from contracts.api.export import ExportedExample, ExportStatus, Manifest, NewExport, Part
from contracts.api.page import Page
from contracts.commands.exports import ExportExamples
from contracts.errors import TooSlow, Unavailable
from gateway.api.asker import Asker
from gateway.exports import formats
from gateway.store import exports as store

_PAGE = 1000
_PAUSE_S = 1.0
_TRIES = 30


@dataclass(slots=True)
class Export:
    """An export under way: what was sent of it so far."""

    asker: Asker
    manifest: Manifest
    page: Page[ExportedExample]
    counts: Counter[Part | None] = field(default_factory=Counter[Part | None])
    skipped: Counter[str] = field(default_factory=Counter[str])
    digest: Any = field(default_factory=sha256)
    size: int = 0

    def sent(self, content: bytes) -> bytes:
        """Count what is about to be sent."""
        self.digest.update(content)
        self.size += len(content)
        return content

    def ended(self, status: ExportStatus) -> Manifest:
        """Give the manifest of what was sent."""
        is_whole = status is ExportStatus.COMPLETE
        return self.manifest.model_copy(
            update={
                "status": status,
                "rows": sum(self.counts.values()),
                "train": self.counts[Part.TRAIN],
                "validation": self.counts[Part.VALIDATION],
                "skipped": dict(self.skipped),
                "size": self.size if is_whole else None,
                "sha256": self.digest.hexdigest() if is_whole else None,
            }
        )


async def begin(asker: Asker, new: NewExport) -> Export:
    """Read the first page and note the export; raises `UnknownTask`, and whatever else speaks against it.

    A request that is sent again is answered with another export: pages are asked for without its Idempotency-Key.
    """
    async with asker.transaction() as tx:
        as_of = await store.moment(tx, new.as_of)
    page = await asker.looking.ask(ExportExamples(task=new.task, until=as_of, split=new.split, limit=_PAGE))
    async with asker.transaction() as tx:
        manifest = await store.insert(tx, new, as_of)
    return Export(asker.looking, manifest, page)


async def send(export: Export) -> AsyncGenerator[bytes]:
    """Give the file piece by piece; whoever stops listening leaves it failed."""
    status = ExportStatus.FAILED
    try:
        yield export.sent(formats.head(export.manifest.format))
        async for examples in pages(export):
            yield export.sent(_written(export, examples))
        yield export.sent(formats.tail(export.manifest.format))
        status = ExportStatus.COMPLETE
    finally:
        await asyncio.shield(settle(export.asker, export.ended(status)))


async def pages(export: Export) -> AsyncGenerator[Sequence[ExportedExample]]:
    """Give the examples that are asked for, page by page; waits a while for a service that is away."""
    page, wanted = export.page, export.manifest.part
    while True:
        yield [each for each in page.items if wanted is None or each.part is wanted]
        if page.next_cursor is None:
            return
        page = await _next(export, page.next_cursor)


def _written(export: Export, examples: Sequence[ExportedExample]) -> bytes:
    page = formats.WRITERS[export.manifest.format](examples, sum(export.counts.values()))
    export.counts.update(each.part for each in page.written)
    export.skipped.update(page.skipped)
    return page.content


async def _next(export: Export, after: str) -> Page[ExportedExample]:
    told = export.manifest
    asked = ExportExamples(task=told.task, until=told.as_of, split=told.split, after=after, limit=_PAGE)
    for _ in range(_TRIES - 1):
        try:
            return await export.asker.ask(asked)
        except (Unavailable, TooSlow):
            await asyncio.sleep(_PAUSE_S)
    return await export.asker.ask(asked)


async def settle(asker: Asker, ended: Manifest) -> None:
    """Note how an export ended."""
    async with asker.transaction() as tx:
        await store.settle(tx, ended)
