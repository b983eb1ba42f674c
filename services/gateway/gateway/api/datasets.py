"""Where files with rows to train on are uploaded over HTTP, shown and taken away."""

import asyncio
import time
from contextlib import suppress
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from contracts.api.dataset import Dataset, DatasetStatus
from contracts.api.page import Page
from contracts.commands.datasets import CreateDataset, DeleteDataset, GetDataset, ListDatasetRows, ListDatasets
from contracts.commands.listing import Listing
from contracts.errors import (
    InvalidInput,
    KeyReused,
    TooSlow,
    Unavailable,
    UnknownTask,
    UnusableDataset,
)
from contracts.events.datasets import DatasetRead
from contracts.ids import new_id
from gateway import uploads
from gateway.api.asker import Asker, Reader, Trainer, TrainingKeeper
from gateway.api.traffic import UPLOADS
from gateway.streams.heard import Only, Wants
from gateway.uploads import Place, Received

router = APIRouter(prefix=UPLOADS, tags=["datasets"])

_PATIENCE_S = 18.0
_LOOK_EVERY_S = 1.0
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["task", "file"],
                    "properties": {
                        "task": {"type": "string"},
                        "name": {"type": "string", "description": "What to call it; else the file's name."},
                        "file": {"type": "string", "format": "binary", "description": "CSV, JSON lines, JSON, Parquet"},
                    },
                }
            }
        },
    }
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    202: {"model": Dataset, "description": "The file is large and still being read; look again."}
}


@router.post("", status_code=201, responses=_ANSWERS, openapi_extra=_FORM)
async def upload_dataset(trainer: Trainer, request: Request, response: Response) -> Dataset:
    """Upload a file; 201 once its rows are ready, 202 while it is read, 422 with the problems if it cannot be used."""
    received = await _received(trainer, request)
    dataset = await _read(trainer, await _created(trainer, received))
    if dataset.status is DatasetStatus.REFUSED:
        raise _refusal(dataset)
    response.status_code = 202 if dataset.status is DatasetStatus.READING else 201
    return dataset


@router.get("")
async def list_datasets(reader: Reader, question: Annotated[ListDatasets, Query()]) -> Page[Dataset]:
    """List the datasets, newest first, without the problems of their lines."""
    return await reader.ask(question)


@router.get("/{dataset_id}")
async def show_dataset(reader: Reader, dataset_id: str) -> Dataset:
    """Show one dataset, with the first hundred problems of its lines."""
    return await reader.ask(GetDataset(dataset_id=dataset_id))


@router.get("/{dataset_id}/rows")
async def show_rows(reader: Reader, dataset_id: str, page: Annotated[Listing, Query()]) -> Page[dict[str, Any]]:
    """Show rows in the order of the file; long texts are cut."""
    return await reader.ask(ListDatasetRows(dataset_id=dataset_id, **page.model_dump()))


@router.delete("/{dataset_id}", status_code=204)
async def delete_dataset(keeper: TrainingKeeper, dataset_id: str) -> None:
    """Take a dataset away; 409 while a job trains on it."""
    await keeper.ask(DeleteDataset(dataset_id=dataset_id))


async def _received(trainer: Asker, request: Request) -> Received:
    desk, tenant = trainer.desk, trainer.caller.tenant

    async def check(task: str) -> object:
        return await desk.parts.known_tasks.get(tenant, task)

    kind, most_bytes = request.headers.get("content-type", ""), int(desk.settings.max_upload_mb * 2**20)
    return await uploads.receive(request.stream(), kind, Place(desk.files, most_bytes), check)


async def _created(trainer: Asker, received: Received) -> Dataset:
    """Have the trainer read the file; what is sent again with its key is the same upload, and the same dataset.

    Another request with that key is refused, and its file removed: so that of the first must not go by the same name.
    """
    files, key = trainer.desk.files, trainer.caller.idempotency_key or new_id()
    said = (trainer.caller.tenant, key, received.task, received.name, received.sha256)
    upload = sha256("\0".join(said).encode()).hexdigest()
    path = files.at("uploads", upload)
    await asyncio.to_thread(files.move, received.path, path)
    try:
        # Of an empty file nothing came after which the task would have been looked up.
        await trainer.desk.parts.known_tasks.get(trainer.caller.tenant, received.task)
        return await trainer.ask(
            CreateDataset(
                task=received.task,
                name=received.name,
                upload=upload,
                sha256=received.sha256,
                size=received.size,
            )
        )
    except (UnknownTask, InvalidInput, KeyReused):
        await asyncio.to_thread(files.remove, path)
        raise


async def _read(trainer: Asker, dataset: Dataset) -> Dataset:
    """Wait a while until the file has been read; gives what is known then."""
    deadline = time.monotonic() + _PATIENCE_S
    async with trainer.desk.broadcast.listening(trainer.caller.tenant, _about(dataset.id)) as listener:
        while dataset.status is DatasetStatus.READING and time.monotonic() < deadline:
            with suppress(Unavailable, TooSlow):
                dataset = await trainer.looking.ask(GetDataset(dataset_id=dataset.id))
            if dataset.status is DatasetStatus.READING:
                await listener.next(_LOOK_EVERY_S)
    return dataset


def _about(dataset_id: str) -> Wants:
    return Only(frozenset({DatasetRead.subject}), about=("dataset_id", dataset_id))


def _refusal(dataset: Dataset) -> UnusableDataset:
    return UnusableDataset(
        dataset.error or "",
        errors=dataset.errors,
        dataset_id=dataset.id,
        problems=[each.model_dump() for each in dataset.problems],
        problem_count=dataset.problem_count,
    )
