"""Where datasets are made of uploads, shown and taken away, as people ask for it."""

from uuid import UUID

from chassis import pages
from chassis.database import Transaction
from contracts.api.dataset import Dataset, DatasetStatus
from contracts.api.page import Page
from contracts.commands.datasets import CreateDataset, ListDatasets
from contracts.errors import DatasetInUse, DatasetNotReady, UnknownDataset
from contracts.events.datasets import DatasetDeleted, DatasetUploaded
from contracts.ids import new_id
from trainer.store import datasets as store


async def create(tx: Transaction, kind: str, new: CreateDataset) -> Dataset:
    """Note an upload, for a reader to read."""
    dataset_id = new_id()
    await store.insert(tx, dataset_id, kind, new)
    tx.publish(DatasetUploaded(task=new.task, dataset_id=dataset_id, name=new.name, size=new.size))
    return await get(tx, dataset_id)


async def get(tx: Transaction, dataset_id: str) -> Dataset:
    """Give one dataset; raises `UnknownDataset`."""
    found = await store.find(tx, known_form(dataset_id))
    if found is None:
        raise _unknown(dataset_id)
    return found


async def get_ready(tx: Transaction, dataset_id: str) -> Dataset:
    """Give a dataset that has been read; raises `UnknownDataset`, `DatasetNotReady`."""
    found = await get(tx, dataset_id)
    if found.status is DatasetStatus.READY:
        return found
    why = f"was refused: {found.error}" if found.error else "is still being read"
    raise DatasetNotReady(f"The dataset {dataset_id} {why}")


async def list_(tx: Transaction, asked: ListDatasets) -> Page[Dataset]:
    found = await store.list_(tx, asked, pages.uuid(asked.cursor))
    return pages.cut(found, asked.limit, lambda dataset: dataset.id)


async def delete(tx: Transaction, dataset_id: str) -> Dataset:
    """Take a dataset away; its frozen rows stay as long as versions are made of them. Raises `DatasetInUse`."""
    found = await get(tx, dataset_id)
    if not await store.lock(tx, found.id):
        raise _unknown(dataset_id)
    if job := await store.find_user(tx, found.id):
        raise DatasetInUse(f"Job {job} trains on this dataset; cancel the job, or wait for its end.", job_id=job)
    await store.delete(tx, found.id)
    tx.publish(DatasetDeleted(task=found.task, dataset_id=found.id))
    return found


def known_form(dataset_id: str) -> str:
    """Write an id as it is stored; raises `UnknownDataset` for what is none."""
    try:
        return str(UUID(dataset_id))
    except ValueError as wrong:
        raise _unknown(dataset_id) from wrong


def _unknown(dataset_id: str) -> UnknownDataset:
    return UnknownDataset(f"There is no dataset {dataset_id!r}.")
