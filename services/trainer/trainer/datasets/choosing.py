"""Where it is decided on which datasets a job trains, and whether on approved examples too."""

from collections.abc import Awaitable, Callable

from chassis.database import Transaction
from contracts.api.job import NewJob
from contracts.errors import DatasetNotReady, InvalidInput, UnknownDataset
from trainer.datasets import use
from trainer.store import datasets as store
from trainer.store.datasets import Choice, Ready

HasExamples = Callable[[], Awaitable[bool]]
"""Says whether the task has approved examples; yes if nobody knows."""

_NOTHING = (
    "there is nothing to train on: upload a file of rows with POST /v1/datasets or `ratchet dataset upload`, or, if "
    "the task's kind learns from examples, approve some"
)


async def choose(tx: Transaction, job: NewJob, has_examples: HasExamples) -> Choice:
    """Take the newest dataset of each table, and approved examples too; a dataset that is named replaces the examples.

    What the kind makes no use of, examples perhaps, the process that trains leaves out: only that one knows the kinds.
    Raises `InvalidInput`, naming `dataset_id`, where there is nothing to train on.
    """
    named = await _named(tx, job.task, job.dataset_id) if job.dataset_id else None
    chosen = {each.table: each for each in await store.newest(tx, job.task)}
    if named:
        chosen[named.table] = named
    elif not chosen and not await has_examples():
        raise InvalidInput.at("dataset_id", _NOTHING)
    return Choice(tuple(chosen[table] for table in sorted(chosen)), collects=not job.dataset_id)


async def _named(tx: Transaction, task: str, dataset_id: str) -> Ready:
    try:
        await store.lock(tx, use.known_form(dataset_id))  # before it is looked at, as an erasure may be changing it
        found = await use.get_ready(tx, dataset_id)
    except (UnknownDataset, DatasetNotReady) as refusal:
        raise InvalidInput.at("dataset_id", refusal.detail.rstrip(".")) from refusal
    if found.task != task:
        raise InvalidInput.at("dataset_id", f"the dataset was uploaded for the task {found.task!r}")
    return Ready(found.id, found.table or "", found.sha256 or "")
