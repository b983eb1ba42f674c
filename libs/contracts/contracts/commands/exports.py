"""Where the command is declared by which approved examples leave the feedback service, page by page."""

from contracts.api.export import ExportedExample
from contracts.api.page import Page
from contracts.command import Command
from contracts.message import Moment
from contracts.service import Service


class ExportExamples(Command[Page[ExportedExample]]):
    """Give the approved examples of a task as of a time, by id; raises `UnknownTask`."""

    subject = "examples.export"
    owner = Service.FEEDBACK
    timeout_s = 15.0

    task: str
    until: Moment
    split: float | None = None
    after: str | None = None
    limit: int = 1000
