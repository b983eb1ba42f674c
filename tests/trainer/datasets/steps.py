"""Where the steps of the tests of datasets are: a file is put on the shelf, read, and trained on."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from chassis.rpc.caller import Caller
from chassis.testing import parts
from chassis.testing.waiting import eventually
from contracts.api.dataset import Dataset, DatasetStatus
from contracts.commands.datasets import CreateDataset, GetDataset
from contracts.event import Cause
from contracts.ids import new_id
from tests.trainer.stage import PATIENCE_S, Stage

CSV = "text,label\n" + "".join(f"text {number},{'ab'[number % 2]}\n" for number in range(20))
OTHER = Caller("globex", Cause("eve"))


async def upload(stage: Stage, content: str = CSV, *, task: str = "tickets", key: str | None = None) -> Dataset:
    """Put a file on the shelf and have it read."""
    command = on_shelf(stage, content.encode(), task)
    caller = parts.caller()
    return await stage.ask(command, Caller(caller.tenant, caller.cause, key) if key else caller)


def on_shelf(stage: Stage, content: bytes, task: str = "tickets") -> CreateDataset:
    name, digest = new_id(), sha256(content).hexdigest()
    file = uploads(stage) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return CreateDataset(task=task, name="rows.csv", upload=name, sha256=digest, size=len(content))


def uploads(stage: Stage) -> Path:
    return Path(stage.settings.artifacts_url) / "uploads"


async def is_cleared(stage: Stage) -> bool:
    """Say whether the upload is gone, and what its reader left unfinished: after the outcome is known."""
    return list(uploads(stage).iterdir()) == stage.scratch() == []


async def read(stage: Stage, dataset: Dataset, *, within_s: float = PATIENCE_S) -> Dataset:
    """Wait until a dataset has been read to its end."""

    async def look() -> Dataset | None:
        found = await stage.ask(GetDataset(dataset_id=dataset.id))
        return found if found.status is not DatasetStatus.READING else None

    return await eventually(look, within_s=within_s)


async def ready(stage: Stage, content: str = CSV, **others: Any) -> Dataset:
    found = await read(stage, await upload(stage, content, **others))
    assert found.status is DatasetStatus.READY, found
    return found
