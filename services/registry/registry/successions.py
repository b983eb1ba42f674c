"""Where it is described how champions follow one another."""

from dataclasses import dataclass
from enum import StrEnum


class Change(StrEnum):
    """How a revision of a route came about."""

    CREATED = "created"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled_back"
    SHIFTED = "shifted"
    """Units are divided in another way; the champion is the same."""
    CONFIGURED = "configured"
    """Something else about the route was set."""


@dataclass(frozen=True, slots=True)
class Succession:
    """Who became champion, and how."""

    champion: str
    change: Change
