"""Where what a version is made of, and what it says, is downloaded over HTTP."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from contracts.api.download import KeptFile, TableFormat
from contracts.api.version import Version
from contracts.commands.datasets import ExportTable
from contracts.commands.versions import GetVersion
from contracts.errors import NotFound
from gateway.api.asker import Asker, Reader

router = APIRouter(prefix="/v1/versions/{version_id}", tags=["versions"])

_TYPES = {
    TableFormat.CSV: "text/csv; charset=utf-8",
    TableFormat.PARQUET: "application/vnd.apache.parquet",
    TableFormat.JSON: "application/json",
}
_BYTES: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}, "description": "A file."}}
Format = Annotated[TableFormat, Query(alias="format", description="How the table is written.")]


@router.get("/lineage")
async def show_lineage(reader: Reader, version_id: str) -> dict[str, Any]:
    """Show what the version was made of: job, snapshot, datasets, examples, parameters, code and libraries."""
    return (await reader.ask(GetVersion(version_id=version_id))).lineage


@router.get("/card")
async def show_card(reader: Reader, version_id: str) -> dict[str, Any]:
    """Show the model card: rows, split, method, metrics and limits."""
    return (await reader.ask(GetVersion(version_id=version_id))).card


@router.get("/artifact", response_class=StreamingResponse, responses=_BYTES)
async def download_artifact(reader: Reader, version_id: str) -> StreamingResponse:
    """Download the bytes of the version."""
    version = await reader.ask(GetVersion(version_id=version_id))
    _refuse_kept_elsewhere(version)
    digest = version.artifact.sha256
    kept = KeptFile(path=reader.desk.files.at("artifacts", digest[:2], digest), size=version.artifact.size)
    return await _sent(reader, kept, f"{version.task}-{version.label}.artifact", "application/octet-stream")


@router.get("/forecast", response_class=StreamingResponse, responses=_BYTES)
async def download_forecast(reader: Reader, version_id: str, sort: Format = TableFormat.CSV) -> StreamingResponse:
    """Download the forecasts of every series: series, date, value, lower, upper."""
    version = await reader.ask(GetVersion(version_id=version_id))
    _refuse_kept_elsewhere(version)
    kind = (await reader.desk.parts.known_tasks.get(reader.caller.tenant, version.task)).kind
    kept = await reader.ask(ExportTable(kind=kind, artifact=version.artifact.sha256, format=sort))
    return await _sent(reader, kept, f"{version.task}-{version.label}.{sort}", _TYPES[sort])


def _refuse_kept_elsewhere(version: Version) -> None:
    if uri := version.artifact.uri:
        raise NotFound(f"Version {version.label} is kept at {uri}, not here.", uri=uri)


async def _sent(reader: Asker, kept: KeptFile, name: str, kind: str) -> StreamingResponse:
    files = reader.desk.files
    if not await asyncio.to_thread(files.exists, kept.path):
        raise NotFound(f"The file {name} is missing on the shelf.")
    headers = {"Content-Length": str(kept.size), "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(files.blocks(kept.path), media_type=kind, headers=headers)
