"""Where the commands about datasets, and about what a version says of its rows, are declared; the trainer owns them."""

from typing import Any

from contracts.api.dataset import Dataset, DatasetStatus
from contracts.api.download import KeptFile, TableFormat
from contracts.api.page import Page, PageSize
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.ids import Key
from contracts.service import Service


class CreateDataset(Command[Dataset]):
    """Read a file that was uploaded to the shared shelf, beginning at once; raises `UnknownTask`.

    ``upload`` names the file; ``sha256`` and ``size`` are those of its bytes.
    """

    subject = "datasets.create"
    owner = Service.TRAINER

    task: Key
    name: str
    upload: str
    sha256: str
    size: int


class GetDataset(Command[Dataset]):
    """Give one dataset; raises `UnknownDataset`."""

    subject = "datasets.get"
    owner = Service.TRAINER

    dataset_id: str


class ListDatasets(Command[Page[Dataset]], Listing):
    """Give the datasets, newest first, without their problems."""

    subject = "datasets.list"
    owner = Service.TRAINER

    task: str | None = None
    status: DatasetStatus | None = None


class ListDatasetRows(Command[Page[dict[str, Any]]]):
    """Give rows of a dataset in the order of the file, long texts cut; raises `UnknownDataset`, `DatasetNotReady`."""

    subject = "datasets.rows"
    owner = Service.TRAINER
    timeout_s = 15.0

    dataset_id: str
    limit: PageSize = 50
    cursor: str | None = None


class DeleteDataset(Command[Dataset]):
    """Take a dataset away; versions trained on it keep its hash. Raises `UnknownDataset`, `DatasetInUse`."""

    subject = "datasets.delete"
    owner = Service.TRAINER

    dataset_id: str


class WriteTable(Command[KeptFile]):
    """Write lines of JSON that lie among the uploads as a Parquet file beside them; raises `UnknownDataset`.

    Columns are texts, but for the ``numbers``.
    """

    subject = "tables.write"
    owner = Service.TRAINER
    timeout_s = 120.0

    lines: str
    columns: tuple[str, ...]
    numbers: tuple[str, ...] = ()


class ExportTable(Command[KeptFile]):
    """Write all that an artifact says, such as the forecasts of every series, as a file; raises `NoTable`."""

    subject = "artifacts.export"
    owner = Service.TRAINER
    timeout_s = 60.0

    kind: str
    artifact: str
    format: TableFormat
