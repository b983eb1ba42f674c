"""Where an export is sent that can only be written when all of it is known: as a table, which the trainer writes."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import orjson

from contracts.api.export import ExportedExample, ExportStatus
from contracts.commands.datasets import WriteTable
from contracts.ids import new_id
from gateway.exports import Export, cells, formats, pages, settle

_NUMBERS = ("quality",)


async def send(export: Export) -> AsyncGenerator[bytes]:
    """Give the table piece by piece once it is written; whoever stops listening leaves it failed."""
    status, name = ExportStatus.FAILED, f"{new_id()}.lines"
    files = export.asker.desk.files
    lines = files.at("uploads", name)
    try:
        await _gather(export, lines)
        kept = await export.asker.ask(WriteTable(lines=name, columns=formats.COLUMNS, numbers=_NUMBERS))
        for block in files.blocks(kept.path):
            yield export.sent(block)
        status = ExportStatus.COMPLETE
    finally:
        await asyncio.shield(settle(export.asker, export.ended(status)))
        await asyncio.to_thread(files.remove, lines)
        await asyncio.to_thread(files.remove, f"{lines}.parquet")


async def _gather(export: Export, path: str) -> None:
    with export.asker.desk.files.writing(path) as file:
        async for examples in pages(export):
            export.counts.update(each.part for each in examples)
            await asyncio.to_thread(file.write, _lines(examples))


def _lines(examples: Sequence[ExportedExample]) -> bytes:
    """Write examples as lines in which everything but numbers is text, as the columns of the table are."""
    rows = formats.columns(examples)
    return b"".join(orjson.dumps({name: _flat(name, row[name]) for name in formats.COLUMNS}) + b"\n" for row in rows)


def _flat(name: str, value: object) -> object:
    return value if name in _NUMBERS or value is None else cells.written(value)
