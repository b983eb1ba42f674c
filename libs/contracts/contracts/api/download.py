"""Where it is described what can be downloaded of a version."""

from enum import StrEnum

from contracts.message import Message


class TableFormat(StrEnum):
    """How a table is written into a file."""

    CSV = "csv"
    PARQUET = "parquet"
    JSON = "json"


class KeptFile(Message):
    """A file on the shelf that the trainer and the gateway share."""

    path: str
    size: int
