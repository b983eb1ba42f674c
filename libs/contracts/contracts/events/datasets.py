"""Where the facts of datasets are declared."""

from contracts.api.dataset import DatasetStatus
from contracts.event import Event
from contracts.service import Service


class DatasetUploaded(Event):
    """A file arrived, and is being read."""

    subject = "dataset.uploaded"
    producer = Service.TRAINER
    consumers = (Service.GATEWAY,)

    task: str
    dataset_id: str
    name: str
    size: int


class DatasetRead(Event):
    """A file was read to its end: its rows are ready, or it was refused for the error given."""

    subject = "dataset.read"
    producer = Service.TRAINER
    consumers = (Service.GATEWAY,)

    task: str
    dataset_id: str
    status: DatasetStatus
    rows: int
    refused_rows: int
    error: str | None = None


class DatasetDeleted(Event):
    """A dataset was taken away."""

    subject = "dataset.deleted"
    producer = Service.TRAINER
    consumers = (Service.GATEWAY,)

    task: str
    dataset_id: str
