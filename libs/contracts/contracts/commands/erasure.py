"""Where the commands about erasure are declared; the feedback service owns them."""

from contracts.api.erasure import Erasure, NewErasure
from contracts.api.page import Page
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.message import Message
from contracts.service import Service


class EraseSubject(Command[Erasure]):
    """Erase everything about a person; asked again while that is under way, it gives the same erasure."""

    subject = "erasures.begin"
    owner = Service.FEEDBACK

    erasure: NewErasure


class GetErasure(Command[Erasure]):
    """Give one erasure; raises `UnknownErasure`."""

    subject = "erasures.get"
    owner = Service.FEEDBACK

    erasure_id: str


class ListErasures(Command[Page[Erasure]], Listing):
    """Give the erasures of the tenant, newest first."""

    subject = "erasures.list"
    owner = Service.FEEDBACK


class Names(Message):
    """The names of a person who is being erased; none once that is completed."""

    names: tuple[str, ...]


class GetErasedNames(Command[Names]):
    """Give the names that another service has to look for; raises `UnknownErasure`."""

    subject = "erasures.names"
    owner = Service.FEEDBACK
    askers = (Service.TRAINER,)

    erasure_id: str


class ErasedExamples(Message):
    """Ids of examples; ``next_cursor`` asks for those after them and is null at the end."""

    ids: tuple[str, ...]
    next_cursor: str | None


class ListErasedExamples(Command[ErasedExamples], Listing):
    """Give the ids of the examples that an erasure took, in order; raises `UnknownErasure`."""

    subject = "erasures.examples"
    owner = Service.FEEDBACK
    askers = (Service.TRAINER,)

    erasure_id: str
