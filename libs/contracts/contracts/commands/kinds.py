"""Where the command about the installed kinds is declared; the trainer owns them."""

from contracts.api.kind import Kinds
from contracts.command import Command
from contracts.service import Service


class ListKinds(Command[Kinds]):
    """Give all kinds that the trainer has installed."""

    subject = "kinds.list"
    owner = Service.TRAINER
