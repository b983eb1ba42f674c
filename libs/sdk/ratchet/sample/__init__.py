"""Where a sample tenant's support tickets are kept, to try Ratchet with."""

import csv
import io
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Ticket:
    """What a customer wrote, and the category that people agreed on."""

    text: str
    category: str


def load() -> list[Ticket]:
    """All tickets, always in the same order."""
    written = files(__name__).joinpath("tickets.csv").read_text(encoding="utf-8")
    return [Ticket(row["text"], row["category"]) for row in csv.DictReader(io.StringIO(written))]
