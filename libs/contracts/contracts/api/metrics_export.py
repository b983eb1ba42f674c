"""Where it is described which numbers are exported as a file."""

from enum import StrEnum
from typing import Annotated

from pydantic import AliasChoices, Field

from contracts.api.metrics import Period
from contracts.ids import ItemId, Key
from contracts.message import Moment, Request


class MetricsFormat(StrEnum):
    """How the rows are written."""

    CSV = "csv"
    JSON = "json"


class NewMetricsExport(Request):
    """What to export: each version of a task, or of all tasks, in each minute, hour, day or month of a time.

    The time is a period until now, unless it begins ``from`` or ends ``to`` a time.
    """

    task: Key | None = None
    version: ItemId | None = None
    period: Period = Period.DAY
    since: Annotated[Moment | None, Field(validation_alias=AliasChoices("from", "since"))] = None
    until: Annotated[Moment | None, Field(validation_alias=AliasChoices("to", "until"))] = None
    format: MetricsFormat = MetricsFormat.CSV
