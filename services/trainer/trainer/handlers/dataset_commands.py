"""Where commands about datasets, and about files made of versions, meet their use cases."""

from typing import Any

from chassis import pages
from chassis.database import Transaction
from chassis.known_tasks import KnownTasks
from chassis.rpc.answering import Answers
from chassis.rpc.caller import Caller
from contracts.api.dataset import Dataset
from contracts.api.download import KeptFile
from contracts.api.page import Page
from contracts.commands.datasets import (
    CreateDataset,
    DeleteDataset,
    ExportTable,
    GetDataset,
    ListDatasetRows,
    ListDatasets,
    WriteTable,
)
from contracts.errors import NoTable, UnknownDataset
from trainer.datasets import use
from trainer.predictions.desk import AskedDesk

_SHOW = "trainer.executors.reading:show"
_EXPORT = "trainer.executors.exporting:export"
_TABULATE = "trainer.executors.tabulating:tabulate"


def answer(made: Answers, known_tasks: KnownTasks, desk: AskedDesk) -> None:
    """Answer the commands about datasets."""

    @made.to(CreateDataset)
    async def create(tx: Transaction, command: CreateDataset) -> Dataset:
        return await use.create(tx, (await known_tasks.get(tx.tenant, command.task)).kind, command)

    @made.to(GetDataset)
    async def get(tx: Transaction, command: GetDataset) -> Dataset:
        return await use.get(tx, command.dataset_id)

    @made.to(ListDatasets)
    async def list_(tx: Transaction, command: ListDatasets) -> Page[Dataset]:
        return await use.list_(tx, command)

    @made.to(DeleteDataset)
    async def delete(tx: Transaction, command: DeleteDataset) -> Dataset:
        return await use.delete(tx, command.dataset_id)

    _answer_with_children(made, desk)


def _answer_with_children(made: Answers, desk: AskedDesk) -> None:
    @made.to(ListDatasetRows)
    async def list_rows(tx: Transaction, command: ListDatasetRows) -> Page[dict[str, Any]]:
        dataset = await use.get_ready(tx, command.dataset_id)
        begin = pages.number(command.cursor) or 0
        asked = {"sha256": dataset.sha256, "begin": begin, "limit": command.limit}
        rows = (await desk.once(_SHOW, asked))["rows"]
        end = begin + len(rows)
        return Page(items=tuple(rows), next_cursor=str(end) if rows and end < dataset.rows else None)

    async def export(_: Caller, command: ExportTable) -> KeptFile:
        made = await desk.once(_EXPORT, command.model_dump(mode="json"))
        if kind := made.get("none"):
            raise NoTable(f"Versions of kind {kind!r} have no table to download.")
        return KeptFile.model_validate(made)

    async def tabulate(_: Caller, command: WriteTable) -> KeptFile:
        made = await desk.once(_TABULATE, command.model_dump(mode="json"))
        if missing := made.get("missing"):
            raise UnknownDataset(f"There is no upload {missing!r}.")
        return KeptFile.model_validate(made)

    made.add_without_transaction(ExportTable, export)
    made.add_without_transaction(WriteTable, tabulate)
