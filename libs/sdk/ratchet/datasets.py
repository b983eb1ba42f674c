"""Where the calls about datasets are described."""

import time
from pathlib import Path
from typing import Any, BinaryIO

from contracts.api.dataset import Dataset, DatasetStatus
from contracts.api.page import Page
from contracts.errors import TooSlow, UnusableDataset
from ratchet.wire.call import Call, at, delete, get, send
from ratchet.wire.exchange import Pause, Steps, exchange
from ratchet.wire.files import OnProgress, Upload, readable
from ratchet.wire.noun import Noun, Way, conversation, endpoint, every

_PAUSE_S = 0.5


class Datasets(Noun[Way]):
    """Rows that were uploaded to train on."""

    @conversation
    def upload(
        self,
        file: str | Path | BinaryIO,
        *,
        task: str,
        name: str | None = None,
        on_progress: OnProgress | None = None,
        timeout_s: float = 3600.0,
    ) -> Steps[Dataset]:
        """Upload a file (CSV, JSON lines, JSON, Parquet; each also as gzip) and wait until its rows are ready.

        A path is sent again if the connection breaks; so is an open file that can be sought. Problems of single lines
        are in the answer's ``problems``. Raises `UnusableDataset` where the file cannot be used, with ``problems``
        among its facts, `UnknownTask`, `TooLarge`, and `TooSlow` after the time.
        """
        began = time.monotonic()
        found = yield from exchange(send(at("datasets"), Dataset, _form(file, task, name, on_progress)))
        while found.status is DatasetStatus.READING:
            if time.monotonic() - began > timeout_s:
                raise TooSlow(f"Dataset {found.id} is still being read after {timeout_s:g} s.")
            yield Pause(_PAUSE_S)
            found = yield from exchange(get(at("datasets", found.id), Dataset))
        return _usable(found)

    def _page(
        self,
        *,
        task: str | None = None,
        status: DatasetStatus | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Call[Page[Dataset]]:
        """Give a page of datasets, newest first, without the problems of their lines."""
        return get(at("datasets"), Page[Dataset], task=task, status=status, limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)

    @endpoint
    def get(self, dataset_id: str) -> Call[Dataset]:
        """Give one dataset, with the first hundred problems of its lines; raises `UnknownDataset`."""
        return get(at("datasets", dataset_id), Dataset)

    def _rows(self, dataset_id: str, *, limit: int = 50, cursor: str | None = None) -> Call[Page[dict[str, Any]]]:
        """Give rows in the order of the file, long texts cut; raises `UnknownDataset`, `DatasetNotReady`."""
        return get(at("datasets", dataset_id, "rows"), Page[dict[str, Any]], limit=limit, cursor=cursor)

    rows = endpoint(_rows)
    all_rows = every(_rows)

    @endpoint
    def delete(self, dataset_id: str) -> Call[None]:
        """Take a dataset away; raises `UnknownDataset`, `DatasetInUse` while a job trains on it."""
        return delete(at("datasets", dataset_id))


def _form(file: str | Path | BinaryIO, task: str, name: str | None, on_progress: OnProgress | None) -> Upload:
    opened = readable(file) if isinstance(file, str | Path) else file
    called = name or Path(str(getattr(opened, "name", "upload"))).name
    return Upload({"task": task, "name": called}, opened, called, on_progress)


def _usable(dataset: Dataset) -> Dataset:
    if dataset.status is not DatasetStatus.REFUSED:
        return dataset
    raise UnusableDataset(
        dataset.error or "",
        errors=dataset.errors,
        dataset_id=dataset.id,
        problems=[each.model_dump() for each in dataset.problems],
        problem_count=dataset.problem_count,
    )
