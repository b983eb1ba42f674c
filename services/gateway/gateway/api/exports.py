"""Where approved examples are exported over HTTP, and it is told what was."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from chassis import pages
from contracts.api.export import ExportFormat, Manifest, NewExport
from contracts.api.page import Page
from contracts.errors import InvalidInput, UnknownExport
from gateway import exports
from gateway.api.asker import PageOf, Reader, Reviewer
from gateway.exports import formats, tables
from gateway.store import exports as store

router = APIRouter(prefix="/v1/examples", tags=["examples"])
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {} for media in formats.MEDIA_TYPES.values()}, "description": "The file."}
}


@router.post("/export", response_class=StreamingResponse, responses=_FILE)
async def export_examples(reviewer: Reviewer, new: NewExport) -> StreamingResponse:
    """Export approved examples; the header `X-Export-Id` names the manifest that is complete once the file is."""
    if new.part is not None and new.split is None:
        raise InvalidInput.at("part", "is a part of a split: give split as well")
    export = await exports.begin(reviewer, new)
    told = export.manifest
    content = tables.send(export) if new.format is ExportFormat.PARQUET else exports.send(export)
    name = "-".join(filter(None, (told.task, told.part)))
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{formats.SUFFIXES[new.format]}"',
        "X-Export-Id": told.id,
    }
    return StreamingResponse(content, media_type=formats.MEDIA_TYPES[new.format], headers=headers)


@router.get("/exports")
async def list_exports(reader: Reader, page: PageOf) -> Page[Manifest]:
    """List what was exported, newest first."""
    async with reader.transaction() as tx:
        found = await store.list_(tx, before=pages.uuid(page.cursor), limit=page.limit + 1)
    return pages.cut(found, page.limit, lambda each: each.id)


@router.get("/exports/{export_id}")
async def show_export(reader: Reader, export_id: str) -> Manifest:
    """Show the manifest of an export: how many rows, which parts, and the hash of the file."""
    async with reader.transaction() as tx:
        found = await store.find(tx, _id(export_id))
    if found is None:
        raise _unknown(export_id)
    return found


def _id(export_id: str) -> str:
    try:
        return pages.uuid(export_id) or ""
    except InvalidInput as wrong:
        raise _unknown(export_id) from wrong


def _unknown(export_id: str) -> UnknownExport:
    return UnknownExport(f"There is no export {export_id!r}.")
