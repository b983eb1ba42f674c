"""Where the commands about messages that could not be handled are declared; every service owns its own."""

from contracts.api.dead_letter import DeadLetter
from contracts.api.page import Page
from contracts.command import CommandToAny
from contracts.commands.listing import Listing


class ListDeadLetters(CommandToAny[Page[DeadLetter]], Listing):
    """Give the tenant's dead letters at one service, newest first."""

    subject = "dead_letters.list"


class ReplayDeadLetter(CommandToAny[DeadLetter]):
    """Hand a dead letter in again; raises `UnknownDeadLetter`."""

    subject = "dead_letters.replay"

    dead_letter_id: str
