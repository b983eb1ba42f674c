"""Where the audit log is exported: read page by page as of one moment, and sent as it comes."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import UTC, datetime

import orjson

from contracts.api.audit import AuditEntry, AuditFormat, NewAuditExport
from gateway.api.asker import Asker
from gateway.exports import cells
from gateway.store import audit as store
from gateway.store.audit import Wanted

COLUMNS = (
    "at", "actor", "person", "action", "target", "status", "outcome", "latency_ms", "request_id", "address", "tenant",
    "id",
)  # fmt: skip
MEDIA_TYPES: Mapping[AuditFormat, str] = {
    AuditFormat.CSV: "text/csv; charset=utf-8",
    AuditFormat.JSONL: "application/x-ndjson",
}
_PAGE = 1000


async def begin(administrator: Asker, new: NewAuditExport) -> AsyncGenerator[bytes]:
    """Read the first page, so that what goes wrong is still a refusal, and give the file piece by piece."""
    now = datetime.now(UTC)
    wanted = Wanted(**new.model_dump(exclude={"format", "until"}), until=min(new.until or now, now))
    return _file(administrator, wanted, new.format, await _page(administrator, wanted, None))


async def _file(
    administrator: Asker, wanted: Wanted, format_: AuditFormat, page: Sequence[AuditEntry]
) -> AsyncGenerator[bytes]:
    if format_ is AuditFormat.CSV:
        yield cells.lines([COLUMNS])
    while page:
        yield _WRITERS[format_](page)
        page = await _page(administrator, wanted, page[-1].id) if len(page) == _PAGE else ()


async def _page(administrator: Asker, wanted: Wanted, after: str | None) -> Sequence[AuditEntry]:
    async with administrator.transaction() as tx:
        return await store.list_onwards(tx, wanted, after=after, limit=_PAGE)


def _csv(page: Sequence[AuditEntry]) -> bytes:
    rows = (entry.model_dump(mode="json") for entry in page)
    return cells.lines([row[name] for name in COLUMNS] for row in rows)


def _jsonl(page: Sequence[AuditEntry]) -> bytes:
    return b"".join(orjson.dumps(entry.model_dump(mode="json")) + b"\n" for entry in page)


_WRITERS: Mapping[AuditFormat, Callable[[Sequence[AuditEntry]], bytes]] = {
    AuditFormat.CSV: _csv,
    AuditFormat.JSONL: _jsonl,
}
